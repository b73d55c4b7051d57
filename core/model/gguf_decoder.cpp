// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/gguf_decoder.h"

#include "base/error.h"

#include <fmt/format.h>

#include <cmath>

namespace crucible::model {
namespace {

using formats::GgufForm;
using formats::GgufName;

// Name without ".weight" in GGUF files. `form` receives how its values lie there.
std::string storedName(const formats::GgufModel& model, const std::string& name, GgufForm& form)
{
    form = GgufForm::Same;
    if (name.empty())
        return name;
    const GgufName* entry = formats::findGgufName(model.architecture(), name);
    if (!entry)
        return name; // a weight that this model does not have
    form = entry->form;
    std::string stored(entry->gguf);
    constexpr std::string_view kStack = "_exps";
    if (stored.ends_with(kStack)) // taken apart by asStored()
        stored.replace(stored.size() - kStack.size(), kStack.size(), ".{}");
    return stored;
}

} // namespace

void adaptToGguf(const formats::GgufModel& model, DecoderConfig& decoder)
{
    if (const formats::GgufTensor* tensor = model.quantizedTensor())
        throw Error::unsupported(
            {CRUCIBLE_TR_NOOP("Problem", "the tensor %1 is quantized to %2"), tensor->name, tensor->type->name},
            model.path().string(),
            CRUCIBLE_TR_NOOP("Problem", "quantized models can not be run yet, use one in F32, F16 or BF16"));
    GgufForm form = GgufForm::Same;
    const auto rename = [&](std::string& name) { name = storedName(model, name, form); };
    for (std::string* name : {&decoder.embedding, &decoder.positions, &decoder.embeddingNormName, &decoder.projectIn, &decoder.projectOut, &decoder.head,
                              &decoder.attentionNorm, &decoder.attentionPostNorm, &decoder.mlpNorm, &decoder.mlpPostNorm, &decoder.key, &decoder.value,
                              &decoder.queryNorm, &decoder.keyNorm, &decoder.gate, &decoder.up, &decoder.gateUp, &decoder.down, &decoder.moe.router,
                              &decoder.moe.gate, &decoder.moe.up, &decoder.moe.down, &decoder.moe.sharedRouter, &decoder.moe.sharedGate,
                              &decoder.moe.sharedUp, &decoder.moe.sharedDown})
        rename(*name);
    rename(decoder.finalNormName);
    if (form == GgufForm::PlusOne)
        decoder.norm = NormKind::Rms;
    rename(decoder.output);
    if (form == GgufForm::Transposed)
        decoder.transposed = false;
    rename(decoder.query);
    bool paired = form == GgufForm::PairedQueries;
    rename(decoder.qkv);
    if (form == GgufForm::StackedQkv) {
        decoder.qkvRows = QkvRows::Stacked;
    } else if (form == GgufForm::SplitPairedQkv) {
        paired = true;
        const GgufName split{{}, {}, GgufForm::SplitPairedQkv};
        const std::vector<std::string> names = formats::ggufNames(split, decoder.qkv);
        decoder.qkvRows = QkvRows::Separate;
        decoder.query = names[0];
        decoder.key = names[1];
        decoder.value = names[2];
        decoder.qkv.clear();
    }
    if (paired) {
        decoder.rope.style = RopeStyle::Interleaved;
        decoder.localRope.style = RopeStyle::Interleaved;
    }
    // config.json's readers take the factor from the two lengths; in GGUF files it stands for itself.
    if (const auto factor = model.facts().real("rope.scaling.factor"); factor && decoder.rope.scaling == RopeScaling::Yarn) {
        decoder.rope.factor = *factor;
        decoder.rope.amplitude = model.facts().real("rope.scaling.attn_factor").value_or(1) * (*factor <= 1 ? 1 : 0.1 * std::log(*factor) + 1);
    }
}

} // namespace crucible::model
