// SPDX-License-Identifier: GPL-3.0-or-later
// Many texts in one run of `generate`: what is wrong with one of them keeps none of the others from being written.
#pragma once

#include "base/json.h"
#include "generate/read_request.h"
#include "generate/session.h"
#include "job/worker.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace crucible::cli {

class Context;

struct BatchText {
    std::string place;                              // "texts.jsonl:3"
    OrderedJson asked;                              // null for a line that is no JSON
    std::optional<generate::GenerateRequest> ready; // empty: see `error`
    std::string error;
};

// One request per line, with the keys of generate::readRequest(); "id" is given back with the answer. What is wrong
// with a line, also that its prompt does not fit, is kept in `error`. Throws Error::notFound for the file.
std::vector<BatchText> readBatch(const std::string& file, const generate::GenerateRequest& usual,
                                 const std::string& chatTemplate, const generate::Session& session, Context& context);

struct BatchTotals {
    std::size_t texts = 0;
    std::size_t failed = 0;
    std::size_t promptTokens = 0;
    std::size_t completionTokens = 0;
    double seconds = 0;
};
Json toJson(const BatchTotals& totals);

// Writes as many texts at once as `parallel`, each as it would be alone. Every text is answered, in their order: by
// what was written or by {"error"}. Throws Error::cancelled(), and what ends all work (memory that ran out).
BatchTotals runBatch(std::vector<BatchText>& texts, generate::Session& session, std::size_t parallel, job::Job& job,
                     const std::function<void(const BatchText&, const Json& answer)>& onAnswer);

// What was written, with its ids.
Json describe(const generate::Generated& result);

} // namespace crucible::cli
