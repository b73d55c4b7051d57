// SPDX-License-Identifier: GPL-3.0-or-later
// What the header of a GGUF model says, read from files or about to be written, with typed questions.
#pragma once

#include "formats/gguf.h"
#include "formats/gguf_architecture.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace crucible::formats {

// Sizes by which rows are sorted.
struct GgufHeads {
    std::int64_t heads = 0;
    std::int64_t keyHeads = 0;
    std::int64_t headDim = 0;
};

class GgufFacts {
public:
    using Value = std::variant<double, bool, std::string, std::vector<double>>;

    // `where`: what errors name.
    explicit GgufFacts(std::filesystem::path where) : m_where(std::move(where)) {}
    // Metadata and tensors of the files of one model; long lists are left out.
    static GgufFacts of(const std::vector<std::shared_ptr<const GgufFile>>& files);

    // --- to fill it
    void set(std::string key, Value value) { m_metadata.insert_or_assign(std::move(key), std::move(value)); }
    void addTensor(std::string name, Shape shape) { m_tensors.emplace(std::move(name), std::move(shape)); }
    void setValues(std::string tensor, std::vector<double> values) { m_values.insert_or_assign(std::move(tensor), std::move(values)); }
    void setHeadIsEmbedding(bool is) { m_headIsEmbedding = is; }

    // --- metadata; keys without the architecture's name before them, but for those that begin with "general.", "split." and
    // "tokenizer.". nullopt when absent. Throw Error::corrupt for another type; a list with a value for every layer counts as
    // its value when all are equal, else Error::unsupported.
    std::optional<std::int64_t> whole(std::string_view key) const;
    std::optional<double> real(std::string_view key) const; // the shortest decimal that is this float32
    std::optional<bool> flag(std::string_view key) const;
    std::string text(std::string_view key) const; // empty when absent
    std::vector<double> list(std::string_view key) const; // numbers or truth values; empty when there is no such list
    bool has(std::string_view key) const { return value(key) != nullptr; }
    // One that must be there, from 1 to 2^24. Throws Error::corrupt.
    std::int64_t size(std::string_view key) const;
    // Sizes of attention that fit each other. Throws Error::corrupt, Error::unsupported.
    GgufHeads heads() const;

    // The shape of a tensor, nullptr when there is none.
    const Shape* find(std::string_view tensor) const;
    std::size_t tensors() const { return m_tensors.size(); }
    // The factors that a tensor such as "rope_freqs.weight" holds; empty when there is none.
    std::vector<double> values(std::string_view tensor) const;
    // Whether output.weight holds the same values as token_embd.weight.
    bool headIsEmbedding() const { return m_headIsEmbedding; }

    const std::filesystem::path& where() const { return m_where; }
    [[noreturn]] void fail(std::string what) const; // Error::corrupt
    [[noreturn]] void refuse(std::string what) const; // Error::unsupported

private:
    std::string keyOf(std::string_view key) const;
    const Value* value(std::string_view key) const;
    std::optional<double> number(std::string_view key) const;

    std::filesystem::path m_where;
    std::map<std::string, Value, std::less<>> m_metadata;
    std::map<std::string, Shape, std::less<>> m_tensors;
    std::map<std::string, std::vector<double>, std::less<>> m_values;
    bool m_headIsEmbedding = false;
};

// The family that a file is of. Throws Error::corrupt when it does not say, Error::unsupported for one without a table.
const GgufArchitecture& chooseGgufArchitecture(const GgufFacts& facts);
// What config.json would say. Throws Error::corrupt, Error::unsupported.
OrderedJson configFromGguf(const GgufArchitecture& architecture, const GgufFacts& facts);
// A part of the above: how positions are scaled.
void addRopeScaling(const GgufArchitecture& architecture, const GgufFacts& facts, OrderedJson& config);

} // namespace crucible::formats
