// SPDX-License-Identifier: GPL-3.0-or-later
// From a recipe to everything that will happen, from headers alone: which tensor is made of what with which numbers, what
// is written where, what it costs, and whether it can work. The plan is what the window previews and the executor runs.
#pragma once

#include "base/error.h"
#include "base/json.h"
#include "base/progress.h"
#include "formats/adapter.h"
#include "formats/model_folder.h"
#include "merge/method.h"
#include "merge/tensor_task.h"
#include "recipe/merge_recipe.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crucible::formats {

}

namespace crucible::merge {

struct TokenizerPlan;

// How long merges on this machine took, as a multiple of what was estimated without knowing of any.
struct Experience {
    double factor = 1;
    double spread = 0.4; // plus or minus, as a share
    int runs = 0;        // that were looked at
};

struct MergeOptions {
    std::filesystem::path output; // empty: only plan
    formats::ModelSearch search;
    int threads = 0;                                   // 0: one per processor
    std::uint64_t outShardSize = 5'000'000'000;        // bytes
    std::uint64_t randomSeed = 0;
    bool mergekitExact = false;
    bool allowCrimes = false;     // inputs of different architectures
    bool copyTokenizer = true;
    bool writeModelCard = true;
    bool safeSerialization = true; // false: PyTorch .bin
    bool overwrite = false;        // the output folder exists and may be replaced
    bool resume = true;            // go on from the finished shards of an interrupted merge
    std::optional<DType> loraMergeDtype;
    Experience experience;
};

enum class CheckState { Good, Warning, Bad };

// One line of "what will happen": green, amber or red, in words, with a remedy.
struct Check {
    CheckState state = CheckState::Good;
    std::string topic;   // stable key: "shapes", "tokenizer", "disk", "memory", ...
    std::string message; // one sentence
    std::string remedy;  // may be empty
    std::string where;
    // Message and remedy as they can be said in another language.
    Sentence said = {};
    Sentence advice = {};
};

struct PlannedInput {
    std::size_t model = 0;    // index into Plan::models
    std::string tensor;       // name in that model
    Shape shape;              // as stored
    DType dtype = DType::F32; // as stored
    bool isBase = false;
    std::vector<ParamValue> params;
};

struct PlannedTensor {
    std::string name;
    std::string order; // the key that sorts tensors into shards: the first source's name
    Shape shape;
    DType dtype = DType::F32; // as written
    std::optional<DType> mathDtype; // the recipe's `dtype`
    std::vector<PlannedInput> inputs;
    std::vector<ParamValue> params;
    std::shared_ptr<const std::vector<float>> values; // elements that are known when planning; null: none
    bool isEmbedding = false;
    bool plainCopy = false; // one integer tensor, or a family's constant: copied whatever the method
    std::uint64_t bytes = 0;
};

struct PlannedShard {
    std::string fileName;
    std::vector<std::size_t> tensors; // indices into Plan::tensors, in file order
    std::uint64_t fileBytes = 0;
};

struct PlannedModel {
    recipe::ModelRef ref;
    std::shared_ptr<const formats::ModelFolder> folder;
    std::shared_ptr<const formats::LoraAdapter> adapter; // null without one
    std::uint64_t bytesRead = 0;
};

struct Costs {
    std::uint64_t inputBytes = 0;   // read once
    std::uint64_t outputBytes = 0;
    std::uint64_t peakMemory = 0;   // without mapped pages of the inputs
    std::uint64_t diskFree = 0;
    std::uint64_t memoryAvailable = 0;
    double seconds = 0;             // estimate
    double secondsAlone = 0;        // the same without MergeOptions::experience
    double secondsSpread = 0;       // plus or minus
    std::uint64_t parameters = 0;
    int layers = 0;
};

struct Plan {
    recipe::MergeRecipe recipe;
    std::string recipeFile = "mergekit_config.yml"; // what the recipe is kept as beside the model
    MergeOptions options;
    const MergeMethod* method = nullptr;
    std::vector<PlannedModel> models;
    std::size_t donor = 0; // the model that gives config.json and, without a tokenizer request, the tokenizer
    std::vector<PlannedTensor> tensors;
    std::vector<PlannedShard> shards;
    OrderedJson config; // the output's config.json
    std::shared_ptr<const TokenizerPlan> tokenizer; // null: the donor's files are copied
    std::string chatTemplate;                       // resolved Jinja text; empty: the donor's own
    Costs costs;
    std::vector<Check> checks;
    Problems problems; // errors and warnings with their place in the recipe

    bool sound() const { return !problems.hasErrors(); }
};

// Never throws for what is wrong with recipe or models: that is in Plan::problems and, summed up, in Plan::checks.
Plan planMerge(const recipe::MergeRecipe& recipe, const MergeOptions& options);

// The plan as JSON: for --dry-run --json, the window's preview and the run's record.
Json toJson(const Plan& plan, bool withTensors = false);

struct MergeResult {
    std::filesystem::path output;
    std::uint64_t bytesRead = 0;
    std::uint64_t bytesWritten = 0;
    double seconds = 0;
    std::uint64_t peakMemory = 0; // anonymous memory of this process, the largest seen
    std::size_t tensors = 0;
    std::size_t resumedShards = 0;
};

// Runs a sound plan. The output appears under its name only when complete; on any failure nothing is left beside it but a
// resumable work folder `<output>.partial`, and after an error other than a cancel not even that.
// Throws Error.
MergeResult executeMerge(const Plan& plan, Progress& progress, const CancelToken& cancel);

} // namespace crucible::merge
