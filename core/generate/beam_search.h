// SPDX-License-Identifier: GPL-3.0-or-later
// Beam search as transformers has it (version 4.50 and later): the texts that a model finds most probable as a whole,
// by the sum of logarithms of probability divided by length^penalty. Nothing is left to chance.
#pragma once

#include "generate/session.h"

#include <functional>
#include <string>
#include <vector>

namespace crucible::generate {

enum class EarlyStopping {
    No,    // stop when the best running text, at its length, is no better than the worst finished one
    Yes,   // stop as soon as as many are finished as there are beams
    Never, // stop when no running text can become better, however long
};

struct BeamRequest {
    std::vector<TokenId> prompt;
    std::size_t beams = 4;
    std::size_t results = 1; // at most as many as beams
    std::size_t maxTokens = 256;
    double lengthPenalty = 1; // above 0 favours long texts, below short ones
    EarlyStopping earlyStopping = EarlyStopping::No;
    bool continuesText = true; // as in GenerateRequest
};

struct BeamResult {
    std::vector<TokenId> ids; // without the token that ended it
    std::string text;
    double logprob = 0; // sum over the tokens, the one that ended it included
    double score = 0;   // what they are ranked by
    StopReason reason = StopReason::Length;
};

// Throws Error::invalid for what can not be searched for, and for prompts as Sequence does.
void checkBeams(const Session& session, const BeamRequest& request);

// The best first. Texts that are equally good come in the order of the beams and of their ids. `onStep` is told how
// many tokens the texts have, of how many at most. Throws as checkBeams(), and Error::cancelled().
std::vector<BeamResult> beamSearch(Session& session, const BeamRequest& request, const CancelToken& cancel = {},
                                   const std::function<void(std::size_t done, std::size_t most)>& onStep = {});

} // namespace crucible::generate
