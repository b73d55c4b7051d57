// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge_stages.h"

#include "merge_job.h"
#include "merge/stages.h"

#include <fmt/format.h>

namespace crucible::cli {

void runStages(const StagesRequest& request, const merge::MergeOptions& options, Context& context)
{
    merge::StagesOptions stagesOptions;
    stagesOptions.merge = options;
    stagesOptions.output = request.output;
    stagesOptions.intermediate = request.intermediate;
    stagesOptions.lazy = request.skipFinished;
    stagesOptions.removeIntermediate = request.removeIntermediate;
    const merge::StagesPlan plan = merge::planStages(request.text, request.config.string(), stagesOptions);
    context.report(plan.problems);
    if (context.dryRun) {
        const auto named = [&](std::string text) { return merge::withStageNames(plan, std::move(text)); };
        if (!context.printPlan(merge::toJson(plan), plan.problems)) {
            for (std::size_t i = 0; i < plan.plans.size(); ++i)
                context.print(fmt::format("{}: {}\n", plan.stages[i].title, toText(plan.plans[i], named)));
        }
        plan.problems.throwIfErrors();
        return;
    }
    plan.problems.throwIfErrors();

    job::JobRequest jobRequest;
    jobRequest.kind = "merge";
    jobRequest.name = request.name;
    jobRequest.runId = request.runId;
    jobRequest.recipe = request.text;
    jobRequest.recipeFormat = "mergekit-yaml-stages";
    jobRequest.output = plan.stages.empty() ? request.output : plan.stages.back().output;
    jobRequest.seed = options.randomSeed;
    std::vector<std::string> lines;
    const Json result = runWithDisplay(std::move(jobRequest), context, [&](job::Job& job) {
        job.setPlan(merge::toJson(plan));
        const std::vector<merge::StageResult> results =
            merge::executeStages(plan, job.progress(), job.cancel(), [&](const merge::Plan& stage, Progress& progress) {
                return executeInJob(stage, job, !context.project.empty(), &progress);
            });
        Json done = Json::array();
        for (const merge::StageResult& stage : results) {
            done.push_back(stage.kept ? Json{{"output", stage.output.string()}, {"kept", true}} : toJson(stage.merge));
            const bool passes = request.removeIntermediate && &stage != &results.back();
            lines.push_back(stage.kept ? fmt::format("kept {}", stage.output.string())
                            : passes   ? fmt::format("used {} on the way", stage.output.filename().string())
                                       : toLine(stage.merge));
        }
        Json json = {{"stages", done}};
        if (!done.empty())
            json["output"] = done.back()["output"];
        if (!job.runId().empty())
            json["run"] = job.runId();
        return json;
    });
    if (context.printJson(result))
        return;
    for (const std::string& line : lines)
        context.print(line);
}

} // namespace crucible::cli
