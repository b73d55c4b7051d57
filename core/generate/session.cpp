// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/session.h"

#include <algorithm>
#include <chrono>

namespace crucible::generate {
namespace {

constexpr std::size_t kFewest = 16;
constexpr std::size_t kMost = 512;
constexpr double kLayerSeconds = 0.04;                    // between two looks at the request to stop
constexpr std::size_t kMostLogits = std::size_t(1) << 24; // values that are held at once when a text is scored

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::size_t contextOf(const LanguageModel& model, const SessionOptions& options)
{
    if (options.context == 0)
        return model.context;
    if (!model.config.positions.empty() && options.context > model.context)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the model has positions for %1 tokens, not for %2"),
                              model.context, options.context},
                             "context");
    return options.context;
}

} // namespace

void ChunkSize::measured(std::size_t tokens, double seconds)
{
    if (tokens == 0 || m_layers <= 0 || seconds <= 0)
        return;
    const double fit = kLayerSeconds * m_layers / seconds * static_cast<double>(tokens);
    const double bounded = std::min(fit, 4.0 * static_cast<double>(m_tokens));
    m_tokens = std::clamp(static_cast<std::size_t>(bounded) / kFewest * kFewest, kFewest, kMost);
}

Session::Session(std::shared_ptr<const LanguageModel> model, const SessionOptions& options)
    : m_model(std::move(model)), m_context(contextOf(*m_model, options)), m_pool(options.threads),
      m_chunk(m_model->config.layers), m_memory(*m_model)
{
}

void Session::forget()
{
    m_memory = Memory(*m_model);
}

// The angles of dynamic and long RoPE depend on the length of the whole text, beyond the positions of the training.
bool Session::lengthMatters(std::size_t tokens) const
{
    const model::Rope& rope = m_model->decoder->config().rope;
    const bool varies = rope.scaling == model::RopeScaling::Dynamic || rope.scaling == model::RopeScaling::LongRope;
    return varies && static_cast<double>(tokens) > rope.originalPositions;
}

void Session::reuse(Job& job) const
{
    const std::vector<TokenId>& wanted = job.sequence->tokens();
    Memory& memory = *job.memory;
    std::size_t common = 0;
    if (!memory.isLong && !lengthMatters(wanted.size())) {
        // The last token's logits are needed, so it is always computed.
        const std::size_t most = std::min(memory.tokens.size(), wanted.size() - 1);
        while (common < most && memory.tokens[common] == wanted[common])
            ++common;
    }
    memory.isLong = false;
    memory.cache.truncate(common);
    memory.tokens.resize(common);
    job.progress = {wanted.size(), common, common};
}

// One pass through the model: the next part of every prompt, the last token of every text that is being written.
void Session::step(std::span<Job> jobs, const OnPrompt& onPrompt, const CancelToken& cancel)
{
    const auto start = std::chrono::steady_clock::now();
    std::vector<model::Decoder::Slice> slices;
    std::vector<Job*> working;
    std::size_t total = 0;
    for (Job& job : jobs) {
        if (job.sequence->finished())
            continue;
        const std::vector<TokenId>& tokens = job.sequence->tokens();
        const std::size_t have = job.memory->tokens.size();
        const std::size_t missing = tokens.size() - have;
        std::size_t count = lengthMatters(tokens.size()) ? missing : std::min(missing, m_chunk.tokens());
        if (total > 0 && count > 1) // the first prompts first
            count = std::min(count, m_chunk.tokens() > total ? m_chunk.tokens() - total : 1);
        job.memory->isLong = job.memory->isLong || lengthMatters(have + count);
        slices.push_back({std::span(tokens).subspan(have, count), &job.memory->cache, false});
        working.push_back(&job);
        total += count;
    }
    const std::vector<float> logits = m_model->decoder->forward(slices, m_pool, cancel);
    const double seconds = secondsSince(start);
    const std::size_t width = logits.size() / slices.size();
    if (total > slices.size())
        m_chunk.measured(total, seconds);
    for (std::size_t i = 0; i < working.size(); ++i) {
        Job& job = *working[i];
        const std::span<const TokenId> fed = slices[i].tokens;
        const bool isPrompt = job.memory->tokens.size() < job.progress.tokens;
        job.memory->tokens.insert(job.memory->tokens.end(), fed.begin(), fed.end());
        (isPrompt ? job.prefillSeconds : job.decodeSeconds) += seconds;
        if (isPrompt) {
            job.progress.done = job.memory->tokens.size();
            if (onPrompt)
                onPrompt(job.progress);
        }
        if (job.memory->tokens.size() == job.sequence->tokens().size()) {
            const auto chosen = std::chrono::steady_clock::now();
            job.sequence->advance(std::span(logits).subspan(i * width, width));
            job.decodeSeconds += secondsSince(chosen);
        }
    }
}

void Session::run(std::span<Job> jobs, const OnPrompt& onPrompt, const CancelToken& cancel)
{
    for (Job& job : jobs) {
        reuse(job);
        if (onPrompt)
            onPrompt(job.progress);
    }
    try {
        while (std::any_of(jobs.begin(), jobs.end(), [](const Job& job) { return !job.sequence->finished(); })) {
            cancel.check();
            step(jobs, onPrompt, cancel);
        }
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Cancelled)
            throw;
        for (Job& job : jobs)
            job.sequence->cancel();
    }
    for (Job& job : jobs) {
        Generated& result = job.sequence->result();
        result.reusedTokens = job.progress.reused;
        result.prefillSeconds = job.prefillSeconds;
        result.decodeSeconds = job.decodeSeconds;
    }
}

Generated Session::generate(GenerateRequest request, const Sequence::OnToken& onToken, const OnPrompt& onPrompt,
                            const CancelToken& cancel)
{
    Sequence sequence(m_model, std::move(request), m_context, onToken);
    Job job{&sequence, &m_memory, {}};
    run({&job, 1}, onPrompt, cancel);
    return std::move(sequence.result());
}

std::vector<Generated> Session::generateAll(std::vector<GenerateRequest> requests,
                                            const std::function<void(std::size_t, const GeneratedToken&)>& onToken,
                                            const CancelToken& cancel)
{
    std::vector<std::unique_ptr<Sequence>> sequences;
    std::vector<std::unique_ptr<Memory>> memories;
    std::vector<Job> jobs;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        Sequence::OnToken one;
        if (onToken)
            one = [&onToken, i](const GeneratedToken& token) { onToken(i, token); };
        sequences.push_back(std::make_unique<Sequence>(m_model, std::move(requests[i]), m_context, std::move(one)));
        memories.push_back(std::make_unique<Memory>(*m_model));
        jobs.push_back({sequences.back().get(), memories.back().get(), {}});
    }
    run(jobs, {}, cancel);
    std::vector<Generated> results;
    for (const std::unique_ptr<Sequence>& sequence : sequences)
        results.push_back(std::move(sequence->result()));
    return results;
}

std::vector<float> Session::prefill(std::span<const TokenId> ids, model::KvCache& cache, const CancelToken& cancel)
{
    std::vector<float> logits;
    for (std::size_t begin = 0; begin < ids.size();) {
        const std::size_t wanted = lengthMatters(ids.size()) ? ids.size() : m_chunk.tokens();
        const model::Decoder::Slice slice{ids.subspan(begin, std::min(wanted, ids.size() - begin)), &cache, false};
        const auto start = std::chrono::steady_clock::now();
        logits = m_model->decoder->forward({&slice, 1}, m_pool, cancel);
        if (slice.tokens.size() > 1)
            m_chunk.measured(slice.tokens.size(), secondsSince(start));
        begin += slice.tokens.size();
    }
    return logits;
}

void Session::score(std::span<const TokenId> ids, const std::function<void(std::size_t, std::span<const float>)>& each,
                    const CancelToken& cancel)
{
    model::KvCache cache = m_model->decoder->newCache();
    const auto vocabulary = static_cast<std::size_t>(std::max(1, m_model->decoder->config().vocabulary));
    const std::size_t most = std::max<std::size_t>(1, kMostLogits / vocabulary);
    for (std::size_t begin = 0; begin < ids.size();) {
        const std::size_t wanted = lengthMatters(ids.size()) ? ids.size() : std::min(m_chunk.tokens(), most);
        const std::span<const TokenId> part = ids.subspan(begin, std::min(wanted, ids.size() - begin));
        const model::Decoder::Slice slice{part, &cache, true};
        const auto start = std::chrono::steady_clock::now();
        const std::vector<float> logits = m_model->decoder->forward({&slice, 1}, m_pool, cancel);
        m_chunk.measured(part.size(), secondsSince(start));
        const std::size_t width = logits.size() / part.size();
        for (std::size_t i = 0; i < part.size(); ++i)
            each(begin + i, std::span(logits).subspan(i * width, width));
        begin += part.size();
    }
}

} // namespace crucible::generate
