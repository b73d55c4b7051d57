// SPDX-License-Identifier: GPL-3.0-or-later
// How well a model expects a text, token by token.
#pragma once

#include "generate/distribution.h"
#include "generate/session.h"

#include <functional>
#include <optional>
#include <span>
#include <string>

namespace crucible::generate {

struct ScoredToken {
    TokenId id = 0;
    std::string text;                       // what becomes certain with it
    std::optional<Expectation> expectation; // none for the first, before which nothing is
};

struct TextScore {
    std::size_t scored = 0;  // tokens with a loss
    double loss = 0;         // sum over them, in nats
    double squares = 0;      // sum of the squared losses
    std::size_t bytes = 0;   // of their text
    bool cancelled = false;  // the numbers are of what came before

    // NaN where nothing was scored.
    double meanLoss() const;
    double perplexity() const;
    double bitsPerByte() const;
    // Of the mean loss, as if tokens were independent.
    double standardError() const;
    void add(double tokenLoss);
};

// Every token of `ids`, in order. Throws Error::invalid for ids that do not exist.
TextScore scoreText(Session& session, std::span<const TokenId> ids, std::size_t alternatives,
                    const std::function<void(const ScoredToken&)>& onToken, const CancelToken& cancel = {});

} // namespace crucible::generate
