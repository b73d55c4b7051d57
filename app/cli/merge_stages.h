// SPDX-License-Identifier: GPL-3.0-or-later
// Recipes of several documents: each named stage makes a model that later ones use under its name.
#pragma once

#include "context.h"
#include "merge/plan.h"

#include <filesystem>
#include <string>

namespace crucible::cli {

struct StagesRequest {
    std::string text;
    std::filesystem::path config;
    std::filesystem::path output;       // of the stage without a name; may be empty when all have one
    std::filesystem::path intermediate; // folder of the named ones
    bool skipFinished = false;          // a stage whose folder was made from the same recipe is not made again
    bool removeIntermediate = false;    // once everything is done
    std::string runId;
    std::string name;
};

// Runs all stages as one job. Throws Error.
void runStages(const StagesRequest& request, const merge::MergeOptions& options, Context& context);

} // namespace crucible::cli
