// SPDX-License-Identifier: GPL-3.0-or-later
#include "model_run.h"

#include "context.h"
#include "input.h"
#include "options.h"

#include "base/platform.h"
#include "base/units.h"
#include "formats/adapter.h"
#include "formats/checkpoint.h"
#include "model/device_module.h"

#include <fmt/format.h>

namespace crucible::cli {

void addDeviceOption(Options& options, std::string& device)
{
    options
        .add("--device", device,
             "Where to compute: cpu; cuda or cuda:N, a graphics card, where the program was built with a LibTorch that "
             "has CUDA; "
             "torch, the processor by LibTorch, for comparisons (default: cpu). \"crucible-cli devices\" lists what "
             "there is")
        .value("DEVICE");
}

void addModelOptions(Options& options, ModelFlags& flags)
{
    options.add("MODEL", flags.model, "A model's folder or name, or a .gguf file; model+adapter applies a LoRA").required();
    options.add("--adapter", flags.adapter, "A LoRA adapter's folder to apply").value("DIR");
    options
        .add("--dtype", flags.dtype,
             "What activations are when they meet weights in bfloat16: float32, bfloat16, or auto, which is bfloat16 "
             "where the processor has instructions for it, and on a card what the weights are in (default: auto). On a "
             "card also float16")
        .oneOf({"auto", "float32", "bfloat16", "float16"})
        .value("DTYPE");
    addDeviceOption(options, flags.device);
}

ModelChoice chooseModel(const ModelFlags& flags, const Context& context)
{
    const generate::ModelReference reference = generate::splitReference(flags.model);
    const std::string chosen = flags.adapter.empty() ? reference.adapter : flags.adapter;
    ModelChoice choice{flags.model,
                       modelPath(reference.model, context),
                       {},
                       model::computeFromName(flags.dtype),
                       model::deviceFromName(flags.device)};
    if (!chosen.empty()) {
        choice.adapter = modelPath(chosen, context);
        if (!flags.adapter.empty())
            choice.given = reference.model + "+" + flags.adapter;
    }
    return choice;
}

std::shared_ptr<const generate::LanguageModel> loadModel(const ModelChoice& choice, const Context& context,
                                                         Progress* progress)
{
    const generate::LanguageModel::Options options{choice.compute, choice.device, progress};
    if (context.dryRun)
        return generate::LanguageModel::loadHeaders(choice.model, choice.adapter, options);
    return generate::LanguageModel::load(choice.model, choice.adapter, options);
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
            {"compute", toString(model.compute)},
            {"device", toString(model.device)},
            {"weight_bytes", model.folder->checkpoint().totalBytes()},
            {"vocabulary", model.config.vocabulary},
            {"has_tokenizer", model.tokenizer != nullptr},
            {"has_template", model.chat != nullptr},
            {"template_names", names}};
}

Json toJson(const generate::MemoryEstimate& estimate, const model::Device& device)
{
    Json json{{"weights", estimate.weights}, {"own", estimate.own},
              {"copied", estimate.copied},   {"key_values", estimate.keyValues},
              {"working", estimate.working}, {"program", estimate.program},
              {"total", estimate.total()},   {"available", platform::availableMemory()}};
    if (estimate.onCard) {
        json["card"] = estimate.card();
        json["card_available"] = model::deviceInfo(device).freeBytes;
    }
    return json;
}

std::string toText(const generate::LanguageModel& model)
{
    return fmt::format("model       {}: {}, {} parameters in {}, computed in {} on {}\nweights     {}, mapped from {}",
                       model.name, model.config.family, formatCount(model.folder->parameters()),
                       toString(model.folder->mainDType()), toString(model.compute), toString(model.device),
                       formatBytes(model.folder->checkpoint().totalBytes()), model.path.string());
}

std::string toText(const generate::MemoryEstimate& estimate, const model::Device& device)
{
    std::string text = fmt::format("KV cache    {}\nmemory      about {} beside the mapped weights, of {} free",
                                   formatBytes(estimate.keyValues), formatBytes(estimate.total()),
                                   formatBytes(platform::availableMemory()));
    if (estimate.own > 0)
        text += fmt::format("; {} of it are weights in memory of their own", formatBytes(estimate.own));
    if (estimate.onCard) {
        const model::DeviceInfo card = model::deviceInfo(device);
        text += fmt::format("\ncard        about {} of {}, of {} free", formatBytes(estimate.card()), card.title,
                            formatBytes(card.freeBytes));
    }
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
