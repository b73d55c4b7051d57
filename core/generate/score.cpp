// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/score.h"

#include <cmath>
#include <limits>
#include <numbers>

namespace crucible::generate {

double TextScore::meanLoss() const
{
    return scored > 0 ? loss / static_cast<double>(scored) : std::numeric_limits<double>::quiet_NaN();
}

double TextScore::perplexity() const
{
    return std::exp(meanLoss());
}

double TextScore::bitsPerByte() const
{
    return bytes > 0 ? loss / (static_cast<double>(bytes) * std::numbers::ln2) : std::numeric_limits<double>::quiet_NaN();
}

double TextScore::standardError() const
{
    if (scored < 2)
        return std::numeric_limits<double>::quiet_NaN();
    const auto count = static_cast<double>(scored);
    const double variance = squares / count - meanLoss() * meanLoss();
    return variance > 0 ? std::sqrt(variance / (count - 1)) : 0;
}

void TextScore::add(double tokenLoss)
{
    ++scored;
    loss += tokenLoss;
    squares += tokenLoss * tokenLoss;
}

TextScore scoreText(Session& session, std::span<const TokenId> ids, std::size_t alternatives,
                    const std::function<void(const ScoredToken&)>& onToken, const CancelToken& cancel)
{
    TextScore score;
    const LanguageModel& model = session.model();
    std::optional<text::StreamDecoder> stream;
    if (model.tokenizer)
        stream.emplace(model.tokenizer, false);
    const auto tell = [&](std::size_t i, std::optional<Expectation> expectation) {
        ScoredToken token{ids[i], stream ? stream->push(ids[i]) : std::string(), std::move(expectation)};
        if (stream && i + 1 == ids.size())
            token.text += stream->finish();
        if (i > 0 && model.texts) {
            const std::vector<std::string>& texts = model.texts->all();
            if (static_cast<std::size_t>(ids[i]) < texts.size())
                score.bytes += texts[static_cast<std::size_t>(ids[i])].size();
        }
        if (onToken)
            onToken(token);
    };
    if (ids.empty())
        return score;
    tell(0, {});
    try {
        session.score(
            ids,
            [&](std::size_t i, std::span<const float> logits) {
                if (i + 1 >= ids.size())
                    return;
                Expectation expectation = expectationOf(logits, ids[i + 1], alternatives);
                score.add(-expectation.logprob);
                tell(i + 1, std::move(expectation));
            },
            cancel);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Cancelled)
            throw;
        score.cancelled = true;
    }
    return score;
}

} // namespace crucible::generate
