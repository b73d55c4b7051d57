// SPDX-License-Identifier: GPL-3.0-or-later
// Checkpoints that live in memory.
#pragma once

#include "base/error.h"
#include "formats/checkpoint.h"

#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace crucible::test {

struct MemoryTensor {
    formats::TensorInfo info;
    std::vector<std::byte> bytes;
};

template<typename T> MemoryTensor tensorOf(std::string name, DType dtype, Shape shape, const std::vector<T>& values)
{
    MemoryTensor tensor;
    tensor.bytes.resize(values.size() * sizeof(T));
    if (!values.empty())
        std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
    tensor.info = {.name = std::move(name), .dtype = dtype, .shape = std::move(shape), .bytes = tensor.bytes.size()};
    return tensor;
}

inline MemoryTensor floatTensor(std::string name, const std::vector<float>& values)
{
    return tensorOf(std::move(name), DType::F32, {static_cast<std::int64_t>(values.size())}, values);
}

class MemorySource final : public formats::TensorSource {
public:
    explicit MemorySource(std::vector<MemoryTensor> tensors) : m_data(std::move(tensors))
    {
        for (const MemoryTensor& tensor : m_data)
            m_infos.push_back(tensor.info);
    }
    const std::filesystem::path& path() const override { return m_path; }
    const std::vector<formats::TensorInfo>& tensors() const override { return m_infos; }
    formats::TensorData read(std::size_t index) const override { return {m_data[index].bytes, nullptr}; }

private:
    std::filesystem::path m_path = "memory";
    std::vector<MemoryTensor> m_data;
    std::vector<formats::TensorInfo> m_infos;
};

inline formats::Checkpoint checkpointOf(std::string name, std::vector<MemoryTensor> tensors)
{
    std::vector<std::unique_ptr<formats::TensorSource>> sources;
    sources.push_back(std::make_unique<MemorySource>(std::move(tensors)));
    return formats::Checkpoint(std::move(name), std::move(sources));
}

} // namespace crucible::test
