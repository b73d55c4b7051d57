// SPDX-License-Identifier: GPL-3.0-or-later
// Recipes of several documents: each named stage makes a model that others use under its name. All stages are planned
// before the first one runs: what a stage will make is known from its plan, so the next can be planned on it.
#pragma once

#include "merge/plan.h"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::merge {

struct StagesOptions {
    MergeOptions merge;                 // of every stage; its `output` is not used
    std::filesystem::path output;       // of the stage without a name, or of the last; may be empty when all have names
    std::filesystem::path intermediate; // holds the folders of the others
    bool lazy = true;                   // keep a stage that was made from the same recipe, settings and inputs
    bool removeIntermediate = false;    // when everything is done, and after an error
};

struct Stage {
    recipe::MergeRecipe recipe;         // names of stages replaced by their folders
    std::string title;                  // "stage 1 of 3 (name)"
    std::filesystem::path output;
    std::vector<std::size_t> uses;      // earlier stages
};

struct StagesPlan {
    StagesOptions options;
    std::vector<Stage> stages; // in an order in which they can run
    std::vector<Plan> plans;   // one per stage, as far as problems allowed; made on stand-ins, to be shown and not run
    Problems problems;         // of reading and of all plans
    std::string textKey;       // identifies the text
    std::string standIns;      // folder of the stand-ins while there were any

    bool sound() const { return !problems.hasErrors(); }
};

// Reads and plans everything. A stage that uses others is planned on stand-ins: folders in the system's temporary folder
// that hold the headers of what will be made, and are gone when this returns. Never throws for what is wrong with the text.
StagesPlan planStages(std::string_view yaml, const std::string& sourceName, const StagesOptions& options);
Json toJson(const StagesPlan& plan);
// Text about one of the plans, with stages called by their names instead of their stand-ins' paths.
std::string withStageNames(const StagesPlan& plan, std::string text);

struct StageResult {
    std::filesystem::path output;
    bool kept = false;  // was there already
    MergeResult merge;  // unless kept
};

// Runs one stage's plan; executeMerge() when empty. For those who record what is run.
using StageRunner = std::function<MergeResult(const Plan& plan, Progress& progress)>;

// Runs all stages of a sound plan, each planned anew on what is there by then. Throws Error; finished stages stay in the
// intermediate folder, for the next attempt, unless they are to be removed and the reason was not a cancel.
std::vector<StageResult> executeStages(const StagesPlan& plan, Progress& progress, const CancelToken& cancel,
                                       const StageRunner& run = {});

} // namespace crucible::merge
