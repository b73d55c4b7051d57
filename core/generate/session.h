// SPDX-License-Identifier: GPL-3.0-or-later
// Runs a model over texts. A session remembers the last text, so that the next turn of a conversation computes only
// what is new in it. The same text comes out whatever was remembered, however the prompt was cut, and beside any other
// text.
#pragma once

#include "generate/sequence.h"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace crucible::generate {

struct PromptProgress {
    std::size_t tokens = 0;
    std::size_t reused = 0; // computed in an earlier turn
    std::size_t done = 0;   // with the reused ones
};

struct SessionOptions {
    std::size_t context = 0; // tokens; 0: what the model was made for
    int threads = 0;         // 0: one per processor
};

// How many tokens go through the model at once: so many that a request to stop is met soon after, and not more than
// pays.
class ChunkSize {
public:
    explicit ChunkSize(int layers) : m_layers(layers) {}
    std::size_t tokens() const { return m_tokens; }
    void measured(std::size_t tokens, double seconds);

private:
    int m_layers;
    std::size_t m_tokens = 32;
};

class Session {
public:
    // Of a model without weights a session can tell its context and nothing else.
    // Throws Error::invalid for a context beyond a model's learned positions.
    Session(std::shared_ptr<const LanguageModel> model, const SessionOptions& options);

    using OnPrompt = std::function<void(const PromptProgress&)>;

    // Ends with StopReason::Cancelled when it is cancelled; throws for everything else that goes wrong, after which the
    // session can be used on.
    Generated generate(GenerateRequest request, const Sequence::OnToken& onToken = {}, const OnPrompt& onPrompt = {},
                       const CancelToken& cancel = {});

    // Several texts at once, with nothing remembered. `onToken` gets the index of the request.
    std::vector<Generated> generateAll(std::vector<GenerateRequest> requests,
                                       const std::function<void(std::size_t, const GeneratedToken&)>& onToken = {},
                                       const CancelToken& cancel = {});

    // What each token of a text says about the next one: calls `each` with the index of a token and the logits after
    // it, in order. Forgets nothing and remembers nothing. `context` is not looked at.
    void score(std::span<const TokenId> ids, const std::function<void(std::size_t, std::span<const float>)>& each,
               const CancelToken& cancel = {});

    // Puts a prompt into an empty cache, in parts; the logits after its last token.
    std::vector<float> prefill(std::span<const TokenId> ids, model::KvCache& cache, const CancelToken& cancel = {});

    const LanguageModel& model() const { return *m_model; }
    std::shared_ptr<const LanguageModel> sharedModel() const { return m_model; }
    ThreadPool& pool() { return m_pool; }
    std::size_t context() const { return m_context; }
    // Tokens of the last text that are remembered.
    std::size_t remembered() const { return m_memory.tokens.size(); }
    void forget();

private:
    struct Memory {
        explicit Memory(const LanguageModel& model)
            : cache(model.decoder ? model.decoder->newCache() : model::KvCache())
        {
        }
        model::KvCache cache;
        std::vector<TokenId> tokens; // whose keys and values are in the cache
        bool isLong = false;         // some were computed when the text was longer than the model's first positions
    };
    struct Job {
        Sequence* sequence;
        Memory* memory;
        PromptProgress progress;
        double prefillSeconds = 0;
        double decodeSeconds = 0;
    };

    bool lengthMatters(std::size_t tokens) const;
    void reuse(Job& job) const;
    void step(std::span<Job> jobs, const OnPrompt& onPrompt, const CancelToken& cancel);
    void run(std::span<Job> jobs, const OnPrompt& onPrompt, const CancelToken& cancel);

    std::shared_ptr<const LanguageModel> m_model;
    std::size_t m_context;
    ThreadPool m_pool;
    ChunkSize m_chunk;
    Memory m_memory;
};

} // namespace crucible::generate
