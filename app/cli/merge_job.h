// SPDX-License-Identifier: GPL-3.0-or-later
// What `merge` and `multi` share: mergekit's options, and a recipe's way from its text to a finished folder.
#pragma once

#include "context.h"
#include "job/worker.h"
#include "merge/plan.h"
#include "recipe/merge_recipe.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace crucible::cli {

// The options as typed.
struct MergeFlags {
    std::filesystem::path config;
    std::string runId;
    std::string name;
    std::string shardSize = "5B";
    std::string loraMergeDtype;
    std::filesystem::path transformersCache;
    std::uint64_t seed = 0;
    int threads = -1; // -1: as the common --threads says
    bool mergekitExact = false;
    bool allowCrimes = false;
    bool copyTokenizer = true;
    bool writeModelCard = true;
    bool safeSerialization = true;
    bool overwrite = false;
    bool noResume = false;
    // What to say when an option of mergekit's that does nothing here is used.
    std::vector<std::function<void(Context&)>> remarks;
};

// Declares all options of mergekit-yaml and ours; `flags` must live until the command line is read.
void addMergeOptions(Options& options, MergeFlags& flags);

// Makes options of the flags, without an output. Throws Error::invalid.
merge::MergeOptions mergeOptions(const MergeFlags& flags, Context& context);

// The names of all methods' parameters: what an unknown key may have been meant to be.
std::vector<std::string> knownParameters();

// True when the text holds more than one YAML document.
bool hasSeveralDocuments(std::string_view yaml);

// Plans, says what is to be warned of, and throws the first of the errors. `parsed` are the problems found by reading.
merge::Plan planSoundly(const recipe::MergeRecipe& recipe, const merge::MergeOptions& options, const Problems& parsed,
                        Context& context);

// Runs a sound plan inside a job: records inputs and output. `progress` stands in for the job's own where given.
merge::MergeResult executeInJob(const merge::Plan& plan, job::Job& job, bool recordsFingerprints,
                                Progress* progress = nullptr);

Json toJson(const merge::MergeResult& result);
// "wrote out: 2.0 GiB, 201 tensors; 3.2 s, 1.9 GiB/s, 120 MiB of memory"
std::string toLine(const merge::MergeResult& result);
// The plan for a person.
// `shown`: what becomes of every name and sentence, when they are to be told in another way.
std::string toText(const merge::Plan& plan, const std::function<std::string(std::string)>& shown = {});

// Runs `work` as a job with events on stdout when asked for, and a bar on stderr otherwise. `quiet`: no bar, since the
// work prints what it makes.
Json runWithDisplay(job::JobRequest request, Context& context, const std::function<Json(job::Job&)>& work,
                    bool quiet = false);

} // namespace crucible::cli
