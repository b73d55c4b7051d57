// SPDX-License-Identifier: GPL-3.0-or-later
// The middle of planning: every tensor of the output, what it is made of, and with which numbers.
#include "merge/planner.h"

#include "base/schema.h"
#include "base/units.h"
#include "formats/safetensors.h"
#include "merge/chat_templates.h"
#include "merge/operands.h"
#include "merge/tokenizer_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace crucible::merge {

namespace {

constexpr int kListedRepeats = 3;

std::string shapeText(const Shape& shape)
{
    return fmt::format("[{}]", fmt::join(shape, ", "));
}

// torch's promotion of two floating types.
DType promote(DType a, DType b)
{
    if (a == b)
        return a;
    if (a == DType::F64 || b == DType::F64)
        return DType::F64;
    return DType::F32;
}

} // namespace

void Planner::reportRepeated(Severity severity, const std::string& kind, std::string where, Sentence message,
                             Sentence hint)
{
    if (m_repeats[kind]++ < kListedRepeats)
        m_plan.problems.add(severity, std::move(where), std::move(message), std::move(hint));
}

void Planner::checkAdapter(const formats::LoraChange& change, const PlannedInput& input, const PlannedModel& model)
{
    try {
        change.deltaTransposed(input.shape);
    } catch (const Error& error) {
        reportRepeated(Severity::Error, "adapters", model.ref.toString(),
                       {CRUCIBLE_TR_NOOP("Problem", "%1 (tensor %2)"), error.said(), input.tensor}, error.advice());
    }
}

// The vocabulary may be that of a model that is not merged: of that one only the tokenizer's files are needed.
void Planner::addTokenizerSource(std::vector<TokenizerInput>& inputs)
{
    const std::optional<recipe::TokenizerRequest>& request = m_plan.recipe.tokenizer;
    if (!request || request->source != recipe::TokenizerRequest::Source::Model)
        return;
    const recipe::ModelRef& wanted = request->model;
    const bool isMerged = std::ranges::any_of(m_plan.models, [&](const PlannedModel& model) {
        return model.ref == wanted ||
               (wanted.lora.empty() && model.ref.model == wanted.model && model.ref.revision == wanted.revision);
    });
    if (isMerged)
        return;
    try {
        TokenizerInput input;
        input.ref = wanted;
        input.folder = formats::locateModel(wanted.model, wanted.revision, m_plan.options.search);
        input.tokenizerOnly = true;
        inputs.push_back(std::move(input));
    } catch (const Error& error) {
        m_plan.problems.error(placeOf(wanted.position, "tokenizer"), error.said(), error.advice());
    }
}

void Planner::planTokenizer()
{
    std::vector<TokenizerInput> inputs;
    for (std::size_t i = 0; i < m_plan.models.size(); ++i) {
        const PlannedModel& model = m_plan.models[i];
        TokenizerInput input;
        input.ref = model.ref;
        input.folder = model.folder->path();
        input.isBase = m_plan.recipe.baseModel && model.ref == *m_plan.recipe.baseModel;
        for (const formats::Layout::Module& module : m_layout.modules) {
            for (const formats::Weight& weight : module.pre) {
                if (!(weight.flags & formats::kEmbedding) || input.embeddingRows > 0)
                    continue;
                const auto* entry = formats::findWeight(model.folder->checkpoint(), weight);
                if (!entry || entry->info.shape.empty())
                    continue;
                const formats::LoraChange* change = model.adapter ? model.adapter->find(entry->info.name) : nullptr;
                const bool replaced = change && change->replacement && !change->replacement->info.shape.empty();
                input.embeddingRows = (replaced ? change->replacement->info : entry->info).shape.front();
            }
        }
        inputs.push_back(std::move(input));
    }
    addTokenizerSource(inputs);
    if (m_plan.recipe.tokenizer && !failed())
        m_plan.tokenizer = merge::planTokenizer(*m_plan.recipe.tokenizer, inputs, m_plan.problems);
    if (!m_plan.recipe.chatTemplate.empty())
        m_plan.chatTemplate = resolveChatTemplate(m_plan.recipe.chatTemplate, inputs, m_plan.problems);

    if (m_plan.recipe.tokenizer) {
        if (m_plan.tokenizer)
            m_plan.checks.push_back(makeCheck(
                CheckState::Good, "tokenizer",
                {CRUCIBLE_TR_NOOP("Problem", "The output's vocabulary has %1 tokens."), m_plan.tokenizer->vocabSize}));
        return;
    }
    const TokenizerComparison comparison = compareTokenizers(inputs, m_plan.donor);
    if (m_plan.models.size() > 1 && !comparison.vocabularyMessage.empty()) {
        const bool good = comparison.allKnown && comparison.sameVocabulary;
        m_plan.checks.push_back(makeCheck(
            good ? CheckState::Good : CheckState::Warning, "tokenizer", comparison.vocabularyMessage,
            comparison.sameVocabulary
                ? ""
                : CRUCIBLE_TR_NOOP("Problem", "Add `tokenizer_source: union` or `base` to align the rows of the embeddings.")));
    }
    if (m_plan.recipe.chatTemplate.empty() && !comparison.chatTemplateMessage.empty())
        m_plan.checks.push_back(makeCheck(comparison.sameChatTemplate ? CheckState::Good : CheckState::Warning,
                                          "chat_template", comparison.chatTemplateMessage));
}

void Planner::planTensors()
{
    for (const ResolvedModule& module : m_modules) {
        planModule(module, *m_layout.module(module.name));
        if (!failed())
            checkStack(module, *m_layout.module(module.name));
    }
    for (const auto& [kind, count] : m_repeats) {
        if (count > kListedRepeats)
            m_plan.problems.note(kind, {CRUCIBLE_TR_NOOP("Problem", "and %1 more like this"), count - kListedRepeats});
    }
    if (m_plan.tensors.empty() && !failed())
        m_plan.problems.error("slices", CRUCIBLE_TR_NOOP("Problem", "the output would hold no tensor"),
                              CRUCIBLE_TR_NOOP("Problem", "choose layer ranges that are not empty"));
}

void Planner::planModule(const ResolvedModule& module, const formats::Layout::Module& layout)
{
    const ResolvedSlice& first = module.slices.front();
    const ResolvedSlice& last = module.slices.back();
    std::vector<formats::Weight> in;

    // Before the layers, the first slice's sources and parameters count; after them, the last one's. Both sit at
    // position 0 of their gradients.
    for (const formats::Weight& weight : layout.pre) {
        in.assign(first.sources.size(), weight);
        planTensor(weight, in, module, first, 0, -1);
    }
    int outputLayer = 0;
    for (const ResolvedSlice& slice : module.slices) {
        for (int i = 0; i < slice.layers; ++i, ++outputLayer) {
            const double position = slice.layers > 1 ? static_cast<double>(i) / (slice.layers - 1) : 1.0;
            const std::vector<formats::Weight> out = layout.layerWeights(outputLayer);
            std::vector<std::vector<formats::Weight>> sources;
            for (const ResolvedSource& source : slice.sources)
                sources.push_back(layout.layerWeights(source.firstLayer + i));
            for (std::size_t w = 0; w < out.size(); ++w) {
                in.clear();
                for (const std::vector<formats::Weight>& source : sources)
                    in.push_back(source[w]);
                planTensor(out[w], in, module, slice, position, outputLayer);
            }
        }
    }
    for (const formats::Weight& weight : layout.post) {
        // mergekit takes as many of the last slice's sources as the first slice has.
        const std::size_t count = m_plan.options.mergekitExact ? std::min(first.sources.size(), last.sources.size())
                                                               : last.sources.size();
        in.assign(count, weight);
        planTensor(weight, in, module, last, 0, -1);
    }
    m_plan.costs.layers = std::max(m_plan.costs.layers, outputLayer);
}

std::vector<ParamValue> Planner::resolveParams(ParamScope scope, const ParameterScopes& scopes, const std::string& tensor,
                                               double position, bool required, const std::string& where)
{
    std::vector<ParamValue> values;
    for (const ParamSpec& spec : m_plan.method->params) {
        if (spec.scope != scope)
            continue;
        ParamValue value;
        value.name = spec.name;
        if (const std::optional<double> found = lookUp(scopes, std::string(spec.name), tensor, position)) {
            value.value = *found;
            value.given = true;
            if (!std::isfinite(*found))
                reportRepeated(Severity::Error, std::string(spec.name), where,
                               {CRUCIBLE_TR_NOOP("Problem", "%1 is not a finite number"), spec.name}, {});
            else if (*found < spec.low || *found > spec.high)
                reportRepeated(Severity::Warning, std::string(spec.name), where,
                               {CRUCIBLE_TR_NOOP("Problem", "%1 = %2 lies outside %3 to %4"), spec.name,
                                formatNumber(*found), formatNumber(spec.low), formatNumber(spec.high)},
                               {CRUCIBLE_TR_NOOP("Problem", "tensor %1"), tensor});
        } else if (spec.required && required) {
            reportRepeated(
                Severity::Error, std::string(spec.name), where,
                {CRUCIBLE_TR_NOOP("Problem", "the parameter \"%1\" has no value for %2"), spec.name, tensor},
                {CRUCIBLE_TR_NOOP("Problem", "give %1 a value here or under the recipe's `parameters:`"), spec.name});
        } else if (spec.hasDefault && !spec.required) {
            value.value = spec.defaultValue;
            value.given = true;
        }
        values.push_back(value);
    }
    return values;
}

// The embedding comes from the first slice, the output head from the last one. Models there that use their embedding as the
// head would leave the output without one that fits, when those of the first slice have heads of their own.
bool Planner::losesHead(const formats::Weight& weight, const ResolvedModule& module, const ResolvedSlice& slice) const
{
    if (!(weight.flags & formats::kOutputHead) || weight.tiedTo.empty() || m_plan.options.mergekitExact ||
        &slice == &module.slices.front())
        return false;
    return std::ranges::any_of(module.slices.front().sources, [&](const ResolvedSource& source) {
        return formats::findWeight(m_plan.models[source.model].folder->checkpoint(), weight) != nullptr;
    });
}

bool Planner::gatherInputs(PlannedTensor& tensor, const formats::Weight& out, std::span<const formats::Weight> in,
                           const ResolvedModule& module, const ResolvedSlice& slice, double position)
{
    std::vector<const formats::Checkpoint::Entry*> entries;
    bool anyOwn = false;
    for (std::size_t i = 0; i < in.size(); ++i) {
        const formats::Checkpoint& checkpoint = m_plan.models[slice.sources[i].model].folder->checkpoint();
        entries.push_back(formats::findWeight(checkpoint, in[i]));
        anyOwn = anyOwn || entries.back();
    }
    const bool needsHead = !anyOwn && losesHead(out, module, slice);
    if (!anyOwn && !needsHead && out.optional())
        return false;
    for (std::size_t i = 0; i < in.size(); ++i) {
        const ResolvedSource& source = slice.sources[i];
        const PlannedModel& model = m_plan.models[source.model];
        if (!entries[i] && (anyOwn || needsHead) && !in[i].tiedTo.empty())
            entries[i] = formats::findStandIn(model.folder->checkpoint(), in[i]);
        if (!entries[i]) {
            // What some models lack is decided by the others.
            if (!out.optional() || !formats::isDerivedBuffer(in[i].name))
                reportRepeated(out.optional() ? Severity::Warning : Severity::Error, "missing tensors", model.ref.toString(),
                               {CRUCIBLE_TR_NOOP("Problem", "there is no tensor %1"), in[i].name},
                               CRUCIBLE_TR_NOOP("Problem", "the model is incomplete or of another architecture"));
            continue;
        }
        PlannedInput input;
        input.model = source.model;
        input.tensor = entries[i]->info.name;
        input.shape = entries[i]->info.shape;
        input.dtype = entries[i]->info.dtype;
        input.isBase = source.isBase;
        const formats::LoraChange* change = model.adapter ? model.adapter->find(input.tensor) : nullptr;
        if (change && change->replacement) {
            input.shape = change->replacement->info.shape;
            input.dtype = change->replacement->info.dtype;
        }
        if (change && change->a)
            checkAdapter(*change, input, model);
        const ParameterScopes scopes{source.parameters, slice.parameters, module.parameters, &m_plan.recipe.parameters};
        input.params = resolveParams(ParamScope::PerModel, scopes, in[i].name, position, !source.isBase,
                                     model.ref.toString());
        tensor.inputs.push_back(std::move(input));
    }
    return !tensor.inputs.empty();
}

// A rule, or a token that others lack, may take a row from a model that is not merged here.
bool Planner::findRows(const PlannedTensor& tensor)
{
    std::vector<bool> needed(m_plan.tokenizer->rows.size());
    for (const PlannedInput& input : tensor.inputs) {
        for (const RowSource& source : m_plan.tokenizer->rows[input.model]) {
            if (source.kind == RowSource::Kind::Row)
                needed[source.ref.model] = true;
            else if (source.kind == RowSource::Kind::Mean)
                for (const RowRef& ref : m_plan.tokenizer->means[source.mean])
                    needed[ref.model] = true;
        }
    }
    for (const PlannedInput& input : tensor.inputs)
        needed[input.model] = false;
    for (std::size_t m = 0; m < m_plan.models.size(); ++m) {
        if (!needed[m] || rowsOutside(m_plan, tensor, m))
            continue;
        reportRepeated(Severity::Error, "rows", m_plan.models[m].ref.toString(),
                       {CRUCIBLE_TR_NOOP("Problem", "rows of %1 are to be taken from this model, which has no such tensor of %2 columns"),
                        tensor.name, tensor.shape[1]},
                       CRUCIBLE_TR_NOOP("Problem", "models of different hidden sizes cannot be merged"));
        return false;
    }
    return true;
}

bool Planner::fitShapes(PlannedTensor& tensor)
{
    const MergeMethod& method = *m_plan.method;
    std::vector<PlannedInput>& inputs = tensor.inputs;
    const auto base = std::find_if(inputs.begin(), inputs.end(), [](const PlannedInput& input) { return input.isBase; });
    tensor.shape = inputs.front().shape;

    const bool rearranged = m_plan.tokenizer && tensor.isEmbedding && tensor.shape.size() == 2;
    if (rearranged) {
        for (const PlannedInput& input : inputs) {
            if (input.shape.size() != 2 || input.shape[1] != tensor.shape[1]) {
                reportRepeated(Severity::Error, "shapes", tensor.name,
                               {CRUCIBLE_TR_NOOP("Problem", "%1 has the shape %2, %3 has %4"),
                                m_plan.models[inputs.front().model].ref.toString(), shapeText(tensor.shape),
                                m_plan.models[input.model].ref.toString(), shapeText(input.shape)},
                               CRUCIBLE_TR_NOOP("Problem", "models of different hidden sizes cannot be merged"));
                return false;
            }
        }
        tensor.shape[0] = static_cast<std::int64_t>(m_plan.tokenizer->vocabSize);
        return findRows(tensor);
    }

    const bool same = std::all_of(inputs.begin(), inputs.end(),
                                  [&](const PlannedInput& input) { return input.shape == tensor.shape; });
    if (same)
        return true;

    const bool matrices = std::all_of(inputs.begin(), inputs.end(),
                                      [](const PlannedInput& input) { return input.shape.size() == 2; });
    if (tensor.isEmbedding && matrices && method.cutsEmbeddings) {
        for (const PlannedInput& input : inputs) {
            for (std::size_t d = 0; d < 2; ++d)
                tensor.shape[d] = std::min(tensor.shape[d], input.shape[d]);
        }
        reportRepeated(Severity::Warning, "embeddings", tensor.name,
                       {CRUCIBLE_TR_NOOP("Problem", "the models' embeddings differ in size, all are cut to %1"),
                        shapeText(tensor.shape)},
                       CRUCIBLE_TR_NOOP("Problem", "add `tokenizer_source: union` or `base` to match rows by token"));
        return true;
    }
    if (method.fitsToBase && base != inputs.end()) {
        tensor.shape = base->shape;
        const Shape wanted = base->shape;
        if (tensor.isEmbedding && matrices) {
            for (const PlannedInput& input : inputs) {
                if (input.shape[0] < wanted[0] || input.shape[1] < wanted[1]) {
                    reportRepeated(
                        Severity::Error, "embeddings", tensor.name,
                        {CRUCIBLE_TR_NOOP("Problem", "%1 has the shape %2, the base model has %3"),
                         m_plan.models[input.model].ref.toString(), shapeText(input.shape), shapeText(wanted)},
                        CRUCIBLE_TR_NOOP("Problem", "add `tokenizer_source: base` or `union` to match rows by token"));
                    return false;
                }
            }
            reportRepeated(
                Severity::Warning, "embeddings", tensor.name,
                {CRUCIBLE_TR_NOOP("Problem",
                                  "the models' embeddings differ in size, all are cut to the base model's %1"),
                 shapeText(wanted)},
                CRUCIBLE_TR_NOOP("Problem", "add `tokenizer_source: union` or `base` to match rows by token"));
            return true;
        }
        for (const PlannedInput& input : inputs) {
            if (input.shape != wanted)
                reportRepeated(
                    Severity::Warning, "left out", tensor.name,
                    {CRUCIBLE_TR_NOOP("Problem",
                                      "%1 has the shape %2 where the base model has %3; it is left out of this tensor"),
                     m_plan.models[input.model].ref.toString(), shapeText(input.shape), shapeText(wanted)},
                    {});
        }
        std::erase_if(inputs, [&](const PlannedInput& input) { return input.shape != wanted; });
        return true;
    }
    for (const PlannedInput& input : inputs) {
        if (input.shape == tensor.shape)
            continue;
        reportRepeated(
            Severity::Error, "shapes", tensor.name,
            {CRUCIBLE_TR_NOOP("Problem", "%1 has the shape %2, %3 has %4"),
             m_plan.models[inputs.front().model].ref.toString(), shapeText(tensor.shape),
             m_plan.models[input.model].ref.toString(), shapeText(input.shape)},
            tensor.isEmbedding
                ? CRUCIBLE_TR_NOOP("Problem", "add `tokenizer_source: base` or `union` to match rows by token")
                : CRUCIBLE_TR_NOOP("Problem", "choose models that are fine-tunes of the same base"));
        return false;
    }
    return true;
}

bool Planner::chooseDTypes(PlannedTensor& tensor, const formats::Weight& weight)
{
    const recipe::MergeRecipe& recipe = m_plan.recipe;
    const std::vector<PlannedInput>& inputs = tensor.inputs;
    const auto base = std::find_if(inputs.begin(), inputs.end(), [](const PlannedInput& input) { return input.isBase; });
    const PlannedInput& leader = base != inputs.end() ? *base : inputs.front();

    if (weight.flags & formats::kConstant || !isFloat(leader.dtype)) {
        if (tensor.shape.size() >= 2 && !(weight.flags & (formats::kInteger | formats::kConstant))) {
            reportRepeated(Severity::Error, "integers", tensor.name,
                           {CRUCIBLE_TR_NOOP("Problem", "the tensor holds %1, so this is a quantized checkpoint"),
                            toString(leader.dtype)},
                           CRUCIBLE_TR_NOOP("Problem", "merge the original weights and quantize the result"));
            return false;
        }
        tensor.plainCopy = true;
        tensor.dtype = leader.dtype;
        const PlannedInput kept = leader;
        tensor.inputs = {kept};
        tensor.shape = kept.shape;
        return true;
    }
    tensor.mathDtype = recipe.dtype;
    DType native = leader.dtype;
    if (base == inputs.end() || m_plan.method->base == BaseModel::Unused) {
        native = inputs.front().dtype;
        for (const PlannedInput& input : inputs)
            native = promote(native, input.dtype);
    }
    tensor.dtype = recipe.outDtype ? *recipe.outDtype : recipe.dtype ? *recipe.dtype : native;
    if (m_plan.options.mergekitExact && m_plan.method->float32OutputWhenExact && !recipe.outDtype)
        tensor.dtype = DType::F32;
    return true;
}

// What several models changed in a tensor can only be told from the base model's. With one other model it is that one's tensor.
bool Planner::lacksBase(const PlannedTensor& tensor)
{
    const MergeMethod& method = *m_plan.method;
    if (tensor.plainCopy || method.base != BaseModel::Required || method.maxModels == 1 ||
        std::ranges::any_of(tensor.inputs, &PlannedInput::isBase))
        return false;
    reportRepeated(Severity::Error, "missing tensors", m_plan.recipe.baseModel ? m_plan.recipe.baseModel->toString() : "",
                   {CRUCIBLE_TR_NOOP("Problem", "there is no tensor %1"), tensor.name},
                   CRUCIBLE_TR_NOOP("Problem", "the model is incomplete or of another architecture"));
    return true;
}

void Planner::planTensor(const formats::Weight& out, std::span<const formats::Weight> in, const ResolvedModule& module,
                         const ResolvedSlice& slice, double position, int)
{
    PlannedTensor tensor;
    tensor.name = out.name;
    tensor.order = in.front().name;
    tensor.isEmbedding = out.flags & formats::kEmbedding;
    if (!gatherInputs(tensor, out, in, module, slice, position) || failed())
        return;
    if (!fitShapes(tensor) || !chooseDTypes(tensor, out) || lacksBase(tensor))
        return;
    const ParameterScopes scopes{nullptr, slice.parameters, module.parameters, &m_plan.recipe.parameters};
    tensor.params = resolveParams(ParamScope::Global, scopes, out.name, position, true, "parameters");
    if (m_plan.method->checkValues && !tensor.plainCopy) {
        std::vector<std::span<const ParamValue>> perInput;
        for (const PlannedInput& input : tensor.inputs) {
            if (!input.isBase || m_plan.method->base == BaseModel::Unused)
                perInput.emplace_back(input.params);
        }
        const Sentence wrong = m_plan.method->checkValues(tensor.params, perInput);
        if (!wrong.empty())
            reportRepeated(Severity::Error, "parameters", tensor.name, wrong, {});
    }
    const std::optional<std::int64_t> elements = elementCount(tensor.shape);
    tensor.bytes = static_cast<std::uint64_t>(*elements) * sizeOf(tensor.dtype);
    m_plan.tensors.push_back(std::move(tensor));
}

// Tensors that no layout speaks of have no place in the output: extra heads, leftovers of training.
void Planner::warnOfUnknownTensors()
{
    for (const PlannedModel& model : m_plan.models) {
        std::vector<std::string> names;
        for (std::string& name : formats::unknownTensors(model.folder->layout(), model.folder->checkpoint())) {
            if (!formats::isDerivedBuffer(name))
                names.push_back(std::move(name));
        }
        if (!names.empty())
            m_plan.problems.warning(
                model.ref.toString(),
                {CRUCIBLE_TR_NOOP("Problem", "%1 of its tensors are not part of the architecture and are left out"),
                 names.size()},
                {CRUCIBLE_TR_NOOP("Problem", "the first is %1"), names.front()});
    }
}

void Planner::planShards()
{
    std::vector<std::size_t> order(m_plan.tensors.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    // mergekit's order: by the first source's name, as text.
    std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
        return m_plan.tensors[a].order < m_plan.tensors[b].order;
    });
    std::uint64_t size = 0;
    for (const std::size_t index : order) {
        const std::uint64_t bytes = m_plan.tensors[index].bytes;
        const std::uint64_t limit = m_plan.options.outShardSize;
        if (m_plan.shards.empty() || (limit > 0 && size > 0 && size + bytes > limit)) {
            m_plan.shards.emplace_back();
            size = 0;
        }
        m_plan.shards.back().tensors.push_back(index);
        size += bytes;
    }
    const bool safe = m_plan.options.safeSerialization;
    const std::string_view stem = safe ? "model" : "pytorch_model";
    const std::string_view extension = safe ? "safetensors" : "bin";
    for (std::size_t i = 0; i < m_plan.shards.size(); ++i) {
        PlannedShard& shard = m_plan.shards[i];
        shard.fileName = m_plan.shards.size() == 1
                             ? fmt::format("{}.{}", stem, extension)
                             : fmt::format("{}-{:05}-of-{:05}.{}", stem, i + 1, m_plan.shards.size(), extension);
        // Larger elements first keeps every tensor aligned in the file.
        std::stable_sort(shard.tensors.begin(), shard.tensors.end(), [this](std::size_t a, std::size_t b) {
            return sizeOf(m_plan.tensors[a].dtype) > sizeOf(m_plan.tensors[b].dtype);
        });
        std::vector<formats::TensorInfo> infos;
        for (const std::size_t index : shard.tensors) {
            const PlannedTensor& tensor = m_plan.tensors[index];
            infos.push_back({tensor.name, tensor.dtype, tensor.shape, tensor.bytes});
        }
        try {
            shard.fileBytes = formats::safetensorsLayout(infos).fileBytes;
        } catch (const Error& error) {
            m_plan.problems.error(shard.fileName, error.said(), error.advice());
        }
    }
}

} // namespace crucible::merge
