// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/beam_search.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace crucible::generate {
namespace {

struct Beam {
    std::vector<TokenId> ids; // written so far
    double logprob = 0;
    model::KvCache cache; // of everything but the last id
};

struct Step {
    std::size_t beam = 0;
    TokenId token = 0;
    double logprob = 0; // of the whole text with it
};

class Search {
public:
    using OnStep = std::function<void(std::size_t, std::size_t)>;

    Search(Session& session, const BeamRequest& request, const CancelToken& cancel, const OnStep& onStep)
        : m_session(session), m_model(session.model()), m_request(request), m_cancel(cancel), m_onStep(onStep),
          m_mostTokens(std::min(request.maxTokens, session.context() - request.prompt.size()))
    {
    }

    std::vector<BeamResult> run()
    {
        Beam first{{}, 0, m_model.decoder->newCache()};
        std::vector<float> logits = m_session.prefill(m_request.prompt, first.cache, m_cancel);
        m_running.push_back(std::move(first));
        for (std::size_t length = 1; length <= m_mostTokens; ++length) {
            m_cancel.check();
            take(bestSteps(logits), length);
            if (m_onStep)
                m_onStep(length, m_mostTokens);
            if (isDone(length))
                break;
            if (length < m_mostTokens)
                logits = forward();
        }
        std::stable_sort(m_finished.begin(), m_finished.end(),
                         [](const BeamResult& a, const BeamResult& b) { return a.score > b.score; });
        m_finished.resize(std::min(m_finished.size(), m_request.results));
        for (BeamResult& result : m_finished)
            result.text = textOf(result.ids);
        return std::move(m_finished);
    }

private:
    // So many that enough go on even when all others end.
    std::vector<Step> bestSteps(std::span<const float> logits) const
    {
        const std::size_t wanted = std::max<std::size_t>(2, 1 + m_model.stopTokens.size()) * m_request.beams;
        const std::size_t width = logits.size() / m_running.size();
        std::vector<Step> steps;
        for (std::size_t b = 0; b < m_running.size(); ++b) {
            for (const Alternative& one : expectationOf(logits.subspan(b * width, width), 0, wanted).alternatives)
                steps.push_back({b, one.id, m_running[b].logprob + one.logprob});
        }
        const auto better = [](const Step& a, const Step& b) {
            return a.logprob != b.logprob ? a.logprob > b.logprob
                   : a.beam != b.beam     ? a.beam < b.beam
                                          : a.token < b.token;
        };
        std::sort(steps.begin(), steps.end(), better);
        steps.resize(std::min(steps.size(), wanted));
        return steps;
    }

    double scoreOf(double logprob, std::size_t length) const
    {
        return logprob / std::pow(static_cast<double>(length), m_request.lengthPenalty);
    }

    void take(const std::vector<Step>& steps, std::size_t length)
    {
        const bool isLast = length == m_mostTokens;
        std::vector<Step> kept;
        for (std::size_t rank = 0; rank < steps.size(); ++rank) {
            const bool ends = m_model.isStop(steps[rank].token);
            if ((ends || isLast) && rank < m_request.beams)
                finish(steps[rank], ends, length);
            if (!ends && kept.size() < m_request.beams)
                kept.push_back(steps[rank]);
        }
        if (isLast)
            return;
        std::vector<std::size_t> uses(m_running.size());
        for (const Step& step : kept)
            ++uses[step.beam];
        std::vector<Beam> next;
        for (const Step& step : kept) {
            Beam& from = m_running[step.beam];
            // The last that goes on from a beam takes its memory.
            next.push_back(--uses[step.beam] == 0 ? std::move(from) : from);
            next.back().ids.push_back(step.token);
            next.back().logprob = step.logprob;
        }
        m_running = std::move(next);
    }

    void finish(const Step& step, bool ends, std::size_t length)
    {
        BeamResult result;
        result.ids = m_running[step.beam].ids;
        if (!ends)
            result.ids.push_back(step.token);
        result.logprob = step.logprob;
        result.score = scoreOf(step.logprob, length);
        result.reason = ends                                 ? StopReason::StopToken
                        : m_mostTokens < m_request.maxTokens ? StopReason::Context
                                                             : StopReason::Length;
        m_finished.push_back(std::move(result));
        std::stable_sort(m_finished.begin(), m_finished.end(),
                         [](const BeamResult& a, const BeamResult& b) { return a.score > b.score; });
        m_finished.resize(std::min(m_finished.size(), m_request.beams));
    }

    bool isDone(std::size_t length) const
    {
        if (m_running.empty())
            return true;
        if (m_finished.size() < m_request.beams)
            return false;
        if (m_request.earlyStopping == EarlyStopping::Yes)
            return true;
        const bool mayGrow = m_request.earlyStopping == EarlyStopping::Never && m_request.lengthPenalty > 0;
        return scoreOf(m_running.front().logprob, mayGrow ? m_mostTokens : length) <= m_finished.back().score;
    }

    std::vector<float> forward()
    {
        std::vector<model::Decoder::Slice> slices;
        for (Beam& beam : m_running)
            slices.push_back({std::span<const TokenId>(beam.ids).last(1), &beam.cache, false});
        return m_model.decoder->forward(slices, m_session.pool(), m_cancel);
    }

    std::string textOf(const std::vector<TokenId>& ids) const
    {
        if (!m_model.tokenizer)
            return {};
        text::StreamDecoder stream(m_model.tokenizer);
        constexpr std::size_t kBefore = 16;
        if (m_request.continuesText) {
            for (const TokenId id : std::span(m_request.prompt).last(std::min(kBefore, m_request.prompt.size())))
                stream.push(id);
        }
        std::string text;
        for (const TokenId id : ids)
            text += stream.push(id);
        return text + stream.finish();
    }

    Session& m_session;
    const LanguageModel& m_model;
    const BeamRequest& m_request;
    const CancelToken& m_cancel;
    const OnStep& m_onStep;
    std::size_t m_mostTokens;
    std::vector<Beam> m_running;        // the most probable first
    std::vector<BeamResult> m_finished; // the best first
};

} // namespace

void checkBeams(const Session& session, const BeamRequest& request)
{
    if (request.beams == 0 || request.results == 0 || request.results > request.beams)
        throw Error::invalid(
            {CRUCIBLE_TR_NOOP("Problem", "%1 results can not come from %2 beams"), request.results, request.beams},
            "beams");
    if (!std::isfinite(request.lengthPenalty))
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the length penalty is no number"), "beams");
    if (request.maxTokens == 0)
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "a text of no tokens was asked for"), "beams");
    checkPrompt(session.model(), request.prompt, session.context());
}

std::vector<BeamResult> beamSearch(Session& session, const BeamRequest& request, const CancelToken& cancel,
                                   const std::function<void(std::size_t done, std::size_t most)>& onStep)
{
    checkBeams(session, request);
    return Search(session, request, cancel, onStep).run();
}

} // namespace crucible::generate
