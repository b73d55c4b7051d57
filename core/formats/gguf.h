// SPDX-License-Identifier: GPL-3.0-or-later
// GGUF files (ggml's docs/gguf.md, versions 2 and 3): metadata and the list of tensors. Tensors of floating point types can
// be read; quantized ones are described and not decoded.
#pragma once

#include "formats/checkpoint.h"

#include <optional>
#include <variant>

namespace crucible {
class MemoryMap;
}

namespace crucible::formats {

// A storage type of ggml: `blockElements` numbers are kept in `blockBytes` bytes.
struct GgmlType {
    std::uint32_t id = 0;
    std::string_view name; // "Q4_K"
    std::uint32_t blockElements = 1;
    std::uint32_t blockBytes = 0;
    std::optional<DType> dtype; // for types that are plain numbers
};

// nullptr for an id that ggml does not have or has given up.
const GgmlType* findGgmlType(std::uint32_t id);

struct GgufValue;

// A list in the metadata. Vocabularies have hundreds of thousands of entries: the first kMaxItems are kept, all are counted.
struct GgufArray {
    static constexpr std::size_t kMaxItems = 16;
    std::uint64_t count = 0;
    std::vector<GgufValue> items;
    std::uint32_t type = 0;   // of the elements, as the file numbers value types
    std::uint64_t offset = 0; // of the first element in the file
};

struct GgufValue {
    std::variant<std::uint64_t, std::int64_t, double, bool, std::string, GgufArray> value;
};

struct GgufTensor {
    std::string name;
    const GgmlType* type = nullptr;
    Shape shape;              // row-major as everywhere here: the reverse of the file's order
    std::uint64_t bytes = 0;
    std::uint64_t offset = 0; // in the file
};

class GgufFile final : public TensorSource {
public:
    // Checks the whole header, and every tensor against the file's size.
    // Throws Error::notFound, Error::io, Error::corrupt, Error::unsupported (version 1, big-endian, an unknown type).
    explicit GgufFile(const std::filesystem::path& path);

    const std::filesystem::path& path() const override { return m_path; }
    std::uint32_t version() const { return m_version; }
    // In the file's order.
    const std::vector<std::pair<std::string, GgufValue>>& metadata() const { return m_metadata; }
    const GgufValue* find(std::string_view key) const;
    // The text of a metadata key; empty when absent or no text.
    std::string text(std::string_view key) const;
    // All elements of a list of texts; the views live as long as the file object. Empty when absent.
    // Throws Error::corrupt when the key is no such list.
    std::vector<std::string_view> texts(std::string_view key) const;
    // All elements of a list of numbers, or of truth values, which are 0 and 1. The same.
    std::vector<double> numbers(std::string_view key) const;
    const std::vector<GgufTensor>& ggufTensors() const { return m_all; }
    bool isQuantized() const;

    // The same tensors, in the same order. For a quantized one dtype is U8, the shape its elements', and read() throws Error::unsupported.
    const std::vector<TensorInfo>& tensors() const override { return m_tensors; }
    TensorData read(std::size_t index) const override;
    bool isMapped() const override { return true; }
    void checkIntact() const override;

private:
    std::filesystem::path m_path;
    std::shared_ptr<const MemoryMap> m_map;
    std::uint32_t m_version = 0;
    std::vector<std::pair<std::string, GgufValue>> m_metadata;
    std::vector<GgufTensor> m_all;
    std::vector<TensorInfo> m_tensors;
};

} // namespace crucible::formats
