// SPDX-License-Identifier: GPL-3.0-or-later
// A model that can be talked to: the decoder with its tokenizer, its chat template, and the tokens that end an answer.
#pragma once

#include "generate/token_texts.h"
#include "model/decoder.h"
#include "text/chat_template.h"
#include "text/tokenizer.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crucible {
class Progress;
}

namespace crucible::generate {

struct LanguageModel {
    std::filesystem::path path;
    std::filesystem::path adapter; // empty: none
    std::string name;              // of the folder or the file
    std::shared_ptr<const formats::ModelFolder> folder;
    model::DecoderConfig config;
    std::shared_ptr<const model::Decoder> decoder; // null when headers alone were read
    model::DecoderNeeds needs;                     // what it takes of memory
    model::Compute compute = model::Compute::Float32; // what it computes in
    model::Device device;                             // and where
    std::shared_ptr<const text::Tokenizer> tokenizer; // null when the files have none
    std::shared_ptr<const TokenTexts> texts;          // the same
    std::shared_ptr<const text::ChatTemplate> chat;   // the same
    std::optional<Error> chatProblem;                 // why there is a template that can not be used
    std::vector<TokenId> stopTokens;                  // ascending
    std::size_t context = 0;                          // tokens that the model was made for
    double loadSeconds = 0;

    struct Options {
        model::Compute compute = model::Compute::Automatic;
        model::Device device;
        Progress* progress = nullptr; // gets the stages "weights", "adapter", "tokenizer", "template"
    };

    // A folder or a .gguf file, with an adapter's folder where one is applied: matrices that it changes are computed once
    // and kept in memory, all others stay in their files. Throws what reading them throws.
    static std::shared_ptr<const LanguageModel> load(const std::filesystem::path& path, const std::filesystem::path& adapter, const Options& options);
    static std::shared_ptr<const LanguageModel> load(const std::filesystem::path& path, const std::filesystem::path& adapter = {});

    // The same without weights: enough to look at a request, and to say what it would take. What an adapter changes is
    // counted, not computed.
    static std::shared_ptr<const LanguageModel>
    loadHeaders(const std::filesystem::path& path, const std::filesystem::path& adapter, const Options& options);
    static std::shared_ptr<const LanguageModel> loadHeaders(const std::filesystem::path& path,
                                                            const std::filesystem::path& adapter = {});

    // Throw Error::notFound when there is none, naming the model.
    const text::Tokenizer& needTokenizer() const;
    const text::ChatTemplate& needChat() const;

    bool isStop(TokenId id) const;
    // The ids of a text that a model goes on with: what it expects at the beginning is added, and nothing at the end.
    std::vector<TokenId> encodePrompt(std::string_view text) const;
    // The ids of a rendered conversation, which holds its special tokens itself.
    std::vector<TokenId> encodeRendered(std::string_view text) const;
};

// "model+adapter" as two; the second is empty when there is no '+', or when the whole is a path that exists.
struct ModelReference {
    std::string model;
    std::string adapter;
};
ModelReference splitReference(const std::string& reference);

} // namespace crucible::generate
