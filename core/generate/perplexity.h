// SPDX-License-Identifier: GPL-3.0-or-later
// How surprised a model is by a text that does not fit its context, counted in the three ways that are published.
#pragma once

#include "base/progress.h"
#include "generate/score.h"

#include <string_view>
#include <vector>

namespace crucible::generate {

enum class PerplexityMode {
    Chunks,  // llama-perplexity: windows side by side, each beginning with BOS, and only its second half counts
    Stride,  // a window moves by a stride, and what is new in it counts (the guide of transformers)
    Rolling, // lm-evaluation-harness: every token counts once; one token of context where a window begins
};
std::string_view toString(PerplexityMode mode); // "chunks", "stride", "rolling"

struct PerplexityOptions {
    PerplexityMode mode = PerplexityMode::Chunks;
    std::size_t context = 512;  // tokens of a window
    std::size_t stride = 256;   // for Stride; at most the context
    std::size_t maxWindows = 0; // only the first so many; 0: all
};

struct PerplexityResult {
    TextScore score;
    std::size_t tokens = 0; // of the text
    std::size_t windows = 0;
    std::size_t words = 0; // parts between white space, for Rolling
    double seconds = 0;

    // Plus or minus, by the standard error of the mean loss.
    double perplexityError() const { return score.perplexity() * score.standardError(); }
    // lm-evaluation-harness; for Rolling over the whole text.
    double wordPerplexity() const;
    double bytePerplexity() const;
};

// One pass of the model: the tokens [begin, end) are given, and those from `scored` on count. In Rolling, `prefixed`
// windows have the token before a text in front.
struct PerplexityWindow {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t scored = 0;
    bool prefixed = false;
    bool operator==(const PerplexityWindow&) const = default;
};
std::vector<PerplexityWindow> perplexityWindows(std::size_t tokens, const PerplexityOptions& options);

// A text that is ready to be measured.
struct PerplexityPlan {
    PerplexityOptions options;
    std::vector<TokenId> tokens;
    std::vector<PerplexityWindow> windows;
    TokenId beginning = -1; // before a text, for windows that are prefixed
    bool addsBos = false;   // every window begins with `beginning`
    // Tokens that go through the model.
    std::size_t computed() const;
};
// Throws Error::invalid for a text without a window to count, and for options that can not be. `context`: the longest
// window.
PerplexityPlan planPerplexity(const LanguageModel& model, std::string_view text, const PerplexityOptions& options,
                              std::size_t context);

// Tells the curve `perplexity` of what was measured so far, over seconds. `text` is the plan's.
// Throws Error::cancelled().
PerplexityResult perplexity(Session& session, const PerplexityPlan& plan, std::string_view text, Progress& progress,
                            const CancelToken& cancel = {});
// Both at once.
PerplexityResult perplexity(Session& session, std::string_view text, const PerplexityOptions& options,
                            Progress& progress, const CancelToken& cancel = {});

} // namespace crucible::generate
