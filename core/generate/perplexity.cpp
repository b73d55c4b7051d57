// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/perplexity.h"

#include "text/utf8.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

namespace crucible::generate {
namespace {

// Python's white space.
bool isSpace(char32_t c)
{
    return (c >= 0x09 && c <= 0x0d) || (c >= 0x1c && c <= 0x20) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

// As re.split(r"\s+", text) counts them: empty ones at the ends are words too.
std::size_t countWords(std::string_view text)
{
    std::size_t words = 1;
    bool inSpace = false;
    for (std::size_t at = 0; at < text.size();) {
        const text::Character character = text::characterAt(text, at);
        const bool space = isSpace(character.code);
        words += space && !inSpace;
        inSpace = space;
        at += character.length;
    }
    return words;
}

} // namespace

std::string_view toString(PerplexityMode mode)
{
    switch (mode) {
    case PerplexityMode::Chunks: return "chunks";
    case PerplexityMode::Stride: return "stride";
    case PerplexityMode::Rolling: return "rolling";
    }
    return "chunks";
}

double PerplexityResult::wordPerplexity() const
{
    return words > 0 ? std::exp(score.loss / static_cast<double>(words)) : std::numeric_limits<double>::quiet_NaN();
}

double PerplexityResult::bytePerplexity() const
{
    return score.bytes > 0 ? std::exp(score.loss / static_cast<double>(score.bytes))
                           : std::numeric_limits<double>::quiet_NaN();
}

std::vector<PerplexityWindow> perplexityWindows(std::size_t tokens, const PerplexityOptions& options)
{
    const std::size_t context = options.context;
    std::vector<PerplexityWindow> windows;
    switch (options.mode) {
    case PerplexityMode::Chunks:
        // The logits of the middle token are the first to count: the token after it is the first that is scored.
        for (std::size_t begin = 0; begin + context <= tokens; begin += context)
            windows.push_back({begin, begin + context, begin + context / 2 + 1, false});
        break;
    case PerplexityMode::Stride:
        for (std::size_t begin = 0, last = 0; begin < tokens; begin += options.stride) {
            const std::size_t end = std::min(begin + context, tokens);
            windows.push_back({begin, end, std::max(last, begin + 1), false});
            last = end;
            if (end == tokens)
                break;
        }
        break;
    case PerplexityMode::Rolling:
        // The last window reaches back, so that what is left of the text has as much context as there is room for.
        for (std::size_t scored = 0; scored < tokens;) {
            const std::size_t end = std::min(scored + context, tokens);
            const bool prefixed = scored == 0;
            windows.push_back({prefixed ? 0 : end - context - 1, end, scored, prefixed});
            scored = end;
        }
        break;
    }
    if (options.maxWindows > 0 && windows.size() > options.maxWindows)
        windows.resize(options.maxWindows);
    return windows;
}

std::size_t PerplexityPlan::computed() const
{
    std::size_t sum = 0;
    for (const PerplexityWindow& window : windows)
        sum += window.end - window.begin - (window.prefixed ? 0 : 1); // nothing follows the last one
    return sum;
}

PerplexityPlan planPerplexity(const LanguageModel& model, std::string_view text, const PerplexityOptions& options,
                              std::size_t context)
{
    const text::Tokenizer& tokenizer = model.needTokenizer();
    if (options.context < 2 ||
        (options.mode == PerplexityMode::Stride && (options.stride == 0 || options.stride > options.context)))
        throw Error::invalid(
            CRUCIBLE_TR_NOOP("Problem", "a window has at least 2 tokens, and a stride is from 1 to that"),
            "perplexity");
    if (options.context > context)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "a window of %1 tokens is longer than the context of %2"),
                              options.context, context},
                             "perplexity");
    const bool rolling = options.mode == PerplexityMode::Rolling;
    PerplexityPlan plan;
    plan.options = options;
    plan.tokens = rolling ? tokenizer.encode(text, {.addSpecial = false}) : model.encodePrompt(text);
    const std::optional<TokenId> beginning = tokenizer.bos() ? tokenizer.bos() : tokenizer.eos();
    if (rolling && !beginning)
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the model has neither a token that begins nor one that ends "
                                                         "a text, which the first token would follow"),
                             "perplexity");
    plan.beginning = beginning.value_or(-1);
    plan.addsBos = !rolling && tokenizer.bos() && !plan.tokens.empty() && plan.tokens.front() == *tokenizer.bos();
    plan.windows = perplexityWindows(plan.tokens.size(), options);
    if (plan.windows.empty())
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the text has %1 tokens, which is not one window of %2"),
                              plan.tokens.size(), options.context},
                             "perplexity", CRUCIBLE_TR_NOOP("Problem", "give a longer text, or a smaller context"));
    return plan;
}

PerplexityResult perplexity(Session& session, const PerplexityPlan& plan, std::string_view text, Progress& progress,
                            const CancelToken& cancel)
{
    const std::vector<TokenId>& tokens = plan.tokens;
    PerplexityResult result;
    result.tokens = tokens.size();
    const auto start = std::chrono::steady_clock::now();
    progress.stage("perplexity");
    for (const PerplexityWindow& window : plan.windows) {
        std::vector<TokenId> ids(tokens.begin() + static_cast<std::ptrdiff_t>(window.begin),
                                 tokens.begin() + static_cast<std::ptrdiff_t>(window.end));
        std::size_t first = window.begin; // token of the text that ids[0] is
        std::size_t shift = 0;
        if (window.prefixed) {
            ids.insert(ids.begin(), plan.beginning);
            shift = 1;
        } else if (plan.addsBos && plan.options.mode == PerplexityMode::Chunks) {
            ids.front() = plan.beginning;
        }
        const std::span<const TokenId> given(ids.data(), ids.size() - 1); // nothing follows the last one
        session.score(
            given,
            [&](std::size_t i, std::span<const float> logits) {
                const std::size_t target = first + i + 1 - shift;
                if (target < window.scored)
                    return;
                result.score.add(-logprobOf(logits, tokens[target]));
            },
            cancel);
        ++result.windows;
        progress.metric("perplexity", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
                        result.score.perplexity());
        progress.advance(result.windows, plan.windows.size(), "windows", {});
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (plan.options.mode == PerplexityMode::Rolling && plan.windows.back().end == tokens.size()) {
        result.words = countWords(text);
        result.score.bytes = text.size();
    }
    return result;
}

PerplexityResult perplexity(Session& session, std::string_view text, const PerplexityOptions& options,
                            Progress& progress, const CancelToken& cancel)
{
    return perplexity(session, planPerplexity(session.model(), text, options, session.context()), text, progress,
                      cancel);
}

} // namespace crucible::generate
