// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens and results of generation as JSON, alike for `generate` and `playground`.
#pragma once

#include "base/json.h"
#include "generate/beam_search.h"

#include <cstddef>

namespace crucible::cli {

// "token", "piece", and as far as they are known "logprob", "entropy", "alternatives".
Json toJson(generate::TokenId id, const generate::Expectation* expectation, const generate::LanguageModel& model);
Json toJson(const generate::GeneratedToken& token, const generate::LanguageModel& model);
Json toJson(const generate::Generated& result);
Json toJson(const generate::BeamResult& result);

// null for what JSON has no number for.
Json finite(double value);

} // namespace crucible::cli
