// SPDX-License-Identifier: GPL-3.0-or-later
// `methods`: the merge methods and their parameters, from the schema that everything else uses.
#include "command.h"
#include "context.h"
#include "options.h"
#include "output.h"

#include "base/text.h"
#include "base/units.h"
#include "merge/method.h"

#include <fmt/format.h>

#include <cmath>

namespace crucible::cli {
namespace {

using merge::BaseModel;
using merge::MergeMethod;

std::string_view toString(BaseModel base)
{
    switch (base) {
    case BaseModel::Unused: return "unused";
    case BaseModel::Optional: return "optional";
    case BaseModel::Required: return "required";
    }
    return "unused";
}

std::string_view toString(ParamType type)
{
    switch (type) {
    case ParamType::Bool: return "boolean";
    case ParamType::Integer: return "integer";
    case ParamType::Real: return "real";
    case ParamType::Text: return "text";
    case ParamType::Choice: return "choice";
    }
    return "real";
}

std::string defaultOf(const ParamSpec& param)
{
    if (param.required)
        return "required";
    if (!param.hasDefault)
        return "none";
    if (param.type == ParamType::Bool)
        return param.defaultValue != 0 ? "true" : "false";
    return formatNumber(param.defaultValue);
}

std::string rangeOf(const ParamSpec& param)
{
    if (param.type == ParamType::Bool)
        return "true, false";
    if (!std::isfinite(param.low) && !std::isfinite(param.high))
        return "any";
    if (!std::isfinite(param.high))
        return fmt::format("{} or more", formatNumber(param.low));
    if (!std::isfinite(param.low))
        return fmt::format("{} or less", formatNumber(param.high));
    return fmt::format("{} to {}", formatNumber(param.low), formatNumber(param.high));
}

std::string models(const MergeMethod& method)
{
    if (method.minModels == method.maxModels)
        return fmt::format("{}", method.minModels);
    if (method.maxModels > 1000)
        return fmt::format("{} or more", method.minModels);
    return fmt::format("{} to {}", method.minModels, method.maxModels);
}

Json toJson(const MergeMethod& method)
{
    Json params = Json::array();
    for (const ParamSpec& param : method.params) {
        Json json = {{"name", param.name},
                     {"title", param.title},
                     {"type", toString(param.type)},
                     {"scope", param.scope == ParamScope::PerModel ? "model" : "merge"},
                     {"required", param.required},
                     {"may_vary_by_layer", param.mayVaryByLayer},
                     {"help", param.help}};
        if (!param.required && param.hasDefault) {
            if (param.type == ParamType::Bool)
                json["default"] = param.defaultValue != 0;
            else
                json["default"] = param.defaultValue;
        }
        if (std::isfinite(param.low))
            json["low"] = param.low;
        if (std::isfinite(param.high))
            json["high"] = param.high;
        params.push_back(std::move(json));
    }
    return {{"id", method.id},
            {"title", method.title},
            {"summary", method.summary},
            {"reference", method.reference},
            {"base_model", toString(method.base)},
            {"min_models", method.minModels},
            {"max_models", method.maxModels > 1000 ? Json(nullptr) : Json(method.maxModels)},
            {"parameters", std::move(params)}};
}

void printMethod(const MergeMethod& method, const Context& context)
{
    context.print(fmt::format("{} ({})\n{}", method.title, method.id, method.summary));
    context.print(fmt::format("models: {}; base model: {}", models(method), toString(method.base)));
    if (!method.reference.empty())
        context.print(fmt::format("reference: {}", method.reference));
    if (method.params.empty())
        return;
    Table table({"parameter", "of", "default", "range", "what it does"});
    for (const ParamSpec& param : method.params)
        table.add({std::string(param.name), param.scope == ParamScope::PerModel ? "each model" : "the merge",
                   defaultOf(param), rangeOf(param), std::string(param.help)});
    context.print("");
    context.print(table.toText());
}

[[noreturn]] void throwUnknown(const std::string& id)
{
    std::vector<std::string_view> known;
    for (const MergeMethod* method : merge::mergeMethods())
        known.push_back(method->id);
    const std::optional<std::string> near = didYouMean(id, known);
    throw Error::notFound("there is no such merge method", id,
                          near ? fmt::format("did you mean {}?", *near) : "`crucible-cli methods` lists them");
}

void run(const std::string& id, Context& context)
{
    if (!id.empty()) {
        const MergeMethod* method = merge::findMergeMethod(id);
        if (!method)
            throwUnknown(id);
        if (!context.printJson(toJson(*method)))
            printMethod(*method, context);
        return;
    }
    Json all = Json::array();
    Table table({"method", "models", "base model", "parameters (* required)", "title"});
    for (const MergeMethod* method : merge::mergeMethods()) {
        all.push_back(toJson(*method));
        std::string params;
        for (const ParamSpec& param : method->params)
            params += fmt::format("{}{}{}", params.empty() ? "" : " ", param.name, param.required ? "*" : "");
        table.add({std::string(method->id), models(*method), std::string(toString(method->base)), params,
                   std::string(method->title)});
    }
    if (context.printJson(all))
        return;
    context.print(table.toText());
}

Action setup(Options& options)
{
    const auto id = std::make_shared<std::string>();
    options.add("METHOD", *id, "Tell all about this method");
    return [id](Context& context) { run(*id, context); };
}

} // namespace

extern const Command methods_command;
const Command methods_command{
    .name = "methods", .summary = "List the merge methods and their parameters", .setup = &setup, .uses = kOnlyAnswers};

} // namespace crucible::cli
