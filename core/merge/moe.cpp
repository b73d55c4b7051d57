// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/moe.h"

#include "base/hash.h"
#include "base/text.h"
#include "formats/bytes.h"
#include "kernels/philox.h"
#include "kernels/tile.h"
#include "merge/moe_families.h"
#include "merge/moe_gates.h"
#include "merge/planner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace crucible::merge {
namespace {

// What a tensor without inputs is filled with.
enum class Fill { Zero = 0, Normal = 1, Uniform = 2, Given = 3 };

// Normally distributed numbers [first, first + out.size()) of a stream (Box and Muller, two words each).
void normalNumbers(const kernels::RandomStream& stream, std::size_t first, std::span<float> out)
{
    std::vector<std::uint32_t> words(2 * out.size());
    stream.words(2 * first, words);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double radius = std::sqrt(-2 * std::log((words[2 * i] + 1.0) / 4294967296.0));
        out[i] = static_cast<float>(radius * std::cos(2 * std::numbers::pi * (words[2 * i + 1] / 4294967296.0)));
    }
}

void fill(TensorTask& task)
{
    const auto kind = static_cast<Fill>(static_cast<int>(task.number("fill")));
    const double limit = task.number("limit");
    const kernels::RandomStream stream(task.spec().seed, hash64(task.spec().name), 0);
    task.write(TensorTask::Cut::Anywhere, [&](const Tile& tile, std::span<float> out) {
        if (kind == Fill::Zero) {
            std::fill(out.begin(), out.end(), 0.0f);
        } else if (kind == Fill::Given) {
            if (!task.spec().values)
                throw Error(ErrorKind::Internal, "the gates were not computed", task.spec().name);
            std::copy_n(task.spec().values->begin() + static_cast<std::ptrdiff_t>(tile.begin), out.size(), out.begin());
        } else if (kind == Fill::Normal) {
            normalNumbers(stream, tile.begin, out);
        } else {
            std::vector<std::uint32_t> words(out.size());
            stream.words(tile.begin, words);
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = static_cast<float>((words[i] + 0.5) / 4294967296.0 * 2 * limit - limit);
        }
    });
}

// An expert's tensor: x + noise_scale * n, times residual_scale; gates are drawn; all else is copied.
void apply(TensorTask& task)
{
    if (task.inputCount() == 0)
        return fill(task);
    const auto noise = static_cast<float>(task.number(0, "noise_scale"));
    const auto factor = static_cast<float>(task.number(0, "residual_scale"));
    if (noise == 0 && factor == 1)
        return task.copy(0);
    const kernels::RandomStream stream(task.spec().seed, hash64(task.spec().name), task.spec().inputs[0].modelKey);
    task.write(TensorTask::Cut::Anywhere, [&](const Tile& tile, std::span<float> out) {
        std::copy_n(tile.x[0], out.size(), out.begin());
        if (noise != 0) {
            const std::span<float> numbers = task.scratch(tile, 0);
            normalNumbers(stream, tile.begin, numbers.first(out.size()));
            kernels::addScaled(out, numbers.data(), noise);
        }
        if (factor != 1)
            kernels::scale(out, out.data(), factor);
    });
}

constexpr MergeMethod kMethod{
    .id = "moe",
    .title = "mixture of experts",
    .summary = "Composes a mixture of experts: attention and embeddings of the base model, one feed-forward network per expert.",
    .reference = "https://github.com/arcee-ai/mergekit/blob/main/docs/moe.md",
    .apply = &apply,
};

class MoePlanner {
public:
    MoePlanner(const recipe::MoeRecipe& recipe, Plan& plan, const PromptStates& states) : m_recipe(recipe), m_plan(plan), m_states(states) {}

    void run()
    {
        m_plan.recipe.mergeMethod = kMethod.id;
        m_plan.recipe.baseModel = m_recipe.baseModel;
        m_plan.recipe.dtype = m_recipe.dtype;
        m_plan.recipe.source = m_recipe.source.empty() ? recipe::toYaml(m_recipe) : m_recipe.source;
        m_plan.recipe.sourceName = m_recipe.sourceName;
        m_plan.recipeFile = "mergekit_moe_config.yml";
        m_plan.method = &kMethod;
        openModels();
        if (!failed())
            chooseFamily();
        if (!failed())
            planTensors();
        if (!failed())
            m_plan.config = moeConfig(*m_family, m_plan.models.front().folder->config(), m_recipe);
        Planner(m_plan).finish();
    }

private:
    bool failed() const { return m_plan.problems.hasErrors(); }

    std::string place(const recipe::Position& position, const std::string& otherwise) const
    {
        return position.line > 0 ? fmt::format("{}:{}:{}", m_recipe.sourceName, position.line, position.column) : otherwise;
    }

    void error(const recipe::ModelRef& model, std::string message, std::string hint)
    {
        m_plan.problems.add({Severity::Error, place(model.position, model.toString()), std::move(message), std::move(hint),
                             model.position.line, model.position.column});
    }

    void openModels()
    {
        for (const recipe::ModelRef& ref : m_recipe.referencedModels()) {
            PlannedModel model;
            model.ref = ref;
            try {
                model.folder = formats::ModelFolder::open(formats::locateModel(ref.model, ref.revision, m_plan.options.search));
                if (!ref.lora.empty())
                    model.adapter = formats::LoraAdapter::open(
                        formats::locateModel(ref.lora, ref.loraRevision, m_plan.options.search));
            } catch (const Error& failure) {
                error(ref, failure.where().empty() ? failure.message() : fmt::format("{} ({})", failure.message(), failure.where()),
                      failure.hint());
            }
            m_plan.models.push_back(std::move(model));
        }
    }

    void chooseFamily()
    {
        const formats::ModelFolder& base = *m_plan.models.front().folder;
        const std::string type = base.config().modelType();
        for (const PlannedModel& model : m_plan.models) {
            if (model.folder->config().modelType() != type)
                error(model.ref, fmt::format("the model is of type {}, the base model of type {}", model.folder->config().modelType(), type),
                      "use models of one family");
        }
        if (failed())
            return;
        std::string why;
        m_family = chooseMoeFamily(m_recipe, type, why);
        if (!m_family)
            error(m_recipe.baseModel, fmt::format("no kind of mixture fits: {}", why), "change the models or the shared experts");
        else if (base.layout().isGeneric())
            error(m_recipe.baseModel, "the model's tensors are not those of its family", base.layoutNote());
    }

    std::size_t modelOf(const recipe::ModelRef& ref) const
    {
        const auto found = std::find_if(m_plan.models.begin(), m_plan.models.end(), [&](const auto& model) { return model.ref == ref; });
        return static_cast<std::size_t>(found - m_plan.models.begin());
    }

    DType outputDType(DType stored) const { return m_recipe.dtype && isFloat(stored) ? *m_recipe.dtype : stored; }

    void add(PlannedTensor tensor)
    {
        const std::optional<std::int64_t> elements = elementCount(tensor.shape);
        tensor.bytes = static_cast<std::uint64_t>(*elements) * sizeOf(tensor.dtype);
        tensor.order = tensor.name;
        m_plan.tensors.push_back(std::move(tensor));
    }

    void addCopy(const std::string& name, std::size_t model, const formats::Checkpoint::Entry& entry,
                 double noise = 0, double factor = 1)
    {
        const formats::LoraAdapter* adapter = m_plan.models[model].adapter.get();
        const formats::LoraChange* change = adapter ? adapter->find(entry.info.name) : nullptr;
        if (change && change->shapeBefore(entry.info.shape) != entry.info.shape)
            error(m_plan.models[model].ref, fmt::format("the adapter replaces {} by one of another shape", entry.info.name),
                  "merge the adapter into its model first");
        PlannedInput input;
        input.model = model;
        input.tensor = entry.info.name;
        input.shape = entry.info.shape;
        input.dtype = entry.info.dtype;
        input.isBase = model == 0;
        input.params = {{"noise_scale", noise, true}, {"residual_scale", factor, true}};
        PlannedTensor tensor;
        tensor.name = name;
        tensor.shape = entry.info.shape;
        tensor.dtype = outputDType(entry.info.dtype);
        tensor.inputs.push_back(std::move(input));
        tensor.plainCopy = !isFloat(entry.info.dtype);
        add(std::move(tensor));
    }

    void addFilled(const std::string& name, Shape shape, DType dtype, Fill kind, double limit = 0)
    {
        PlannedTensor tensor;
        tensor.name = name;
        tensor.shape = std::move(shape);
        tensor.dtype = dtype;
        tensor.params = {{"fill", static_cast<double>(kind), true}, {"limit", limit, true}};
        add(std::move(tensor));
    }

    // The weight in one expert, with the shape that the base model's has.
    const formats::Checkpoint::Entry* expertEntry(const recipe::MoeExpert& expert, const formats::Weight& weight,
                                                  const Shape& wanted)
    {
        const formats::Checkpoint::Entry* entry =
            formats::findWeight(m_plan.models[modelOf(expert.model)].folder->checkpoint(), weight);
        if (!entry)
            error(expert.model, fmt::format("the expert has no tensor {}", weight.name), "use experts with as many layers as the base model");
        else if (entry->info.shape != wanted)
            error(expert.model, fmt::format("the expert's {} has the shape {}, the base model's {}", weight.name,
                                            formats::shapeText(entry->info.shape), formats::shapeText(wanted)),
                  "use experts of one size");
        else
            return entry;
        return nullptr;
    }

    void addExpert(const recipe::MoeExpert& expert, const formats::Weight& weight, const Shape& wanted, std::string_view part)
    {
        const formats::Checkpoint::Entry* entry = expertEntry(expert, weight, wanted);
        if (!entry)
            return;
        const std::size_t at = weight.name.find(".mlp.");
        std::string projection = weight.name.substr(at + 5);
        const bool isDown = projection.starts_with("down_proj");
        if (m_family->numberedProjections)
            projection = isDown ? "w2.weight" : projection.starts_with("gate_proj") ? "w1.weight" : "w3.weight";
        addCopy(fmt::format("{}{}{}", weight.name.substr(0, at), part, projection), modelOf(expert.model), *entry,
                expert.noiseScale.value_or(0), isDown ? expert.residualScale.value_or(1) : 1);
    }

    void planTensors()
    {
        const formats::ModelFolder& base = *m_plan.models.front().folder;
        const formats::Layout::Module& module = base.layout().modules.front();
        m_plan.costs.layers = module.layers;
        for (const PlannedModel& model : m_plan.models) {
            const formats::Layout& layout = model.folder->layout();
            if (layout.isGeneric() || layout.modules.front().layers != module.layers)
                error(model.ref, fmt::format("the model has {} layers, the base model {}",
                                             layout.modules.empty() ? 0 : layout.modules.front().layers, module.layers),
                      "use models of one size");
        }
        if (failed())
            return;
        if (m_recipe.gateMode == recipe::GateMode::CheapEmbed)
            embedPrompts(module);
        else if (recipe::usesPrompts(m_recipe.gateMode))
            runPrompts(module.layers);
        if (failed())
            return;
        planBaseTensors(module.pre);
        for (int layer = 0; layer < module.layers && m_plan.problems.all().size() < kEnoughProblems; ++layer)
            planLayer(module.layerWeights(layer), layer);
        planBaseTensors(module.post);
    }

    // The rows of the gates, from the embeddings of the experts' prompts.
    void embedPrompts(const formats::Layout::Module& module)
    {
        const auto embedding = std::find_if(module.pre.begin(), module.pre.end(), [](const formats::Weight& weight) { return weight.name.ends_with("embed_tokens.weight"); });
        const PlannedModel& base = m_plan.models.front();
        if (embedding == module.pre.end())
            return error(m_recipe.baseModel, "the model has no embedding that gate mode cheap_embed could use", "use gate_mode random");
        if (base.adapter && base.adapter->find(embedding->name))
            return error(m_recipe.baseModel, "the adapter changes the embeddings that gate mode cheap_embed uses", "merge the adapter into its model first");
        if (sharedLacksPrompts())
            return;
        try {
            const PromptEmbeddings embeddings(*base.folder, *embedding);
            std::vector<float> rows, sharedRows;
            for (const recipe::MoeExpert& expert : m_recipe.experts) {
                const std::vector<float> row = embeddings.gate(expert);
                warnOfLikeness(rows, row);
                rows.insert(rows.end(), row.begin(), row.end());
            }
            for (const recipe::MoeExpert& shared : m_recipe.sharedExperts) {
                const std::vector<float> row = m_family->gatedShared ? embeddings.gate(shared) : std::vector<float>();
                sharedRows.insert(sharedRows.end(), row.begin(), row.end());
            }
            m_gateRows.assign(static_cast<std::size_t>(module.layers), std::make_shared<const std::vector<float>>(std::move(rows)));
            m_sharedGateRows.assign(m_gateRows.size(), std::make_shared<const std::vector<float>>(std::move(sharedRows)));
        } catch (const Error& failure) {
            error(m_recipe.baseModel, failure.where().empty() ? failure.message() : fmt::format("{} ({})", failure.message(), failure.where()),
                  failure.hint());
        }
    }

    bool sharedLacksPrompts()
    {
        const bool lacks = m_family->gatedShared && std::any_of(m_recipe.sharedExperts.begin(), m_recipe.sharedExperts.end(),
                                                                [](const auto& shared) { return shared.positivePrompts.empty(); });
        if (lacks)
            error(m_recipe.sharedExperts.front().model, "the shared expert has a gate and no `positive_prompts` to make it from", "add prompts, or use gate_mode random");
        return lacks;
    }

    // An expert's rows, [layers, hidden], each of length 1: the states of its positive prompts less those of its negative ones.
    std::vector<float> statesOf(const recipe::MoeExpert& expert, std::size_t layers) const
    {
        const bool average = m_recipe.gateMode == recipe::GateMode::HiddenAverage;
        const formats::ModelFolder& base = *m_plan.models.front().folder;
        std::vector<float> rows = m_states(base, expert.positivePrompts, average);
        if (!expert.negativePrompts.empty()) {
            const std::vector<float> away = m_states(base, expert.negativePrompts, average);
            for (std::size_t i = 0; i < rows.size(); ++i)
                rows[i] -= away[i];
        }
        const std::size_t hidden = rows.size() / layers;
        for (std::size_t layer = 0; layer < layers; ++layer) {
            double squares = 0;
            for (std::size_t i = 0; i < hidden; ++i)
                squares += static_cast<double>(rows[layer * hidden + i]) * static_cast<double>(rows[layer * hidden + i]);
            const double scale = 1 / std::max(std::sqrt(squares), 1e-8);
            for (std::size_t i = 0; i < hidden; ++i)
                rows[layer * hidden + i] = static_cast<float>(static_cast<double>(rows[layer * hidden + i]) * scale);
        }
        return rows;
    }

    // The rows of the gates, layer by layer, from what the prompts are to the base model on its way through them.
    void runPrompts(int layerCount)
    {
        const auto layers = static_cast<std::size_t>(layerCount);
        m_gateRows.assign(layers, nullptr);
        m_sharedGateRows.assign(layers, nullptr);
        if (m_plan.models.front().adapter)
            return error(m_recipe.baseModel, fmt::format("gate mode {} cannot run the model with its adapter", recipe::toString(m_recipe.gateMode)), "merge the adapter into its model first");
        if (sharedLacksPrompts() || !m_states || layers == 0)
            return;
        try {
            std::vector<std::vector<float>> gates(layers), shared(layers);
            const auto append = [&](std::vector<std::vector<float>>& to, const recipe::MoeExpert& expert, bool isRouted) {
                const std::vector<float> rows = statesOf(expert, layers);
                const std::size_t hidden = rows.size() / layers;
                for (std::size_t layer = 0; layer < layers; ++layer) {
                    const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(layer * hidden);
                    const std::vector<float> row(begin, begin + static_cast<std::ptrdiff_t>(hidden));
                    if (isRouted && layer + 1 == layers)
                        warnOfLikeness(to[layer], row);
                    to[layer].insert(to[layer].end(), row.begin(), row.end());
                }
            };
            for (const recipe::MoeExpert& expert : m_recipe.experts)
                append(gates, expert, true);
            for (const recipe::MoeExpert& expert : m_recipe.sharedExperts) {
                if (m_family->gatedShared)
                    append(shared, expert, false);
            }
            for (std::size_t layer = 0; layer < layers; ++layer) {
                m_gateRows[layer] = std::make_shared<const std::vector<float>>(std::move(gates[layer]));
                m_sharedGateRows[layer] = std::make_shared<const std::vector<float>>(std::move(shared[layer]));
            }
        } catch (const Error& failure) {
            if (failure.kind() == ErrorKind::Cancelled)
                throw;
            error(m_recipe.baseModel, failure.where().empty() ? failure.message() : fmt::format("{} ({})", failure.message(), failure.where()),
                  failure.hint());
        }
    }

    // Gates that point the same way send every token to the same expert.
    void warnOfLikeness(const std::vector<float>& rows, const std::vector<float>& row)
    {
        constexpr double kAlike = 0.92;
        for (std::size_t i = 0; i * row.size() < rows.size(); ++i) {
            double cosine = 0;
            for (std::size_t k = 0; k < row.size(); ++k)
                cosine += static_cast<double>(rows[i * row.size() + k]) * static_cast<double>(row[k]);
            if (cosine > kAlike)
                m_plan.problems.warning(m_recipe.sourceName, fmt::format("the prompts of experts {} and {} are nearly the same to the gates (cosine {:.2f})", i, rows.size() / row.size(), cosine),
                                        "give each expert prompts that only it should answer");
        }
    }

    // The rows that were computed, else drawn numbers.
    void addGate(const std::string& name, std::int64_t experts, std::int64_t hidden, DType dtype, const std::vector<std::shared_ptr<const std::vector<float>>>& layers, int layer)
    {
        const bool isGiven = recipe::usesPrompts(m_recipe.gateMode);
        const auto rows = isGiven && static_cast<std::size_t>(layer) < layers.size() ? layers[static_cast<std::size_t>(layer)] : nullptr;
        if (rows && rows->size() != static_cast<std::size_t>(experts * hidden))
            return error(m_recipe.baseModel, fmt::format("what the prompts give is not {} wide, as the layers are", hidden), "use gate_mode random");
        const Fill kind = isGiven ? Fill::Given : m_recipe.gateMode == recipe::GateMode::Random ? Fill::Normal : Fill::Uniform;
        addFilled(name, {experts, hidden}, dtype, kind, hidden > 0 ? std::sqrt(1.0 / static_cast<double>(hidden)) : 0);
        m_plan.tensors.back().values = rows;
    }

    void planBaseTensors(const std::vector<formats::Weight>& weights)
    {
        for (const formats::Weight& weight : weights) {
            if (const auto* entry = formats::findWeight(m_plan.models.front().folder->checkpoint(), weight))
                addCopy(weight.name, 0, *entry);
        }
    }

    void planLayer(const std::vector<formats::Weight>& weights, int layer)
    {
        const formats::Checkpoint& base = m_plan.models.front().folder->checkpoint();
        std::vector<formats::Weight> attention;
        std::int64_t hidden = 0;
        DType dtype = DType::F32;
        for (const formats::Weight& weight : weights) {
            const formats::Checkpoint::Entry* entry = formats::findWeight(base, weight);
            if (weight.name.find(".mlp.") == std::string::npos) {
                attention.push_back(weight);
                continue;
            }
            if (!entry)
                continue;
            if (weight.name.ends_with(".bias")) {
                error(m_recipe.baseModel, fmt::format("{} has no place in a {}", weight.name, m_family->name),
                      "use models without biases in the feed-forward layers");
                return;
            }
            if (weight.name.ends_with("gate_proj.weight") && entry->info.shape.size() == 2) {
                hidden = entry->info.shape[1];
                dtype = outputDType(entry->info.dtype);
            }
            for (std::size_t i = 0; i < m_recipe.experts.size(); ++i)
                addExpert(m_recipe.experts[i], weight, entry->info.shape, fmt::format(fmt::runtime(m_family->expertPart), i));
            for (const recipe::MoeExpert& shared : m_recipe.sharedExperts)
                addExpert(shared, weight, entry->info.shape, m_family->sharedPart);
        }
        planBaseTensors(attention);
        if (m_family->wantsQkvBias)
            addMissingBiases(attention);
        else if (!m_family->hasAttentionBias)
            refuseBiases(attention);
        const std::string prefix = fmt::format("model.layers.{}.", layer);
        addGate(prefix + std::string(m_family->gateName), static_cast<std::int64_t>(m_recipe.experts.size()), hidden, dtype, m_gateRows, layer);
        if (m_family->gatedShared)
            addGate(prefix + "mlp.shared_expert_gate.weight", 1, hidden, dtype, m_sharedGateRows, layer);
    }

    void addMissingBiases(const std::vector<formats::Weight>& attention)
    {
        const formats::Checkpoint& base = m_plan.models.front().folder->checkpoint();
        for (const formats::Weight& weight : attention) {
            const auto ends = [&](std::string_view name) { return weight.name.ends_with(fmt::format("{}_proj.weight", name)); };
            if (!ends("q") && !ends("k") && !ends("v"))
                continue;
            const formats::Checkpoint::Entry* matrix = formats::findWeight(base, weight);
            const std::string bias = weight.name.substr(0, weight.name.size() - 6) + "bias";
            if (matrix && !base.find(bias))
                addFilled(bias, {matrix->info.shape.front()}, outputDType(matrix->info.dtype), Fill::Zero);
        }
    }

    // A family without attention biases would lose them silently.
    void refuseBiases(const std::vector<formats::Weight>& attention)
    {
        for (const formats::Weight& weight : attention) {
            if (weight.name.ends_with(".bias") && formats::findWeight(m_plan.models.front().folder->checkpoint(), weight))
                error(m_recipe.baseModel, fmt::format("{} has no place in a {}", weight.name, m_family->name),
                      "use a base model without biases");
        }
    }

    static constexpr std::size_t kEnoughProblems = 20;

    const recipe::MoeRecipe& m_recipe;
    Plan& m_plan;
    const MoeFamily* m_family = nullptr;
    const PromptStates& m_states;
    std::vector<std::shared_ptr<const std::vector<float>>> m_gateRows, m_sharedGateRows; // of each layer, [experts, hidden]; empty: they are drawn
};

} // namespace

std::span<const std::string_view> moeArchitectureNames()
{
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> all;
        for (const MoeFamily& family : moeFamilies())
            all.push_back(family.name);
        return all;
    }();
    return names;
}

Plan planMoe(const recipe::MoeRecipe& recipe, const MergeOptions& options, const PromptStates& states)
{
    Plan plan;
    plan.options = options;
    MoePlanner(recipe, plan, states).run();
    return plan;
}

} // namespace crucible::merge
