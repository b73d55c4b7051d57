// SPDX-License-Identifier: GPL-3.0-or-later
// The tokenizer that Hugging Face's library describes: added tokens are cut out, the rest is normalized, split into words
// and given to a model; then tokens are put around. tokenizer.json, tiktoken and GGUF vocabularies are read into it.
#pragma once

#include "text/added_tokens.h"
#include "text/decoders.h"
#include "text/model.h"
#include "text/normalizers.h"
#include "text/post_processors.h"
#include "text/pre_tokenizers.h"

#include <mutex>

namespace crucible::text {

struct PipelineParts {
    NormalizerList normalizers;
    PreTokenizers preTokenizers;
    std::unique_ptr<const Model> model;
    AddedTokens added;
    PostProcessor postProcessor;
    DecoderList decoders;        // empty: pieces are joined by spaces
    ParseSpecial parseSpecial = ParseSpecial::Always;
    // By id, where the file says more than the added tokens do (GGUF).
    std::vector<TokenKind> kinds;
};

class Pipeline final : public Tokenizer {
public:
    // The parts' added tokens need not be prepared. Throws Error::invalid.
    explicit Pipeline(PipelineParts parts);
    ~Pipeline() override;

    std::string_view piece(TokenId id) const override;
    std::optional<TokenId> idOf(std::string_view piece) const override;
    TokenKind kind(TokenId id) const override;
    bool isSpecial(TokenId id) const override;
    std::string_view model() const override { return m_parts.model->name(); }

protected:
    void encodeInto(std::string_view text, const EncodeOptions& options, std::vector<TokenId>& ids,
                    std::vector<Offsets>* offsets) const override;
    std::string decodeIds(std::span<const TokenId> ids, bool skipSpecial) const override;
    std::size_t idLimit() const override;

private:
    struct Worker; // memory of one thread at a time, with the tokens of words it met before
    std::unique_ptr<Worker> takeWorker() const;
    void giveBack(std::unique_ptr<Worker> worker) const;
    void encodePiece(std::string_view word, Worker& worker, std::vector<TokenId>& ids) const;

    PipelineParts m_parts;
    mutable std::mutex m_mutex;
    mutable std::vector<std::unique_ptr<Worker>> m_idle;
};

} // namespace crucible::text
