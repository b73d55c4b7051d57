// SPDX-License-Identifier: GPL-3.0-or-later
// A part of planning: whether what comes from different slices fits together.
#include "merge/planner.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace crucible::merge {

namespace {

std::string shapeText(const Shape& shape)
{
    return fmt::format("[{}]", fmt::join(shape, ", "));
}

} // namespace

// Layers of different models that are stacked must fit one another, and the output head the embedding: nothing else
// compares what comes from different slices, and no program could load what does not fit.
void Planner::checkStack(const ResolvedModule& module, const formats::Layout::Module& layout)
{
    if (module.slices.size() < 2 || m_plan.options.mergekitExact)
        return;
    const Severity severity = m_plan.options.allowCrimes ? Severity::Warning : Severity::Error;
    std::map<std::string_view, const PlannedTensor*> planned;
    for (const PlannedTensor& tensor : m_plan.tensors)
        planned.emplace(tensor.name, &tensor);
    const auto find = [&](const std::string& name) {
        const auto found = planned.find(name);
        return found == planned.end() ? nullptr : found->second;
    };
    // Some families have layers of different sizes in one model.
    const auto isUniform = [&](std::size_t model, std::size_t index) {
        const formats::Checkpoint& checkpoint = m_plan.models[model].folder->checkpoint();
        const formats::Layout::Module* own = m_plan.models[model].folder->layout().module(module.name);
        const Shape* shape = nullptr;
        for (int layer = 0; layer < (own ? own->layers : 0); ++layer) {
            const auto* entry = formats::findWeight(checkpoint, layout.layerWeights(layer)[index]);
            if (entry && shape && entry->info.shape != *shape)
                return false;
            if (entry)
                shape = &entry->info.shape;
        }
        return true;
    };
    std::vector<const PlannedTensor*> first(layout.layerTemplates.size());
    int layers = 0;
    for (const ResolvedSlice& slice : module.slices)
        layers += slice.layers;
    for (int layer = 0; layer < layers; ++layer) {
        const std::vector<formats::Weight> weights = layout.layerWeights(layer);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const PlannedTensor* tensor = find(weights[i].name);
            if (!tensor)
                continue;
            if (!first[i])
                first[i] = tensor;
            const std::size_t a = first[i]->inputs.front().model, b = tensor->inputs.front().model;
            if (tensor->shape == first[i]->shape || a == b || !isUniform(a, i) || !isUniform(b, i))
                continue;
            m_plan.problems.add(severity, tensor->name,
                                {CRUCIBLE_TR_NOOP("Problem", "%1 has the shape %2, %3 has %4"),
                                 m_plan.models[a].ref.toString(), shapeText(first[i]->shape),
                                 m_plan.models[b].ref.toString(), shapeText(tensor->shape)},
                                CRUCIBLE_TR_NOOP("Problem", "choose models that are fine-tunes of the same base"));
            return;
        }
    }
    if (m_plan.tokenizer)
        return;
    for (const formats::Weight& weight : layout.post) {
        const PlannedTensor* head = weight.flags & formats::kOutputHead ? find(weight.name) : nullptr;
        const auto embedding = std::ranges::find_if(
            layout.pre, [](const formats::Weight& pre) { return (pre.flags & formats::kEmbedding) != 0; });
        const PlannedTensor* embedded = embedding == layout.pre.end() ? nullptr : find(embedding->name);
        if (!head || !embedded || head->shape.size() != 2 || embedded->shape.size() != 2)
            continue;
        // A family's head may be smaller than its embedding; then it is so in the model that gives the head.
        const PlannedInput& giver = head->inputs.front();
        const auto* own = formats::findWeight(m_plan.models[giver.model].folder->checkpoint(), *embedding);
        if (!own || own->info.shape.size() != 2 ||
            head->shape[0] - embedded->shape[0] == giver.shape[0] - own->info.shape[0])
            continue;
        m_plan.problems.add(
            severity, head->name,
            {CRUCIBLE_TR_NOOP("Problem", "%1 has the shape %2, %3 has %4"), embedded->name, shapeText(embedded->shape),
             head->name, shapeText(head->shape)},
            CRUCIBLE_TR_NOOP("Problem", "add `tokenizer_source: base` or `union` to match rows by token"));
    }
}

} // namespace crucible::merge
