// SPDX-License-Identifier: GPL-3.0-or-later
// The header of a GGUF file that is to be written (version 3, alignment 32): metadata first, then the layout of the tensors,
// which is known before any of their data is.
#pragma once

#include "formats/gguf_facts.h"
#include "formats/tensor.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::formats {

// Metadata in the order in which it is set, and the same as facts.
class GgufHeader {
public:
    // `architecture` goes before every key that does not begin with "general." or "tokenizer.".
    GgufHeader(std::string_view architecture, std::filesystem::path where);

    void setWhole(std::string_view key, std::uint32_t value);
    void setReal(std::string_view key, double value); // as float32
    void setFlag(std::string_view key, bool value);
    void setText(std::string_view key, std::string_view value);
    void setTexts(std::string_view key, std::span<const std::string> values);
    void setReals(std::string_view key, std::span<const float> values);
    void setWholes(std::string_view key, std::span<const std::int32_t> values);
    void setBytes(std::string_view key, std::string_view values); // a list of 8-bit numbers

    const GgufFacts& facts() const { return m_facts; }
    GgufFacts& facts() { return m_facts; }
    std::uint64_t entries() const { return m_entries; }
    const std::string& bytes() const { return m_bytes; }

private:
    std::string begin(std::string_view key, std::uint32_t type);
    void beginList(std::string_view key, std::uint32_t type, std::size_t count);

    std::string m_architecture;
    GgufFacts m_facts;
    std::uint64_t m_entries = 0;
    std::string m_bytes;
};

struct GgufLayout {
    std::string header;                 // the file's first bytes, up to the data
    std::vector<std::uint64_t> offsets; // place in the file of each tensor's first byte, in the order given
    std::uint64_t fileBytes = 0;
};

// Throws Error::invalid: a name twice or longer than llama.cpp reads, a dtype that GGUF does not have, more than four dimensions.
GgufLayout ggufLayout(const GgufHeader& header, std::span<const TensorInfo> tensors);

} // namespace crucible::formats
