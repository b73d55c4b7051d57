// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/adapted_checkpoint.h"

#include "base/error.h"
#include "base/parallel.h"
#include "kernels/convert.h"
#include "merge/lora_operand.h"

#include <algorithm>

namespace crucible::generate {
namespace {

constexpr std::size_t kPart = std::size_t(1) << 16; // elements that one thread computes at a time

class AdaptedSource final : public formats::TensorSource {
public:
    AdaptedSource(std::shared_ptr<const formats::Checkpoint> base, std::shared_ptr<const formats::LoraAdapter> adapter)
        : m_base(std::move(base)), m_adapter(std::move(adapter))
    {
        for (const formats::Checkpoint::Entry& entry : m_base->tensors()) {
            formats::TensorInfo info = entry.info;
            if (const formats::LoraChange* change = m_adapter->find(info.name)) {
                info.shape = change->shapeBefore(info.shape);
                info.bytes = static_cast<std::uint64_t>(info.elements()) * sizeOf(info.dtype);
            }
            m_tensors.push_back(std::move(info));
        }
    }

    const std::filesystem::path& path() const override { return m_base->location(); }
    const std::vector<formats::TensorInfo>& tensors() const override { return m_tensors; }
    void checkIntact() const override { m_base->checkIntact(); }

    formats::TensorData read(std::size_t index) const override
    {
        const formats::Checkpoint::Entry& entry = m_base->tensors()[index];
        const formats::LoraChange* change = m_adapter->find(entry.info.name);
        formats::TensorData stored = m_base->read(entry);
        if (!change)
            return stored;
        const formats::TensorInfo& info = m_tensors[index];
        const merge::LoraOperand operand(*m_adapter, *change, std::move(stored), entry.info.dtype, entry.info.shape, info.dtype);
        const auto bytes = std::make_shared<std::vector<std::byte>>(info.bytes);
        const auto count = static_cast<std::size_t>(info.elements());
        ThreadPool pool;
        pool.forEach((count + kPart - 1) / kPart, [&](std::size_t part, int) {
            std::vector<float> values(std::min(kPart, count - part * kPart));
            operand.load(part * kPart, values);
            kernels::fromFloat32(info.dtype, values, bytes->data() + part * kPart * sizeOf(info.dtype));
        });
        return {*bytes, bytes};
    }

private:
    std::shared_ptr<const formats::Checkpoint> m_base;
    std::shared_ptr<const formats::LoraAdapter> m_adapter;
    std::vector<formats::TensorInfo> m_tensors;
};

} // namespace

std::uint64_t changedBytes(const formats::Checkpoint& base, const formats::LoraAdapter& adapter)
{
    std::uint64_t bytes = 0;
    for (const formats::Checkpoint::Entry& entry : base.tensors()) {
        if (adapter.find(entry.info.name))
            bytes += entry.info.bytes;
    }
    return bytes;
}

std::shared_ptr<const formats::Checkpoint> applyAdapter(std::shared_ptr<const formats::Checkpoint> base,
                                                        std::shared_ptr<const formats::LoraAdapter> adapter)
{
    if (const std::vector<std::string> unmatched = adapter->unmatched(*base); !unmatched.empty())
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the adapter's tensor %1 fits no tensor of the model"), unmatched.front()},
                             adapter->path().string(), CRUCIBLE_TR_NOOP("Problem", "check that the adapter was trained on this model"));
    std::vector<std::unique_ptr<formats::TensorSource>> sources;
    const std::filesystem::path location = base->location();
    sources.push_back(std::make_unique<AdaptedSource>(std::move(base), std::move(adapter)));
    return std::make_shared<formats::Checkpoint>(location, std::move(sources));
}

} // namespace crucible::generate
