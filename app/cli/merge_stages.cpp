// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge_stages.h"

#include "merge_job.h"

#include "base/files.h"

#include <fmt/format.h>

#include <map>

namespace crucible::cli {

namespace fs = std::filesystem;

namespace {

struct Stage {
    recipe::MergeRecipe recipe;
    fs::path output;
};

// Names of earlier stages become the paths of their folders.
void resolveNames(recipe::MergeRecipe& recipe, const std::map<std::string, fs::path>& made)
{
    const auto resolve = [&](recipe::ModelRef& ref) {
        if (const auto found = made.find(ref.model); found != made.end())
            ref.model = found->second.string();
        if (const auto found = made.find(ref.lora); found != made.end())
            ref.lora = found->second.string();
    };
    if (recipe.baseModel)
        resolve(*recipe.baseModel);
    for (recipe::Module& module : recipe.modules) {
        for (recipe::InputModel& input : module.models)
            resolve(input.model);
        for (recipe::Slice& slice : module.slices) {
            if (slice.baseModel)
                resolve(*slice.baseModel);
            for (recipe::InputModel& input : slice.sources)
                resolve(input.model);
        }
    }
    if (recipe.tokenizer) {
        resolve(recipe.tokenizer->model);
        for (recipe::TokenRule& rule : recipe.tokenizer->tokens)
            resolve(rule.model);
    }
}

std::vector<Stage> readStages(const StagesRequest& request, Context& context)
{
    Problems problems;
    std::vector<recipe::MergeRecipe> recipes =
        recipe::parseMergeStages(request.text, request.config.string(), problems, knownParameters());
    context.report(problems);
    problems.throwIfErrors();
    std::map<std::string, fs::path> made;
    std::vector<Stage> stages;
    for (recipe::MergeRecipe& recipe : recipes) {
        if (recipe.name.empty() && request.output.empty())
            throw Error::invalid("the last stage has no name, so its output needs a path", request.config.string(),
                                 "give --out-path, or the stage a name");
        if (!recipe.name.empty() && (recipe.name == "." || recipe.name == ".." || fs::path(recipe.name).filename() != recipe.name))
            throw Error::invalid(fmt::format("the stage's name {} can not be a folder's name", recipe.name),
                                 request.config.string(), "use letters, digits, '-' and '_'");
        const fs::path output = recipe.name.empty() ? request.output : request.intermediate / recipe.name;
        resolveNames(recipe, made);
        if (!recipe.name.empty())
            made[recipe.name] = output;
        stages.push_back({std::move(recipe), output});
    }
    // A last stage with a name and an output path: the path is where a person looks for the result.
    if (!stages.empty() && !stages.back().recipe.name.empty() && !request.output.empty())
        stages.back().output = request.output;
    return stages;
}

bool isFinished(const Stage& stage)
{
    std::error_code code;
    const fs::path config = stage.output / "mergekit_config.yml";
    return fs::is_regular_file(config, code) && readFile(config) == stage.recipe.source;
}

std::string titleOf(const Stage& stage, std::size_t index, std::size_t count)
{
    return fmt::format("stage {} of {} ({})", index + 1, count,
                       stage.recipe.name.empty() ? stage.output.filename().string() : stage.recipe.name);
}

void showPlans(const std::vector<Stage>& stages, const StagesRequest& request, merge::MergeOptions options, Context& context)
{
    Json all = Json::array();
    for (std::size_t i = 0; i < stages.size(); ++i) {
        const Stage& stage = stages[i];
        std::error_code code;
        bool waits = false;
        for (const recipe::ModelRef& ref : stage.recipe.referencedModels())
            waits = waits || (isInside(ref.model, request.intermediate) && !fs::exists(ref.model, code));
        const std::string title = titleOf(stage, i, stages.size());
        if (waits) {
            context.print(fmt::format("{}: is planned when the stages before it are done\n", title));
            all.push_back({{"stage", stage.recipe.name}, {"output", stage.output.string()}, {"waits", true}});
            continue;
        }
        options.output = stage.output;
        const merge::Plan plan = planSoundly(stage.recipe, options, {}, context);
        context.print(fmt::format("{}: {}\n", title, toText(plan)));
        Json json = merge::toJson(plan);
        json["stage"] = stage.recipe.name;
        all.push_back(std::move(json));
    }
    context.printJson(all);
}

} // namespace

void runStages(const StagesRequest& request, const merge::MergeOptions& baseOptions, Context& context)
{
    const std::vector<Stage> stages = readStages(request, context);
    if (context.dryRun) {
        showPlans(stages, request, baseOptions, context);
        return;
    }
    job::JobRequest jobRequest;
    jobRequest.kind = "merge";
    jobRequest.name = request.name;
    jobRequest.runId = request.runId;
    jobRequest.recipe = request.text;
    jobRequest.recipeFormat = "mergekit-yaml-stages";
    jobRequest.output = stages.empty() ? request.output : stages.back().output;
    jobRequest.seed = baseOptions.randomSeed;
    std::vector<std::string> lines;
    const Json result = runWithDisplay(std::move(jobRequest), context, [&](job::Job& job) {
        Json done = Json::array();
        Json plans = Json::array();
        for (std::size_t i = 0; i < stages.size(); ++i) {
            const Stage& stage = stages[i];
            const std::string title = titleOf(stage, i, stages.size());
            if (request.skipFinished && isFinished(stage)) {
                job.progress().log(LogLevel::Info, title + " is there already");
                lines.push_back(fmt::format("kept {}", stage.output.string()));
                done.push_back({{"output", stage.output.string()}, {"kept", true}});
                continue;
            }
            job.progress().log(LogLevel::Info, title);
            merge::MergeOptions options = baseOptions;
            options.output = stage.output;
            const merge::Plan plan = planSoundly(stage.recipe, options, {}, context);
            plans.push_back(merge::toJson(plan));
            job.setPlan({{"stages", plans}});
            const merge::MergeResult finished = executeInJob(plan, job, !context.project.empty());
            lines.push_back(toLine(finished));
            done.push_back(toJson(finished));
        }
        Json json = {{"stages", done}};
        if (!done.empty())
            json["output"] = done.back()["output"];
        if (!job.runId().empty())
            json["run"] = job.runId();
        return json;
    });
    if (request.removeIntermediate) {
        std::error_code ignored; // only left over
        fs::remove_all(request.intermediate, ignored);
    }
    if (context.printJson(result))
        return;
    for (const std::string& line : lines)
        context.print(line);
}

} // namespace crucible::cli
