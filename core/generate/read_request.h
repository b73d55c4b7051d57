// SPDX-License-Identifier: GPL-3.0-or-later
// What is to be written, read from one JSON object: the lines of `generate --jsonl` and of the Playground's worker.
#pragma once

#include "generate/beam_search.h"
#include "generate/sequence.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crucible::generate {

// The last constraint that was asked for: what it learned of the vocabulary serves the next text under it.
class ConstraintCache {
public:
    // Throws what readConstraint() throws.
    std::shared_ptr<const Constraint> get(const LanguageModel& model, const OrderedJson& constraint);

private:
    OrderedJson m_key;
    std::shared_ptr<const Constraint> m_constraint;
};

// The prompt by the keys of readPrompt(); then "sampling" (an object of settings), "seed", "max_tokens", "stop" (a text or a
// list), "alternatives", "constraint". What is not given is as in `usual`, whose prompt does not count.
// Throws Error::invalid naming the key, and what readPrompt() and readConstraint() throw.
GenerateRequest readRequest(const LanguageModel& model, const OrderedJson& request, GenerateRequest usual, ConstraintCache& constraints);

// The same for a search with beams: the prompt, "num_beams" (which asks for it), "num_sequences", "length_penalty",
// "early_stopping" (true, false or "never"), "max_tokens". Empty without "num_beams". Throws Error::invalid, also for what a
// search has no place for: samplers, stop strings and constraints.
std::optional<BeamRequest> readBeamRequest(const LanguageModel& model, const OrderedJson& request, std::size_t usualMaxTokens);

// The keys that the two read beside those of readPrompt().
bool isRequestKey(std::string_view key);

// A number of a request that is whole and not negative. Throws Error::invalid naming the key.
std::size_t countOf(const OrderedJson& request, const char* key, std::size_t absent);

} // namespace crucible::generate
