// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/plan.h"

#include "merge/planner.h"

#include <fmt/format.h>

namespace crucible::merge {

namespace {

std::string_view toString(CheckState state)
{
    switch (state) {
    case CheckState::Good: return "good";
    case CheckState::Warning: return "warning";
    case CheckState::Bad: return "bad";
    }
    return "bad";
}

Json paramsJson(const std::vector<ParamValue>& params)
{
    Json json = Json::object();
    for (const ParamValue& param : params) {
        if (param.given)
            json[std::string(param.name)] = param.value;
    }
    return json;
}

} // namespace

Plan planMerge(const recipe::MergeRecipe& recipe, const MergeOptions& options)
{
    Plan plan;
    plan.recipe = recipe;
    plan.options = options;
    Planner(plan).run();
    return plan;
}

Json toJson(const Plan& plan, bool withTensors)
{
    Json json;
    json["sound"] = plan.sound();
    json["merge_method"] = plan.recipe.mergeMethod;
    json["output"] = plan.options.output.string();
    Json& models = json["models"] = Json::array();
    for (std::size_t i = 0; i < plan.models.size(); ++i) {
        const PlannedModel& model = plan.models[i];
        Json entry = {{"model", model.ref.toString()},
                      {"is_base", plan.recipe.baseModel && *plan.recipe.baseModel == model.ref},
                      {"is_donor", i == plan.donor},
                      {"bytes_read", model.bytesRead}};
        if (model.folder) {
            entry["path"] = model.folder->path().string();
            entry["family"] = model.folder->layout().family;
            entry["parameters"] = model.folder->parameters();
        }
        models.push_back(std::move(entry));
    }
    json["costs"] = {{"input_bytes", plan.costs.inputBytes},       {"output_bytes", plan.costs.outputBytes},
                     {"peak_memory", plan.costs.peakMemory},       {"memory_available", plan.costs.memoryAvailable},
                     {"disk_free", plan.costs.diskFree},           {"seconds", plan.costs.seconds},
                     {"seconds_spread", plan.costs.secondsSpread}, {"seconds_alone", plan.costs.secondsAlone},
                     {"parameters", plan.costs.parameters},        {"tensors", plan.tensors.size()},
                     {"layers", plan.costs.layers}};
    Json& checks = json["checks"] = Json::array();
    for (const Check& check : plan.checks)
        checks.push_back({{"state", toString(check.state)},
                          {"topic", check.topic},
                          {"message", check.message},
                          {"remedy", check.remedy},
                          {"where", check.where}});
    Json& problems = json["problems"] = Json::array();
    for (const Problem& problem : plan.problems.all())
        problems.push_back({{"severity", crucible::toString(problem.severity)},
                            {"where", problem.where},
                            {"message", problem.message},
                            {"hint", problem.hint},
                            {"line", problem.line},
                            {"column", problem.column}});
    Json& shards = json["shards"] = Json::array();
    for (const PlannedShard& shard : plan.shards)
        shards.push_back({{"file", shard.fileName}, {"bytes", shard.fileBytes}, {"tensors", shard.tensors.size()}});
    json["config"] = Json::parse(plan.config.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
    if (!withTensors)
        return json;
    Json& tensors = json["tensors"] = Json::array();
    for (const PlannedTensor& tensor : plan.tensors) {
        Json inputs = Json::array();
        for (const PlannedInput& input : tensor.inputs)
            inputs.push_back({{"model", input.model},
                              {"tensor", input.tensor},
                              {"shape", input.shape},
                              {"dtype", crucible::toString(input.dtype)},
                              {"is_base", input.isBase},
                              {"parameters", paramsJson(input.params)}});
        tensors.push_back({{"name", tensor.name},
                           {"shape", tensor.shape},
                           {"dtype", crucible::toString(tensor.dtype)},
                           {"bytes", tensor.bytes},
                           {"parameters", paramsJson(tensor.params)},
                           {"inputs", std::move(inputs)}});
    }
    return json;
}

} // namespace crucible::merge
