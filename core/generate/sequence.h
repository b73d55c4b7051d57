// SPDX-License-Identifier: GPL-3.0-or-later
// One text while it is written: takes logits, gives tokens, and knows when it ends. What computes the logits is elsewhere.
#pragma once

#include "generate/constraint.h"
#include "generate/distribution.h"
#include "generate/language_model.h"
#include "generate/sampler_chain.h"
#include "generate/stop_strings.h"

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::generate {

enum class StopReason { StopToken, StopString, Length, Context, Cancelled, Grammar };
// "stop_token", "stop_string", "length", "context", "cancelled", "grammar"
std::string_view toString(StopReason reason);

struct GenerateRequest {
    std::vector<TokenId> prompt; // not empty
    SamplingSettings sampling;
    std::uint64_t sequence = 0; // tells texts apart that are written with one seed
    std::size_t maxTokens = std::numeric_limits<std::size_t>::max();
    std::vector<std::string> stop;
    bool ignoreEnd = false; // go on after a token that ends an answer
    // The text goes on in the middle of the prompt's last line, rather than beginning as an answer of its own: decides on a
    // space at its beginning.
    bool continuesText = true;
    std::optional<std::size_t> alternatives; // look at the distribution of every token, with so many alternatives
    std::shared_ptr<const Constraint> constraint;
};

struct GeneratedToken {
    TokenId id = 0;
    std::string text; // what became certain with it: may be empty, and may belong to tokens before
    bool ends = false; // it is one that ends an answer, and no part of the text
    std::optional<Expectation> expectation;
};

struct Generated {
    std::vector<TokenId> ids; // without the token that ended it
    std::string text;
    StopReason reason = StopReason::Cancelled;
    std::uint64_t seed = 0;
    std::size_t promptTokens = 0;
    std::size_t reusedTokens = 0;
    double prefillSeconds = 0;
    double decodeSeconds = 0;
    std::size_t contextUsed = 0; // tokens of the prompt and the text
    std::size_t context = 0;
};

// Throws Error::invalid for an empty prompt, one that fills the context, and ids that do not exist.
void checkPrompt(const LanguageModel& model, std::span<const TokenId> prompt, std::size_t context);

class Sequence {
public:
    using OnToken = std::function<void(const GeneratedToken&)>;

    // `context`: tokens of the prompt and the text together. Throws Error::invalid for an empty prompt, one that fills the
    // context, ids that do not exist, and settings that can not be.
    Sequence(std::shared_ptr<const LanguageModel> model, GenerateRequest request, std::size_t context, OnToken onToken = {});

    // The prompt and what was written.
    const std::vector<TokenId>& tokens() const { return m_tokens; }
    std::size_t promptTokens() const { return m_request.prompt.size(); }
    bool finished() const { return m_finished; }

    // Chooses the next token from the logits after the last one. Throws Error::invalid when nothing can be chosen.
    void advance(std::span<const float> logits);
    // Ends it where it is.
    void cancel();
    // Complete after the end, but for what only knows who computes.
    Generated& result() { return m_result; }

private:
    void finish(StopReason reason, GeneratedToken* last);
    TokenId choose(std::span<const float> logits);

    std::shared_ptr<const LanguageModel> m_model;
    GenerateRequest m_request;
    std::size_t m_context;
    OnToken m_onToken;
    SamplerChain m_chain;
    std::unique_ptr<Constraint> m_constraint;
    std::optional<text::StreamDecoder> m_stream; // none without a tokenizer
    StopStrings m_stops;
    std::vector<TokenId> m_tokens;
    Generated m_result;
    bool m_finished = false;
};

} // namespace crucible::generate
