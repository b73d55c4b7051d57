// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/bytes.h"
#include "formats/torch_names.h"
#include "formats/torch_pickle.h"

#include <limits>

namespace crucible::formats {
namespace {

// Opcodes of protocol 2.
class Pickler {
public:
    Pickler() { m_text = "\x80\x02"; }

    void op(char opcode) { m_text += opcode; }
    void global(std::string_view module, std::string_view name)
    {
        m_text.append("c").append(module).append("\n").append(name).append("\n");
    }
    void text(std::string_view content)
    {
        op('X');
        appendLittleEndian<std::uint32_t>(m_text, static_cast<std::uint32_t>(content.size()));
        m_text += content;
    }
    void integer(std::int64_t value)
    {
        if (value >= 0 && value <= 0xff) {
            op('K');
            appendLittleEndian<std::uint8_t>(m_text, static_cast<std::uint8_t>(value));
        } else if (value >= 0 && value <= 0xffff) {
            op('M');
            appendLittleEndian<std::uint16_t>(m_text, static_cast<std::uint16_t>(value));
        } else if (value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max()) {
            op('J');
            appendLittleEndian<std::int32_t>(m_text, static_cast<std::int32_t>(value));
        } else {
            op('\x8a');
            op(8);
            appendLittleEndian<std::int64_t>(m_text, value);
        }
    }
    void integers(const std::vector<std::int64_t>& values)
    {
        op('(');
        for (const std::int64_t value : values)
            integer(value);
        op('t');
    }
    std::string finish()
    {
        op('.');
        return std::move(m_text);
    }

private:
    std::string m_text;
};

void addTensor(Pickler& pickler, const PickledTensor& tensor)
{
    constexpr char kMark = '(', kTuple = 't', kReduce = 'R', kPersistentId = 'Q', kFalse = '\x89', kEmptyTuple = ')';
    const std::optional<TorchName> storage = storageName(tensor.dtype);
    pickler.text(tensor.name);
    pickler.global("torch._utils", storage ? "_rebuild_tensor_v2" : "_rebuild_tensor_v3");
    pickler.op(kMark);
    pickler.op(kMark);
    pickler.text("storage");
    if (storage)
        pickler.global(storage->module, storage->name);
    else
        pickler.global("torch.storage", "UntypedStorage");
    pickler.text(tensor.storage);
    pickler.text("cpu");
    pickler.integer(static_cast<std::int64_t>(storage ? tensor.storageBytes / sizeOf(tensor.dtype) : tensor.storageBytes));
    pickler.op(kTuple);
    pickler.op(kPersistentId);
    pickler.integer(static_cast<std::int64_t>(tensor.offset));
    pickler.integers(tensor.shape);
    pickler.integers(tensor.strides);
    pickler.op(kFalse); // requires_grad
    pickler.global("collections", "OrderedDict"); // backward hooks: none
    pickler.op(kEmptyTuple);
    pickler.op(kReduce);
    if (!storage)
        pickler.global("torch", torchName(tensor.dtype));
    pickler.op(kTuple);
    pickler.op(kReduce);
}

} // namespace

std::string writePickledTensors(std::span<const PickledTensor> tensors)
{
    constexpr char kMark = '(', kEmptyDict = '}', kSetItems = 'u';
    Pickler pickler;
    pickler.op(kEmptyDict);
    if (!tensors.empty()) {
        pickler.op(kMark);
        for (const PickledTensor& tensor : tensors)
            addTensor(pickler, tensor);
        pickler.op(kSetItems);
    }
    return pickler.finish();
}

} // namespace crucible::formats
