// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/torch_pickle.h"

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "formats/bytes.h"
#include "formats/torch_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <string_view>

namespace crucible::formats {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxPickleBytes = std::size_t(64) << 20;
constexpr std::size_t kMaxValues = 4'000'000;
constexpr std::size_t kMaxTensors = 500'000;
constexpr std::size_t kMaxDims = 16;
constexpr std::size_t kMaxArguments = 32;

// Values live in one table and refer to each other by number, so that cycles and shared parts cost nothing.
using Ref = std::uint32_t;

struct Value {
    enum class Kind { None, Bool, Integer, Text, Other, Tuple, List, Dict, Global, Storage, Tensor };
    Kind kind = Kind::None;
    std::int64_t integer = 0;
    std::string_view text = {};   // into the pickle
    std::vector<Ref> items = {};  // of a dict: key, value, key, value
    std::size_t index = 0;        // into the tables of storages and tensors
    TorchName global = {};
};

struct Storage {
    std::string_view key;
    std::optional<DType> dtype; // none: untyped, counted in bytes
    std::int64_t count = 0;
};

class Unpickler {
public:
    Unpickler(std::span<const std::byte> pickle, const fs::path& file) : m_pickle(pickle), m_file(file) {}

    std::vector<PickledTensor> tensors()
    {
        if (m_pickle.size() > kMaxPickleBytes)
            throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "the pickle has %1 bytes, at most %2 are read"),
                                      m_pickle.size(), kMaxPickleBytes},
                                     m_file.string());
        const Ref root = run();
        std::vector<PickledTensor> found = tensorsOf(root);
        for (const std::string_view key : {"state_dict", "model", "module"}) {
            if (!found.empty() || value(root).kind != Value::Kind::Dict)
                break;
            if (const std::optional<Ref> inner = lookUp(root, key))
                found = tensorsOf(*inner);
        }
        if (found.empty())
            throw Error::unsupported(
                CRUCIBLE_TR_NOOP("Problem", "the file holds no tensors by name"), m_file.string(),
                CRUCIBLE_TR_NOOP("Problem", "a state dict is needed, as torch.save(model.state_dict()) writes it"));
        return found;
    }

private:
    using Kind = Value::Kind;

    [[noreturn]] void fail(std::string_view what) const
    {
        throw Error::corrupt(m_file,
                             {CRUCIBLE_TR_NOOP("Problem", "the pickle is damaged at byte %1, %2"), m_opcodeAt, what});
    }
    [[noreturn]] void refuse(std::string_view what) const
    {
        throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "the pickle at byte %1 %2"), m_opcodeAt, what},
                                 m_file.string(),
                                 CRUCIBLE_TR_NOOP("Problem", "convert the model to safetensors where it was made"));
    }

    // --- bytes

    std::span<const std::byte> bytes(std::uint64_t count)
    {
        if (count > m_pickle.size() - m_at)
            fail("it ends in the middle of a value");
        const auto taken = m_pickle.subspan(m_at, static_cast<std::size_t>(count));
        m_at += static_cast<std::size_t>(count);
        return taken;
    }
    template<class T>
    T number()
    {
        return loadLittleEndian<T>(bytes(sizeof(T)));
    }
    std::string_view text(std::uint64_t count)
    {
        const auto taken = bytes(count);
        return {reinterpret_cast<const char*>(taken.data()), taken.size()};
    }
    std::string_view line()
    {
        const std::string_view rest(reinterpret_cast<const char*>(m_pickle.data()) + m_at, m_pickle.size() - m_at);
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos)
            fail("a line does not end");
        m_at += end + 1;
        return rest.substr(0, end);
    }

    // --- values and stack

    Value& value(Ref ref) { return m_values[ref]; }

    Ref make(Value made)
    {
        if (m_values.size() >= kMaxValues)
            refuse("has more values than a state dict needs");
        m_values.push_back(std::move(made));
        return static_cast<Ref>(m_values.size() - 1);
    }
    void push(Ref ref)
    {
        if (m_stack.size() >= kMaxValues)
            refuse("has more values than a state dict needs");
        m_stack.push_back(ref);
    }
    void mark()
    {
        if (m_marks.size() >= kMaxValues)
            refuse("has more values than a state dict needs");
        m_marks.push_back(m_stack.size());
    }
    void push(Value made) { push(make(std::move(made))); }
    void pushText(std::string_view content) { push(Value{.kind = Kind::Text, .text = content}); }
    void pushInteger(std::int64_t number) { push(Value{.kind = Kind::Integer, .integer = number}); }

    std::size_t fence() const { return m_marks.empty() ? 0 : m_marks.back(); }
    Ref pop()
    {
        if (m_stack.size() <= fence())
            fail("the stack is empty");
        const Ref ref = m_stack.back();
        m_stack.pop_back();
        return ref;
    }
    Ref top() const
    {
        if (m_stack.size() <= fence())
            fail("the stack is empty");
        return m_stack.back();
    }
    std::vector<Ref> popToMark()
    {
        if (m_marks.empty())
            fail("there is no mark on the stack");
        const auto from = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
        std::vector<Ref> items(from, m_stack.end());
        m_stack.erase(from, m_stack.end());
        m_marks.pop_back();
        return items;
    }
    void pushTuple(std::size_t count)
    {
        std::vector<Ref> items(count);
        for (std::size_t i = count; i-- > 0;)
            items[i] = pop();
        push(Value{.kind = Kind::Tuple, .items = std::move(items)});
    }
    void append(const std::vector<Ref>& items)
    {
        Value& list = value(top());
        if (list.kind != Kind::List)
            fail("something is appended to what is no list");
        list.items.insert(list.items.end(), items.begin(), items.end());
    }
    void setItems(const std::vector<Ref>& items)
    {
        Value& dict = value(top());
        if (dict.kind != Kind::Dict)
            fail("items are set in what is no dictionary");
        if (items.size() % 2 != 0)
            fail("a key has no value");
        dict.items.insert(dict.items.end(), items.begin(), items.end());
    }
    void remember(std::uint64_t slot)
    {
        if (slot >= kMaxValues)
            refuse("remembers more values than a state dict needs");
        if (m_memo.size() <= slot)
            m_memo.resize(static_cast<std::size_t>(slot) + 1);
        m_memo[static_cast<std::size_t>(slot)] = top();
    }
    void recall(std::uint64_t slot)
    {
        if (slot >= m_memo.size() || !m_memo[static_cast<std::size_t>(slot)])
            fail(fmt::format("value {} is used before it is there", slot));
        push(*m_memo[static_cast<std::size_t>(slot)]);
    }
    std::uint64_t slotOf(std::string_view digits) const
    {
        const auto slot = parseInteger(digits);
        if (!slot || *slot < 0)
            fail("a memo number is none");
        return static_cast<std::uint64_t>(*slot);
    }

    Ref run();
    void step(std::uint8_t opcode);
    void pushLong(std::uint64_t size);
    void pushGlobal(std::string_view module, std::string_view name);
    void reduce();
    void persistent();
    Ref call(const TorchName& function, const std::vector<Ref>& arguments);
    Ref rebuildTensor(const std::vector<Ref>& arguments, bool ownDType);
    std::vector<std::int64_t> sizes(Ref ref, std::string_view what);
    std::int64_t integerOf(Ref ref, std::string_view what);
    std::optional<Ref> lookUp(Ref dict, std::string_view key);
    std::vector<PickledTensor> tensorsOf(Ref dict);

    std::span<const std::byte> m_pickle;
    const fs::path& m_file;
    std::size_t m_at = 0;
    std::size_t m_opcodeAt = 0;
    std::vector<Value> m_values;
    std::size_t m_copied = 0; // pairs, from lists to dictionaries
    std::vector<Ref> m_stack;
    std::vector<std::size_t> m_marks; // sizes of the stack
    std::vector<std::optional<Ref>> m_memo;
    std::vector<Storage> m_storages;
    std::vector<PickledTensor> m_tensors;
};

// Ends with the value on top of the stack at the opcode STOP.
Ref Unpickler::run()
{
    constexpr std::uint8_t kStop = '.';
    while (true) {
        m_opcodeAt = m_at;
        const auto opcode = number<std::uint8_t>();
        if (opcode == kStop)
            return pop();
        step(opcode);
    }
}

void Unpickler::step(std::uint8_t opcode)
{
    switch (opcode) {
    case 0x80: // PROTO
        if (const auto protocol = number<std::uint8_t>(); protocol > 5)
            refuse(fmt::format("is of protocol {}, 2 to 5 are read", protocol));
        break;
    case 0x95: number<std::uint64_t>(); break; // FRAME
    case '0': // POP, which may also take a mark
        if (!m_marks.empty() && m_stack.size() == m_marks.back())
            m_marks.pop_back();
        else
            pop();
        break;
    case '1': popToMark(); break; // POP_MARK
    case '2': push(top()); break; // DUP
    case '(': mark(); break; // MARK
    case 'N': push(Value{}); break; // NONE
    case 0x88: push(Value{.kind = Kind::Bool, .integer = 1}); break; // NEWTRUE
    case 0x89: push(Value{.kind = Kind::Bool, .integer = 0}); break; // NEWFALSE
    case 'J': pushInteger(number<std::int32_t>()); break; // BININT
    case 'K': pushInteger(number<std::uint8_t>()); break; // BININT1
    case 'M': pushInteger(number<std::uint16_t>()); break; // BININT2
    case 0x8a: pushLong(number<std::uint8_t>()); break; // LONG1
    case 0x8b: pushLong(number<std::uint32_t>()); break; // LONG4
    case 'G': bytes(8); push(Value{.kind = Kind::Other}); break; // BINFLOAT
    case 'X': pushText(text(number<std::uint32_t>())); break; // BINUNICODE
    case 0x8c: pushText(text(number<std::uint8_t>())); break; // SHORT_BINUNICODE
    case 0x8d: pushText(text(number<std::uint64_t>())); break; // BINUNICODE8
    case 'T': pushText(text(number<std::uint32_t>())); break; // BINSTRING
    case 'U': pushText(text(number<std::uint8_t>())); break; // SHORT_BINSTRING
    case 'B': bytes(number<std::uint32_t>()); push(Value{.kind = Kind::Other}); break; // BINBYTES
    case 'C': bytes(number<std::uint8_t>()); push(Value{.kind = Kind::Other}); break; // SHORT_BINBYTES
    case 0x8e: bytes(number<std::uint64_t>()); push(Value{.kind = Kind::Other}); break; // BINBYTES8
    case ')': pushTuple(0); break; // EMPTY_TUPLE
    case 0x85: pushTuple(1); break; // TUPLE1
    case 0x86: pushTuple(2); break; // TUPLE2
    case 0x87: pushTuple(3); break; // TUPLE3
    case 't': push(Value{.kind = Kind::Tuple, .items = popToMark()}); break; // TUPLE
    case ']': push(Value{.kind = Kind::List}); break; // EMPTY_LIST
    case 'l': push(Value{.kind = Kind::List, .items = popToMark()}); break; // LIST
    case 'a': { // APPEND
        const Ref item = pop();
        append({item});
        break;
    }
    case 'e': append(popToMark()); break; // APPENDS
    case '}': push(Value{.kind = Kind::Dict}); break; // EMPTY_DICT
    case 'd': { // DICT
        const std::vector<Ref> items = popToMark();
        push(Value{.kind = Kind::Dict});
        setItems(items);
        break;
    }
    case 's': { // SETITEM
        const Ref item = pop();
        const Ref key = pop();
        setItems({key, item});
        break;
    }
    case 'u': setItems(popToMark()); break; // SETITEMS
    case 'c': { // GLOBAL
        const std::string_view module = line();
        pushGlobal(module, line());
        break;
    }
    case 0x93: { // STACK_GLOBAL
        const Ref name = pop();
        const Ref module = pop();
        if (value(name).kind != Kind::Text || value(module).kind != Kind::Text)
            fail("a name is no text");
        pushGlobal(value(module).text, value(name).text);
        break;
    }
    case 'R': reduce(); break; // REDUCE
    case 'b': // BUILD: attributes of an object, which tensors do not need
        pop();
        top();
        break;
    case 'Q': persistent(); break; // BINPERSID
    case 'p': remember(slotOf(line())); break; // PUT
    case 'q': remember(number<std::uint8_t>()); break; // BINPUT
    case 'r': remember(number<std::uint32_t>()); break; // LONG_BINPUT
    case 0x94: remember(m_memo.size()); break; // MEMOIZE
    case 'g': recall(slotOf(line())); break; // GET
    case 'h': recall(number<std::uint8_t>()); break; // BINGET
    case 'j': recall(number<std::uint32_t>()); break; // LONG_BINGET
    default:
        refuse(fmt::format("has the opcode 0x{:02x}, which a state dict does not need", opcode));
    }
}

// A two's complement number of `size` bytes. Longer ones than 64 bits can be no size of anything here.
void Unpickler::pushLong(std::uint64_t size)
{
    const auto taken = bytes(size);
    if (size > 8) {
        push(Value{.kind = Kind::Other});
        return;
    }
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < taken.size(); ++i)
        bits |= std::to_integer<std::uint64_t>(taken[i]) << (8 * i);
    if (size > 0 && size < 8 && (bits >> (8 * size - 1)) != 0)
        bits |= ~std::uint64_t(0) << (8 * size);
    pushInteger(static_cast<std::int64_t>(bits));
}

void Unpickler::pushGlobal(std::string_view module, std::string_view name)
{
    const std::optional<TorchName> known = findTorchName(module, name);
    if (!known)
        refuse(fmt::format("asks for {}.{}, which loading tensors does not need; nothing of it was run", inQuotes(module), inQuotes(name)));
    push(Value{.kind = Kind::Global, .global = *known});
}

void Unpickler::reduce()
{
    const Ref arguments = pop();
    const Ref function = pop();
    if (value(arguments).kind != Kind::Tuple)
        fail("a call has no tuple of arguments");
    if (value(function).kind != Kind::Global)
        fail("something is called that is no function");
    const TorchName name = value(function).global;
    if (value(arguments).items.size() > kMaxArguments)
        fail("a call has more arguments than any function takes");
    push(call(name, value(arguments).items));
}

Ref Unpickler::call(const TorchName& function, const std::vector<Ref>& arguments)
{
    switch (function.meaning) {
    case TorchMeaning::OrderedDict: {
        Value dict{.kind = Kind::Dict};
        if (arguments.size() > 1 || (arguments.size() == 1 && value(arguments[0]).kind != Kind::List))
            fail("an OrderedDict is made of something that is no list of pairs");
        if (arguments.size() == 1) {
            m_copied += value(arguments[0]).items.size();
            if (m_copied > kMaxValues)
                refuse("has more values than a state dict needs");
            for (const Ref ref : value(arguments[0]).items) {
                const Value& pair = value(ref);
                if ((pair.kind != Kind::Tuple && pair.kind != Kind::List) || pair.items.size() != 2)
                    fail("an OrderedDict is made of something that is no list of pairs");
                dict.items.insert(dict.items.end(), pair.items.begin(), pair.items.end());
            }
        }
        return make(std::move(dict));
    }
    case TorchMeaning::RebuildTensor: return rebuildTensor(arguments, false);
    case TorchMeaning::RebuildTensor3: return rebuildTensor(arguments, true);
    case TorchMeaning::RebuildParameter:
        if (arguments.empty() || value(arguments[0]).kind != Kind::Tensor)
            fail("a parameter is made of something that is no tensor");
        return arguments[0];
    case TorchMeaning::RebuildFromType: {
        if (arguments.size() < 3 || value(arguments[0]).kind != Kind::Global || value(arguments[2]).kind != Kind::Tuple)
            fail("a tensor with attributes lacks its arguments");
        const TorchName inner = value(arguments[0]).global;
        if (inner.meaning != TorchMeaning::RebuildTensor && inner.meaning != TorchMeaning::RebuildTensor3)
            refuse("has a tensor of a kind of its own");
        return call(inner, value(arguments[2]).items);
    }
    case TorchMeaning::Size:
        if (arguments.size() != 1 || value(arguments[0]).kind != Kind::Tuple)
            fail("a torch.Size is made of something that is no tuple");
        return arguments[0];
    case TorchMeaning::Inert: return make({.kind = Kind::Other});
    case TorchMeaning::Storage:
    case TorchMeaning::UntypedStorage:
    case TorchMeaning::ElementType: break;
    }
    refuse(fmt::format("calls {}.{}, which is no function", function.module, function.name));
}

// ('storage', type, key, place, count)
void Unpickler::persistent()
{
    const Ref id = pop();
    const std::vector<Ref>& items = value(id).items;
    if (value(id).kind != Kind::Tuple || items.size() < 5 || value(items[0]).kind != Kind::Text || value(items[0]).text != "storage")
        fail("something beside the pickle is meant that is no storage");
    const Value& type = value(items[1]);
    const Value& key = value(items[2]);
    const bool untyped = type.kind == Kind::Global && type.global.meaning == TorchMeaning::UntypedStorage;
    if (!untyped && (type.kind != Kind::Global || type.global.meaning != TorchMeaning::Storage))
        fail("a storage is of no known type");
    if (key.kind != Kind::Text)
        fail("the key of a storage is no text");
    Storage storage{key.text, untyped ? std::nullopt : std::optional(type.global.dtype), integerOf(items[4], "the size of a storage")};
    if (storage.count < 0 || storage.count > std::numeric_limits<std::int64_t>::max() / 8)
        fail(fmt::format("a storage would have {} elements", storage.count));
    m_storages.push_back(storage);
    push(Value{.kind = Kind::Storage, .index = m_storages.size() - 1});
}

std::int64_t Unpickler::integerOf(Ref ref, std::string_view what)
{
    if (value(ref).kind != Kind::Integer)
        fail(fmt::format("{} is no whole number", what));
    return value(ref).integer;
}

std::vector<std::int64_t> Unpickler::sizes(Ref ref, std::string_view what)
{
    if (value(ref).kind != Kind::Tuple || value(ref).items.size() > kMaxDims)
        fail(fmt::format("{} is no tuple of at most {} numbers", what, kMaxDims));
    std::vector<std::int64_t> numbers;
    for (const Ref item : value(ref).items) {
        numbers.push_back(integerOf(item, what));
        if (numbers.back() < 0)
            fail(fmt::format("{} holds {}", what, numbers.back()));
    }
    return numbers;
}

Ref Unpickler::rebuildTensor(const std::vector<Ref>& arguments, bool ownDType)
{
    if (arguments.size() < (ownDType ? 7u : 6u) || value(arguments[0]).kind != Kind::Storage)
        fail("a tensor lacks its storage or other arguments");
    const Storage& storage = m_storages[value(arguments[0]).index];
    PickledTensor tensor;
    tensor.storage = storage.key;
    if (ownDType) {
        const Value& type = value(arguments[6]);
        if (type.kind != Kind::Global || type.global.meaning != TorchMeaning::ElementType)
            fail("a tensor has no known dtype");
        tensor.dtype = type.global.dtype;
    } else if (storage.dtype) {
        tensor.dtype = *storage.dtype;
    } else {
        fail("a tensor on an untyped storage has no dtype");
    }
    tensor.storageBytes = static_cast<std::uint64_t>(storage.count) * (storage.dtype ? sizeOf(*storage.dtype) : 1);
    const std::int64_t offset = integerOf(arguments[1], "the offset of a tensor");
    tensor.shape = sizes(arguments[2], "the shape of a tensor");
    tensor.strides = sizes(arguments[3], "the strides of a tensor");
    if (tensor.shape.size() != tensor.strides.size())
        fail(fmt::format("a tensor has {} sizes and {} strides", tensor.shape.size(), tensor.strides.size()));
    if (offset < 0)
        fail(fmt::format("a tensor begins at element {} of its storage", offset));
    tensor.offset = static_cast<std::uint64_t>(offset);

    const std::optional<std::int64_t> count = elementCount(tensor.shape);
    if (!count || *count > std::numeric_limits<std::int64_t>::max() / 8)
        fail(fmt::format("the shape {} has too many elements", shapeText(tensor.shape)));
    const auto available = static_cast<std::int64_t>(tensor.storageBytes / sizeOf(tensor.dtype));
    std::int64_t last = offset; // element of the storage
    bool inside = last <= available;
    for (std::size_t d = 0; inside && *count > 0 && d < tensor.shape.size(); ++d) {
        const std::int64_t steps = tensor.shape[d] - 1;
        const std::int64_t room = available - last;
        inside = steps == 0 || tensor.strides[d] == 0 || tensor.strides[d] <= room / steps;
        if (inside)
            last += steps * tensor.strides[d];
    }
    if (!inside || (*count > 0 && last >= available))
        fail(fmt::format("a tensor of shape {} reaches beyond the {} elements of its storage", shapeText(tensor.shape), available));

    // Repeating elements by strides of 0 makes large tensors of small files.
    constexpr std::uint64_t kMaxRepeated = std::uint64_t(64) << 20;
    const std::uint64_t dense = static_cast<std::uint64_t>(*count) * sizeOf(tensor.dtype);
    if (dense > tensor.storageBytes && dense > kMaxRepeated)
        refuse(fmt::format("repeats {} bytes to a tensor of {}", tensor.storageBytes, dense));
    if (m_tensors.size() >= kMaxTensors)
        refuse(fmt::format("has more than {} tensors", kMaxTensors));
    m_tensors.push_back(std::move(tensor));
    return make({.kind = Kind::Tensor, .index = m_tensors.size() - 1});
}

std::optional<Ref> Unpickler::lookUp(Ref dict, std::string_view key)
{
    const std::vector<Ref>& items = value(dict).items;
    for (std::size_t i = 0; i < items.size(); i += 2) {
        if (value(items[i]).kind == Kind::Text && value(items[i]).text == key)
            return items[i + 1];
    }
    return std::nullopt;
}

std::vector<PickledTensor> Unpickler::tensorsOf(Ref dict)
{
    std::vector<PickledTensor> found;
    if (value(dict).kind != Kind::Dict)
        return found;
    std::set<std::string_view> names;
    const std::vector<Ref>& items = value(dict).items;
    for (std::size_t i = 0; i < items.size(); i += 2) {
        const Value& key = value(items[i]);
        const Value& item = value(items[i + 1]);
        if (key.kind != Kind::Text || item.kind != Kind::Tensor)
            continue;
        if (!isUtf8(key.text))
            fail("the name of a tensor is not valid UTF-8");
        if (!names.insert(key.text).second)
            fail(fmt::format("tensor {} is there twice", inQuotes(key.text)));
        if (found.size() >= kMaxTensors)
            refuse(fmt::format("has more than {} tensors", kMaxTensors));
        found.push_back(m_tensors[item.index]);
        found.back().name = key.text;
    }
    return found;
}

} // namespace

std::vector<PickledTensor> readPickledTensors(std::span<const std::byte> pickle, const fs::path& file)
{
    return Unpickler(pickle, file).tensors();
}

} // namespace crucible::formats
