// SPDX-License-Identifier: GPL-3.0-or-later
#include "model_run.h"

#include "context.h"
#include "input.h"

#include "base/platform.h"
#include "base/units.h"
#include "formats/adapter.h"
#include "formats/checkpoint.h"

#include <fmt/format.h>

namespace crucible::cli {

ModelChoice chooseModel(const std::string& model, const std::string& adapter, const Context& context)
{
    const generate::ModelReference reference = generate::splitReference(model);
    const std::string chosen = adapter.empty() ? reference.adapter : adapter;
    ModelChoice choice{model, modelPath(reference.model, context), {}};
    if (!chosen.empty()) {
        choice.adapter = modelPath(chosen, context);
        if (!adapter.empty())
            choice.given = reference.model + "+" + adapter;
    }
    return choice;
}

std::shared_ptr<const generate::LanguageModel> loadModel(const ModelChoice& choice, const Context& context,
                                                         Progress* progress)
{
    if (context.dryRun)
        return generate::LanguageModel::loadHeaders(choice.model, choice.adapter);
    return generate::LanguageModel::load(choice.model, choice.adapter, progress);
}

Json toJson(const generate::LanguageModel& model)
{
    Json names = Json::array();
    if (model.chat)
        names = model.chat->names();
    return {{"path", model.path.string()},
            {"adapter", model.adapter.string()},
            {"name", model.name},
            {"family", model.config.family},
            {"parameters", model.folder->parameters()},
            {"dtype", toString(model.folder->mainDType())},
            {"weight_bytes", model.folder->checkpoint().totalBytes()},
            {"vocabulary", model.config.vocabulary},
            {"has_tokenizer", model.tokenizer != nullptr},
            {"has_template", model.chat != nullptr},
            {"template_names", names}};
}

Json toJson(const generate::MemoryEstimate& estimate)
{
    return {{"weights", estimate.weights},
            {"own", estimate.own},
            {"key_values", estimate.keyValues},
            {"working", estimate.working},
            {"program", estimate.program},
            {"total", estimate.total()},
            {"available", platform::availableMemory()}};
}

std::string toText(const generate::LanguageModel& model)
{
    return fmt::format("model       {}: {}, {} parameters in {}\nweights     {}, mapped from {}", model.name,
                       model.config.family, formatCount(model.folder->parameters()),
                       toString(model.folder->mainDType()), formatBytes(model.folder->checkpoint().totalBytes()),
                       model.path.string());
}

std::string toText(const generate::MemoryEstimate& estimate)
{
    std::string text = fmt::format("KV cache    {}\nmemory      about {} beside the mapped weights, of {} free",
                                   formatBytes(estimate.keyValues), formatBytes(estimate.total()),
                                   formatBytes(platform::availableMemory()));
    if (estimate.own > 0)
        text += fmt::format("; {} of it are weights in memory of their own", formatBytes(estimate.own));
    return text;
}

void addInputs(job::Job& job, const ModelChoice& choice, const generate::LanguageModel& model, bool records)
{
    // With an adapter, the checkpoint is the adapted one; what lies on the disk is what has an identity.
    const auto stored = [&] {
        return model.adapter.empty() ? formats::fingerprint(model.folder->checkpoint())
                                     : formats::fingerprint(formats::ModelFolder::open(choice.model)->checkpoint());
    };
    job.addInput({"model", choice.given, choice.model, records ? stored() : std::string()});
    if (!choice.adapter.empty())
        job.addInput(
            {"adapter", choice.adapter.filename().string(), choice.adapter,
             records ? formats::fingerprint(formats::LoraAdapter::open(choice.adapter)->checkpoint()) : std::string()});
}

} // namespace crucible::cli
