// SPDX-License-Identifier: GPL-3.0-or-later
// Which modules of a model an adapter can hold, and in which way.
#include "merge/extract_lora.h"

#include "base/files.h"
#include "base/text.h"
#include "base/units.h"
#include "formats/bytes.h"
#include "formats/name_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace crucible::merge {

namespace fs = std::filesystem;

namespace {

// Families whose linear layers keep [in, out] (Conv1D).
constexpr std::array<std::string_view, 2> kConv1dTypes = {"gpt2", "openai-gpt"};
// Embedding tables that the layouts do not mark, because their rows are no tokens.
constexpr std::array<std::string_view, 6> kEmbeddingNames = {"wpe", "wte", "embed_positions", "position_embeddings",
                                                             "token_type_embeddings", "word_embeddings"};

PlannedModel openModel(const recipe::ModelRef& ref, std::string_view option, const ExtractLoraOptions& options, Problems& problems)
{
    PlannedModel model;
    model.ref = ref;
    try {
        model.folder = formats::ModelFolder::open(formats::locateModel(ref.model, ref.revision, options.search));
        if (!ref.lora.empty())
            model.adapter = formats::LoraAdapter::open(formats::locateModel(ref.lora, ref.loraRevision, options.search));
    } catch (const Error& error) {
        problems.error(error.where().empty() ? std::string(option) : error.where(), error.message(), error.hint());
    }
    return model;
}

// Regular expressions that may match anywhere in a name.
class Patterns {
public:
    Patterns(const std::vector<std::string>& patterns, std::string_view option, Problems& problems)
    {
        for (const std::string& pattern : patterns) {
            const bool fromStart = pattern.starts_with('^');
            const bool toEnd = pattern.ends_with('$') && !pattern.ends_with("\\$");
            const std::string inner = pattern.substr(fromStart, pattern.size() - fromStart - toEnd);
            try {
                m_patterns.emplace_back(fmt::format("{}({}){}", fromStart ? "" : ".*", inner, toEnd ? "" : ".*"));
            } catch (const Error& error) {
                problems.error(fmt::format("{} {}", option, pattern), error.message(), error.hint());
            }
        }
    }
    bool empty() const { return m_patterns.empty(); }
    bool find(std::string_view name) const
    {
        return std::any_of(m_patterns.begin(), m_patterns.end(), [&](const auto& pattern) { return pattern.matches(name); });
    }

private:
    std::vector<formats::NamePattern> m_patterns;
};

std::string_view lastPart(std::string_view name)
{
    return name.substr(name.rfind('.') + 1);
}

class ExtractionPlanner {
public:
    explicit ExtractionPlanner(ExtractLoraPlan& plan)
        : m_plan(plan), m_options(plan.options), m_include(m_options.includePatterns, "--include-regex", plan.problems),
          m_exclude(m_options.excludePatterns, "--exclude-regex", plan.problems)
    {
    }

    void run()
    {
        if (m_options.maxRank < 1)
            m_plan.problems.error("--max-rank", fmt::format("the rank must be at least 1, but is {}", m_options.maxRank));
        if (!(m_options.svEpsilon >= 0))
            m_plan.problems.error("--sv-epsilon", "the threshold must not be negative");
        m_plan.base = openModel(m_options.base, "--base-model", m_options, m_plan.problems);
        m_plan.model = openModel(m_options.model, "--model", m_options, m_plan.problems);
        if (m_plan.problems.hasErrors())
            return;
        const std::vector<std::string> types = m_plan.base.folder->config().architectures();
        if (types != m_plan.model.folder->config().architectures())
            m_plan.problems.error(m_options.model.toString(), fmt::format("the models are of different architectures: {}",
                                                                          architectureNames()),
                                  "give the model that the fine-tune was made from");
        collect();
        if (!m_plan.problems.hasErrors())
            checkShapes();
        for (ExtractedModule& module : m_plan.modules)
            module.action = actionOf(module);
        checkSaveModules();
        estimate();
        checkOutput();
    }

private:
    std::string architectureNames() const
    {
        std::set<std::string> names;
        for (const PlannedModel* model : {&m_plan.base, &m_plan.model}) {
            for (const std::string& name : model->folder->config().architectures())
                names.insert(name);
        }
        return joinWords({names.begin(), names.end()});
    }

    // Groups the weights of the layout by the module that they belong to.
    void collect()
    {
        const formats::Checkpoint& base = m_plan.base.folder->checkpoint();
        const formats::Checkpoint& model = m_plan.model.folder->checkpoint();
        std::map<std::string, std::size_t> known;
        std::vector<std::string> missing;
        for (const formats::Weight& weight : m_plan.base.folder->layout().allWeights()) {
            if (weight.flags & (formats::kInteger | formats::kConstant) || formats::isDerivedBuffer(weight.name))
                continue;
            const formats::Checkpoint::Entry* inBase = formats::findWeight(base, weight);
            const formats::Checkpoint::Entry* inModel = formats::findWeight(model, weight);
            if (!inBase && !inModel)
                continue;
            // A head that only one of the two has differs from the embedding that stands in for it.
            if (!inBase && (inBase = formats::findStandIn(base, weight)))
                m_plan.problems.warning(weight.name, fmt::format("the base model ties this to {}, the fine-tuned one does not",
                                                                 inBase->info.name),
                                        "untie the base model before loading the adapter, if it is saved in it");
            if (!inModel)
                inModel = formats::findStandIn(model, weight);
            if (!inBase || !inModel) {
                missing.push_back(fmt::format("{} (not in the {})", weight.name, inBase ? "fine-tuned model" : "base model"));
                continue;
            }
            if (!isFloat(inBase->info.dtype) || !isFloat(inModel->info.dtype))
                continue;
            const std::size_t dot = weight.name.rfind('.');
            const std::string suffix(lastPart(weight.name));
            const bool ofModule = dot != std::string::npos && (suffix == "weight" || suffix == "bias");
            const std::string name = ofModule ? weight.name.substr(0, dot) : weight.name;
            const auto [place, isNew] = known.emplace(name, m_plan.modules.size());
            if (isNew) {
                m_plan.modules.emplace_back().name = name;
                m_flags.push_back(weight.flags);
            }
            m_plan.modules[place->second].tensors.push_back({ofModule ? suffix : std::string(), inModel, inBase});
        }
        if (!missing.empty())
            m_plan.problems.error(m_options.model.toString(),
                                  fmt::format("the models do not have the same tensors: {}{}", missing.front(),
                                              missing.size() > 1 ? fmt::format(" and {} more", missing.size() - 1) : ""),
                                  "give the model that the fine-tune was made from");
        if (m_plan.modules.empty())
            m_plan.problems.error(m_options.base.toString(), "the model has no weights that an adapter could change");
    }

    bool isEmbedding(std::size_t index) const
    {
        const std::string_view last = lastPart(m_plan.modules[index].name);
        return (m_flags[index] & formats::kEmbedding && !(m_flags[index] & formats::kOutputHead)) ||
               std::find(kEmbeddingNames.begin(), kEmbeddingNames.end(), last) != kEmbeddingNames.end();
    }

    void checkShapes()
    {
        for (std::size_t i = 0; i < m_plan.modules.size(); ++i) {
            for (const ExtractedModule::Tensor& tensor : m_plan.modules[i].tensors) {
                const Shape& before = shapeIn(m_plan.base, *tensor.base);
                const Shape& after = shapeIn(m_plan.model, *tensor.model);
                if (before != tensor.base->info.shape || after != tensor.model->info.shape) {
                    m_plan.problems.error(tensor.model->info.name, "an adapter replaces this tensor by one of another shape",
                                          "merge the adapter into its model first, with `crucible-cli export`");
                    continue;
                }
                if (before == after)
                    continue;
                const bool rowsDiffer = before.size() == after.size() && !before.empty() &&
                                        std::equal(before.begin() + 1, before.end(), after.begin() + 1);
                if ((m_flags[i] & formats::kEmbedding) && rowsDiffer)
                    m_resized = true;
                else
                    m_plan.problems.error(tensor.model->info.name,
                                          fmt::format("the shape is {} in the base model and {} in the fine-tuned one",
                                                      formats::shapeText(before), formats::shapeText(after)),
                                          "give the model that the fine-tune was made from");
            }
        }
        if (m_resized)
            m_plan.problems.warning(m_options.model.toString(),
                                    "the fine-tuned model has another vocabulary size than its base; embeddings are saved in full",
                                    "resize the base model's embeddings before loading the adapter");
    }

    // With the model's own adapter applied.
    static const Shape& shapeIn(const PlannedModel& model, const formats::Checkpoint::Entry& entry)
    {
        const formats::LoraChange* change = model.adapter ? model.adapter->find(entry.info.name) : nullptr;
        return change ? change->shapeBefore(entry.info.shape) : entry.info.shape;
    }

    bool isAskedFor(const std::string& name) const
    {
        return std::any_of(m_options.saveModules.begin(), m_options.saveModules.end(),
                           [&](const std::string& asked) { return asked == name || asked == lastPart(name); });
    }

    ExtractAction actionOf(ExtractedModule& module) const
    {
        const std::size_t index = static_cast<std::size_t>(&module - m_plan.modules.data());
        const bool excluded = m_exclude.find(module.name);
        if (isAskedFor(module.name))
            return ExtractAction::FullAlways;
        if (m_flags[index] & formats::kEmbedding && (!m_options.embedLora || m_resized))
            return excluded ? ExtractAction::Leave : ExtractAction::Full;
        if (excluded || (!m_include.empty() && !m_include.find(module.name)))
            return ExtractAction::Leave;
        if (module.tensors.front().suffix.empty())
            return m_options.skipUndecomposable ? ExtractAction::Leave : ExtractAction::Impossible;
        const auto weight = std::find_if(module.tensors.begin(), module.tensors.end(),
                                         [](const auto& tensor) { return tensor.suffix == "weight"; });
        if (weight != module.tensors.end() && weight->model->info.shape.size() == 2) {
            if (isEmbedding(index))
                return m_options.embedLora ? ExtractAction::EmbeddingLora : ExtractAction::Full;
            const std::string type = m_plan.base.folder->config().modelType();
            module.transposed = !(m_flags[index] & formats::kOutputHead) &&
                                std::find(kConv1dTypes.begin(), kConv1dTypes.end(), type) != kConv1dTypes.end();
            return ExtractAction::Lora;
        }
        return m_options.skipUndecomposable ? ExtractAction::Leave : ExtractAction::Full;
    }

    void checkSaveModules()
    {
        for (const std::string& asked : m_options.saveModules) {
            std::set<std::string> names;
            for (const ExtractedModule& module : m_plan.modules) {
                names.insert(module.name);
                names.emplace(lastPart(module.name));
            }
            if (names.contains(asked))
                continue;
            const std::optional<std::string> meant = didYouMean(asked, std::vector<std::string>(names.begin(), names.end()));
            m_plan.problems.error("--save-module", fmt::format("the model has no module {}", asked),
                                  meant ? fmt::format("did you mean {}?", *meant) : "");
        }
    }

    void estimate()
    {
        std::uint64_t largest = 0;
        const DType dtype = m_options.dtype ? *m_options.dtype : m_plan.model.folder->mainDType();
        for (const ExtractedModule& module : m_plan.modules) {
            if (module.action == ExtractAction::Leave)
                continue;
            for (const ExtractedModule::Tensor& tensor : module.tensors) {
                m_plan.inputBytes += tensor.model->info.bytes + tensor.base->info.bytes;
                const Shape& shape = tensor.model->info.shape;
                const bool decomposed = tensor.suffix == "weight" && shape.size() == 2 &&
                                        (module.action == ExtractAction::Lora || module.action == ExtractAction::EmbeddingLora);
                if (!decomposed) {
                    m_plan.largestOutputBytes += tensor.model->info.bytes;
                    continue;
                }
                largest = std::max(largest, static_cast<std::uint64_t>(tensor.model->info.elements()));
                const std::int64_t rank = std::min({m_options.maxRank, shape[0], shape[1]});
                m_plan.largestOutputBytes += static_cast<std::uint64_t>(rank * (shape[0] + shape[1])) * sizeOf(dtype);
            }
        }
        // The difference, and the bases of the iteration.
        m_plan.peakMemory = 3 * sizeof(float) * largest;
    }

    void checkOutput()
    {
        const fs::path& output = m_options.output;
        std::error_code code;
        if (output.empty() || m_plan.problems.hasErrors())
            return;
        const std::string place = output.string();
        if (fs::exists(output, code) && !fs::is_directory(output, code))
            m_plan.problems.error(place, "the output is a file, a folder is needed", "choose another name");
        else if (fs::is_directory(output, code) && !m_options.overwrite && !fs::is_empty(output, code))
            m_plan.problems.error(place, "the output folder is not empty",
                                  "choose another name, or pass --overwrite to replace it");
        for (const PlannedModel* model : {&m_plan.base, &m_plan.model}) {
            if (isInside(output, model->folder->path()) || isInside(model->folder->path(), output))
                m_plan.problems.error(place, fmt::format("the output and the input {} lie inside one another", model->ref.toString()),
                                      "choose a folder outside the models");
        }
        if (m_plan.problems.hasErrors())
            return;
        if (!isWritable(output))
            m_plan.problems.error(place, "the output folder can not be written",
                                  "check who may write there, or choose another folder");
        // Factors are kept in a file of their own until all ranks are known.
        else if (const std::uint64_t free = freeSpace(output); 2 * m_plan.largestOutputBytes > free)
            m_plan.problems.warning(place, fmt::format("the adapter may need {} while it is made, the disk has {} free",
                                                       formatBytes(2 * m_plan.largestOutputBytes), formatBytes(free)),
                                    "lower --max-rank or free some space");
    }

    ExtractLoraPlan& m_plan;
    const ExtractLoraOptions& m_options;
    Patterns m_include;
    Patterns m_exclude;
    std::vector<unsigned> m_flags; // by module, of its first weight
    bool m_resized = false;
};

std::string_view toString(ExtractAction action)
{
    switch (action) {
    case ExtractAction::Lora: return "lora";
    case ExtractAction::EmbeddingLora: return "embedding lora";
    case ExtractAction::Full: return "full if changed";
    case ExtractAction::FullAlways: return "full";
    case ExtractAction::Leave: return "left out";
    case ExtractAction::Impossible: return "must not have changed";
    }
    return "";
}

} // namespace

ExtractLoraPlan planLoraExtraction(const ExtractLoraOptions& options)
{
    ExtractLoraPlan plan;
    plan.options = options;
    ExtractionPlanner(plan).run();
    return plan;
}

Json toJson(const ExtractLoraPlan& plan)
{
    Json json = {{"sound", plan.sound()},
                 {"model", plan.options.model.toString()},
                 {"base_model", plan.options.base.toString()},
                 {"output", plan.options.output.string()},
                 {"max_rank", plan.options.maxRank},
                 {"input_bytes", plan.inputBytes},
                 {"largest_output_bytes", plan.largestOutputBytes},
                 {"peak_memory", plan.peakMemory},
                 {"modules", Json::array()},
                 {"problems", Json::array()}};
    for (const ExtractedModule& module : plan.modules)
        json["modules"].push_back({{"name", module.name}, {"action", toString(module.action)}});
    for (const Problem& problem : plan.problems.all())
        json["problems"].push_back({{"severity", crucible::toString(problem.severity)},
                                    {"where", problem.where},
                                    {"message", problem.message},
                                    {"hint", problem.hint}});
    return json;
}

} // namespace crucible::merge
