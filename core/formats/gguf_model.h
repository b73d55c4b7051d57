// SPDX-License-Identifier: GPL-3.0-or-later
// A model in GGUF files as llama.cpp writes them: one file, or several named "...-00001-of-00003.gguf". It answers as a
// model folder would: with a config.json, and with tensors under the names of Hugging Face's files.
#pragma once

#include "formats/gguf_facts.h"
#include "formats/model_folder.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crucible::formats {

// Where row `row` of a tensor in Hugging Face's files is in llama.cpp's: which of the tensors, and which row.
struct GgufPlace {
    std::size_t part = 0;
    std::int64_t row = 0;
};
GgufPlace placeInGguf(GgufForm form, const GgufHeads& heads, std::int64_t row);
// How many tensors one becomes, 1 or 3, and what their names end in: "attn_qkv" becomes "attn_q", "attn_k", "attn_v".
std::vector<std::string> ggufNames(const GgufName& name, std::string_view gguf);
// "blk.{}.attn_q" and 3 give "blk.3.attn_q": puts a number in for the first "{}".
std::string withNumber(std::string_view pattern, std::int64_t number);

class GgufModel {
public:
    // Reads headers only, and small tensors that say how positions are scaled. `path`: any of the files.
    // Throws Error::notFound, Error::corrupt; Error::unsupported for an architecture without a table here, and for tensors that
    // its table does not speak of.
    static std::shared_ptr<const GgufModel> open(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_facts.where(); } // of the first file
    const std::vector<std::shared_ptr<const GgufFile>>& files() const { return m_files; }
    const GgufArchitecture& architecture() const { return *m_architecture; }
    // What config.json would say.
    const ModelConfig& config() const { return m_config; }
    const GgufHeads& heads() const { return m_heads; }
    // The first tensor of a type that is no plain number, nullptr when there is none.
    const GgufTensor* quantizedTensor() const;

    // Names and bytes of llama.cpp, but every expert is a tensor of its own: "blk.3.ffn_up.7.weight" from the
    // stack "blk.3.ffn_up_exps.weight". Views into the mapped files.
    std::shared_ptr<const Checkpoint> asStored() const { return m_stored; }
    // Names, shapes and order of Hugging Face's files. Reading a tensor whose rows are sorted otherwise makes a copy.
    std::shared_ptr<const Checkpoint> asHuggingFace() const { return m_huggingFace; }

    const GgufFacts& facts() const { return m_facts; }

private:
    explicit GgufModel(std::vector<std::shared_ptr<const GgufFile>> files);

    std::vector<std::shared_ptr<const GgufFile>> m_files;
    GgufFacts m_facts;
    const GgufArchitecture* m_architecture;
    ModelConfig m_config;
    GgufHeads m_heads;
    std::shared_ptr<const Checkpoint> m_stored;
    std::shared_ptr<const Checkpoint> m_huggingFace;
};

// The one GGUF model in a folder that is no model itself; `path` as it is in every other case.
// Throws Error::invalid when there are several.
std::filesystem::path ggufIn(const std::filesystem::path& path);

// The files of a model that is split, in order, from the name of any of them; `path` alone when it is not.
// Throws Error::notFound naming a missing one.
std::vector<std::filesystem::path> ggufParts(const std::filesystem::path& path);

} // namespace crucible::formats
