// SPDX-License-Identifier: GPL-3.0-or-later
// The first half of planning: what the recipe's names stand for.
#include "merge/planner.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crucible::merge {

using recipe::ModelRef;

std::string Planner::placeOf(const recipe::Position& position, const std::string& key) const
{
    if (position.line == 0)
        return key;
    return fmt::format("{}:{}:{}", m_plan.recipe.sourceName.empty() ? "recipe" : m_plan.recipe.sourceName,
                       position.line, position.column);
}

void Planner::findMethod()
{
    const recipe::MergeRecipe& recipe = m_plan.recipe;
    for (const std::optional<DType>& dtype : {recipe.dtype, recipe.outDtype}) {
        if (dtype && !isFloat(*dtype))
            m_plan.problems.error(
                placeOf(recipe.dtypePosition, "dtype"),
                {CRUCIBLE_TR_NOOP("Problem", "weights can not be merged or stored as %1"), torchName(*dtype)},
                CRUCIBLE_TR_NOOP("Problem", "use bfloat16, float16 or float32"));
    }
    m_plan.method = findMergeMethod(recipe.mergeMethod);
    if (m_plan.method)
        return;
    std::vector<std::string> known;
    for (const MergeMethod* method : mergeMethods())
        known.emplace_back(method->id);
    const std::optional<std::string> near = didYouMean(recipe.mergeMethod, known);
    Problem problem;
    problem.where = placeOf(recipe.mergeMethodPosition, "merge_method");
    problem.say(
        {CRUCIBLE_TR_NOOP("Problem", "there is no merge method \"%1\""), recipe.mergeMethod},
        near ? Sentence(CRUCIBLE_TR_NOOP("Problem", "did you mean %1?"), *near)
             : Sentence(CRUCIBLE_TR_NOOP("Problem", "the methods are: %1"), fmt::format("{}", fmt::join(known, ", "))));
    problem.line = recipe.mergeMethodPosition.line;
    problem.column = recipe.mergeMethodPosition.column;
    m_plan.problems.add(std::move(problem));
}

void Planner::openModels()
{
    for (const ModelRef& ref : m_plan.recipe.referencedModels()) {
        PlannedModel model;
        model.ref = ref;
        try {
            model.folder = formats::ModelFolder::open(formats::locateModel(ref.model, ref.revision, m_plan.options.search));
            if (!ref.overrideArchitecture.empty())
                model.folder = model.folder->withArchitecture(ref.overrideArchitecture);
            if (!ref.lora.empty()) {
                const std::filesystem::path adapter = formats::locateModel(ref.lora, ref.loraRevision, m_plan.options.search);
                model.adapter = formats::LoraAdapter::open(adapter);
                const std::vector<std::string> unmatched = model.adapter->unmatched(model.folder->checkpoint());
                if (!unmatched.empty() && unmatched.size() == model.adapter->changes().size())
                    throw Error::invalid(
                        CRUCIBLE_TR_NOOP("Problem", "none of the adapter's tensors fits a tensor of the model"),
                        model.adapter->path().string(),
                        CRUCIBLE_TR_NOOP("Problem", "check that the adapter was trained on this model"));
                for (const std::string& name : unmatched)
                    m_plan.problems.warning(
                        ref.toString(),
                        {CRUCIBLE_TR_NOOP("Problem", "the adapter's tensor %1 fits no tensor of the model"), name},
                        CRUCIBLE_TR_NOOP("Problem", "check that the adapter was trained on this model"));
            }
        } catch (const Error& error) {
            Problem problem;
            problem.where = ref.position.line > 0     ? placeOf(ref.position, ref.model)
                            : error.where().empty() ? ref.toString()
                                                    : error.where();
            problem.say(ref.position.line > 0 && !error.where().empty()
                            ? Sentence("%1 (%2)", error.said(), error.where())
                            : error.said(),
                        error.advice());
            problem.line = ref.position.line;
            problem.column = ref.position.column;
            m_plan.problems.add(std::move(problem));
        }
        m_plan.models.push_back(std::move(model));
    }
    if (m_plan.models.empty() && !failed())
        m_plan.problems.error("models", CRUCIBLE_TR_NOOP("Problem", "the recipe names no model"),
                              CRUCIBLE_TR_NOOP("Problem", "list at least one under `models:`"));
}

void Planner::chooseLayout()
{
    for (const PlannedModel& model : m_plan.models) {
        if (const Sentence& note = model.folder->layoutRemark(); !note.empty())
            m_plan.problems.warning(model.ref.toString(), note,
                                    CRUCIBLE_TR_NOOP("Problem", "its tensors are matched by name"));
    }
    const formats::Layout& first = m_plan.models.front().folder->layout();
    bool sameFamily = true;
    for (const PlannedModel& model : m_plan.models)
        sameFamily = sameFamily && model.folder->layout().family == first.family;
    if (sameFamily && !first.isGeneric()) {
        m_layout = first;
        return;
    }
    std::set<std::string> classes;
    for (const PlannedModel& model : m_plan.models) {
        for (const std::string& name : model.folder->config().architectures())
            classes.insert(name);
    }
    if (classes.size() > 1) {
        const std::string list = fmt::format("{}", fmt::join(classes, ", "));
        if (!m_plan.options.allowCrimes) {
            m_plan.problems.error(
                "models", {CRUCIBLE_TR_NOOP("Problem", "the models are of different architectures: %1"), list},
                CRUCIBLE_TR_NOOP("Problem",
                                 "choose models of one family, or pass --allow-crimes to go by the first one's names"));
            return;
        }
        m_plan.problems.warning(
            "models", {CRUCIBLE_TR_NOOP("Problem", "the models are of different architectures: %1"), list},
            {CRUCIBLE_TR_NOOP("Problem", "the names of %1 are used"), m_plan.models.front().ref.toString()});
        if (!first.isGeneric()) {
            m_layout = first;
            return;
        }
    }
    std::vector<const formats::Checkpoint*> checkpoints;
    for (const PlannedModel& model : m_plan.models)
        checkpoints.push_back(&model.folder->checkpoint());
    try {
        m_layout = formats::layoutFromNames(checkpoints, &m_plan.models[m_plan.donor].folder->config());
    } catch (const Error& error) {
        m_plan.problems.error(error.where(), error.said(), error.advice());
    }
}

void Planner::chooseDonor()
{
    const std::optional<ModelRef>& base = m_plan.recipe.baseModel;
    for (std::size_t i = 0; base && i < m_plan.models.size(); ++i) {
        if (m_plan.models[i].ref == *base)
            m_plan.donor = i;
    }
}

void Planner::checkCounts(const ResolvedSlice& slice, const std::string& where)
{
    const MergeMethod& method = *m_plan.method;
    MethodInputs inputs;
    for (const ResolvedSource& source : slice.sources) {
        inputs.hasBase = inputs.hasBase || source.isBase;
        inputs.models += source.isBase ? 0 : 1;
    }
    inputs.baseIsListed = inputs.hasBase;
    if (method.base == BaseModel::Required && !inputs.hasBase) {
        if (m_plan.recipe.baseModel)
            m_plan.problems.error(
                where,
                {CRUCIBLE_TR_NOOP("Problem", "%1 needs the base model among the sources of every slice"), method.id},
                {CRUCIBLE_TR_NOOP("Problem", "add %1 as a source here"), m_plan.recipe.baseModel->toString()});
        else
            m_plan.problems.error(where, {CRUCIBLE_TR_NOOP("Problem", "%1 needs a base model"), method.id},
                                  CRUCIBLE_TR_NOOP("Problem", "add `base_model:`"));
        return;
    }
    const int count = method.base == BaseModel::Unused ? inputs.models + (inputs.hasBase ? 1 : 0) : inputs.models;
    if (count < method.minModels || count > method.maxModels) {
        const bool tooFew = count < method.minModels;
        const int limit = tooFew ? method.minModels : method.maxModels;
        const Sentence models = limit == 1 ? Sentence(CRUCIBLE_TR_NOOP("Problem", "1 model"))
                                           : Sentence(CRUCIBLE_TR_NOOP("Problem", "%1 models"), limit);
        const Sentence amount = method.minModels == method.maxModels
                                    ? Sentence(CRUCIBLE_TR_NOOP("Problem", "exactly %1"), models)
                                : tooFew ? Sentence(CRUCIBLE_TR_NOOP("Problem", "at least %1"), models)
                                         : Sentence(CRUCIBLE_TR_NOOP("Problem", "at most %1"), models);
        const Sentence wanted = method.base == BaseModel::Required
                                    ? Sentence(CRUCIBLE_TR_NOOP("Problem", "%1 besides the base model"), amount)
                                    : amount;
        m_plan.problems.error(
            where, {CRUCIBLE_TR_NOOP("Problem", "%1 takes %2, this has %3"), method.id, wanted, count},
            tooFew ? CRUCIBLE_TR_NOOP("Problem", "add a model") : CRUCIBLE_TR_NOOP("Problem", "take one away"));
        return;
    }
    if (method.check)
        method.check(inputs, m_plan.problems);
}

void Planner::resolveSlices()
{
    const recipe::MergeRecipe& recipe = m_plan.recipe;
    const auto indexOf = [this](const ModelRef& ref) {
        const auto found = std::find_if(m_plan.models.begin(), m_plan.models.end(),
                                        [&](const PlannedModel& model) { return model.ref == ref; });
        return static_cast<std::size_t>(found - m_plan.models.begin());
    };
    const auto layersOf = [this](std::size_t model, const std::string& module) {
        const formats::Layout& own = m_plan.models[model].folder->layout();
        if (const formats::Layout::Module* found = own.module(module))
            return found->layers;
        return m_layout.module(module)->layers;
    };

    std::vector<recipe::Module const*> wanted;
    std::vector<std::string> names;
    for (const recipe::Module& module : recipe.modules) {
        if (recipe.usesModules) {
            wanted.push_back(&module);
            names.push_back(module.name);
            continue;
        }
        if (!module.slices.empty() && m_layout.modules.size() != 1) {
            m_plan.problems.error(
                placeOf(module.slices.front().position, "slices"),
                CRUCIBLE_TR_NOOP("Problem", "this model has several parts, so `slices` does not say of which"),
                CRUCIBLE_TR_NOOP("Problem", "use `modules:` with one entry per part"));
            return;
        }
        for (const formats::Layout::Module& part : m_layout.modules) {
            wanted.push_back(&module);
            names.push_back(part.name);
        }
    }

    for (std::size_t m = 0; m < wanted.size(); ++m) {
        const recipe::Module& module = *wanted[m];
        if (!m_layout.module(names[m])) {
            std::vector<std::string> known;
            for (const formats::Layout::Module& part : m_layout.modules)
                known.push_back(part.name);
            m_plan.problems.error(
                placeOf(module.position, "modules"),
                {CRUCIBLE_TR_NOOP("Problem", "the models have no part \"%1\""), names[m]},
                {CRUCIBLE_TR_NOOP("Problem", "the parts are: %1"), fmt::format("{}", fmt::join(known, ", "))});
            continue;
        }
        ResolvedModule resolved;
        resolved.name = names[m];
        resolved.parameters = &module.parameters;
        if (!module.models.empty()) {
            ResolvedSlice slice;
            bool baseListed = false;
            int layers = -1;
            const auto add = [&](const ModelRef& ref, const recipe::Parameters* parameters) {
                ResolvedSource source;
                source.model = indexOf(ref);
                source.parameters = parameters;
                source.isBase = recipe.baseModel && ref == *recipe.baseModel;
                const int own = layersOf(source.model, resolved.name);
                if (layers >= 0 && own != layers)
                    m_plan.problems.error(
                        placeOf(ref.position, "models"),
                        {CRUCIBLE_TR_NOOP("Problem", "%1 has %2 layers, %3 has %4"), ref.toString(), own,
                         m_plan.models[slice.sources.front().model].ref.toString(), layers},
                        CRUCIBLE_TR_NOOP("Problem", "use `slices:` to say which layers belong together"));
                layers = own;
                slice.sources.push_back(source);
            };
            for (const recipe::InputModel& input : module.models) {
                baseListed = baseListed || (recipe.baseModel && input.model == *recipe.baseModel);
                if (m_plan.options.mergekitExact &&
                    std::any_of(slice.sources.begin(), slice.sources.end(),
                                [&](const ResolvedSource& source) { return source.model == indexOf(input.model); }))
                    continue; // mergekit keys its inputs by reference: the first mention counts
                add(input.model, &input.parameters);
            }
            if (recipe.baseModel && !baseListed)
                add(*recipe.baseModel, nullptr);
            slice.layers = std::max(layers, 0);
            slice.position = module.position;
            checkCounts(slice, placeOf(recipe.mergeMethodPosition, "models"));
            resolved.slices.push_back(std::move(slice));
        }
        for (const recipe::Slice& definition : module.slices) {
            ResolvedSlice slice;
            slice.parameters = &definition.parameters;
            slice.position = definition.position;
            const std::optional<ModelRef>& base = definition.baseModel ? definition.baseModel : recipe.baseModel;
            for (const recipe::InputModel& input : definition.sources) {
                ResolvedSource source;
                source.model = indexOf(input.model);
                source.parameters = &input.parameters;
                source.isBase = base && input.model == *base;
                const std::int64_t begin = (*input.layerRange)[0], end = (*input.layerRange)[1];
                const int own = layersOf(source.model, resolved.name);
                if (end > own)
                    m_plan.problems.error(placeOf(input.position, "layer_range"),
                                          {CRUCIBLE_TR_NOOP("Problem", "layers %1 to %2 are asked of %3, which has %4"),
                                           begin, end, input.model.toString(), own},
                                          {CRUCIBLE_TR_NOOP("Problem", "use a range that ends at %1 or before"), own});
                source.firstLayer = static_cast<int>(std::min<std::int64_t>(begin, own));
                slice.layers = static_cast<int>(std::min<std::int64_t>(end, own) - source.firstLayer);
                if (m_plan.options.mergekitExact &&
                    std::any_of(slice.sources.begin(), slice.sources.end(),
                                [&](const ResolvedSource& other) { return other.model == source.model; }))
                    continue;
                slice.sources.push_back(source);
            }
            checkCounts(slice, placeOf(definition.position, "slices"));
            resolved.slices.push_back(std::move(slice));
        }
        m_modules.push_back(std::move(resolved));
        if (failed())
            return;
    }
}

void Planner::warnOfUnusedParameters()
{
    std::set<std::string> known;
    for (const ParamSpec& spec : m_plan.method->params)
        known.emplace(spec.name);
    std::set<std::string> reported;
    const auto look = [&](const recipe::Parameters& parameters) {
        for (const auto& [name, setting] : parameters) {
            if (known.count(name) || !reported.insert(name).second)
                continue;
            Problem problem;
            problem.severity = Severity::Warning;
            problem.where = placeOf(setting.position, name);
            const auto near = didYouMean(name, std::vector<std::string>(known.begin(), known.end()));
            problem.say(
                {CRUCIBLE_TR_NOOP("Problem", "%1 has no parameter \"%2\", it is ignored"), m_plan.method->id, name},
                near ? Sentence(CRUCIBLE_TR_NOOP("Problem", "did you mean %1?"), *near) : Sentence());
            problem.line = setting.position.line;
            problem.column = setting.position.column;
            m_plan.problems.add(std::move(problem));
        }
    };
    look(m_plan.recipe.parameters);
    for (const recipe::Module& module : m_plan.recipe.modules) {
        look(module.parameters);
        for (const recipe::InputModel& input : module.models)
            look(input.parameters);
        for (const recipe::Slice& slice : module.slices) {
            look(slice.parameters);
            for (const recipe::InputModel& input : slice.sources)
                look(input.parameters);
        }
    }
}

} // namespace crucible::merge
