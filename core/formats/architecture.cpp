// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architecture.h"

#include "base/error.h"
#include "formats/model_folder.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

namespace crucible::formats {

namespace {

constexpr std::string_view kLayerMark = "{l}";
constexpr std::string_view kExpertMark = "{e}";
// Bounds against configs of strangers; the largest published models have 126 layers and 512 experts.
constexpr std::int64_t kMaxLayers = 10'000;
constexpr std::int64_t kMaxExperts = 4'096;
constexpr std::size_t kMaxWeights = 1'000'000; // the largest mixtures have about 100 000

std::string replaceAll(std::string_view text, std::string_view mark, int number)
{
    const std::string digits = fmt::format("{}", number);
    std::string result;
    for (std::size_t at = 0;;) {
        const std::size_t next = text.find(mark, at);
        result += text.substr(at, next - at);
        if (next == std::string_view::npos)
            return result;
        result += digits;
        at = next + mark.size();
    }
}

std::optional<std::string> renamed(const std::string& name, const Rename& rename)
{
    std::string result = name;
    if (rename.from.starts_with('^')) {
        const std::string_view front = rename.from.substr(1);
        if (!name.starts_with(front))
            return std::nullopt;
        return result.replace(0, front.size(), rename.to);
    }
    const std::size_t at = name.find(rename.from);
    if (at == std::string::npos)
        return std::nullopt;
    return result.replace(at, rename.from.size(), rename.to);
}

std::vector<std::string> otherSpellings(const std::string& name, std::span<const Rename> renames)
{
    std::vector<std::string> all{name};
    for (const Rename& rename : renames)
        for (std::size_t i = 0, known = all.size(); i < known; ++i)
            if (const auto other = renamed(all[i], rename))
                all.push_back(*other);
    all.erase(all.begin());
    return all;
}

struct KeyedNumber {
    std::string key;
    std::int64_t value;
};

std::optional<KeyedNumber> firstNumber(const ModelConfig& config, std::string_view alternatives)
{
    while (!alternatives.empty()) {
        const std::size_t bar = alternatives.find('|');
        const std::string_view key = alternatives.substr(0, bar);
        if (const auto value = config.count(key))
            return KeyedNumber{std::string(key), *value};
        alternatives = bar == std::string_view::npos ? std::string_view{} : alternatives.substr(bar + 1);
    }
    return std::nullopt;
}

KeyedNumber requiredNumber(const ModelConfig& config, std::string_view alternatives, std::string_view what,
                           std::int64_t limit)
{
    const auto found = firstNumber(config, alternatives);
    if (!found)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the configuration does not tell the %1"), what},
                             config.file().string(),
                             {CRUCIBLE_TR_NOOP("Problem", "it needs the key %1"), alternatives});
    if (found->value < 0 || found->value > limit)
        throw Error::invalid(
            {CRUCIBLE_TR_NOOP("Problem", "%1 is %2, expected 0 to %3"), found->key, found->value, limit},
            config.file().string());
    return *found;
}

std::string fullName(const ModuleSpec& module, std::string_view place, std::string_view name)
{
    return name.starts_with('^') ? std::string(name.substr(1)) : fmt::format("{}{}{}", module.prefix, place, name);
}

// One weight of a table, with its bias when it speaks for one.
void addWeight(std::vector<Weight>& to, const ModuleSpec& module, std::string_view place, const WeightSpec& spec)
{
    constexpr std::string_view kWeight = ".weight";
    const auto make = [&](std::string_view name, unsigned flags) {
        Weight weight;
        weight.name = fullName(module, place, name);
        weight.flags = flags & ~unsigned(kBias | kOptionalBias);
        weight.aliases = otherSpellings(weight.name, module.renames);
        return weight;
    };
    Weight weight = make(spec.name, spec.flags);
    if (!spec.tiedTo.empty()) {
        weight.tiedTo = fullName(module, "", spec.tiedTo);
        weight.tiedAliases = otherSpellings(weight.tiedTo, module.renames);
    }
    to.push_back(std::move(weight));
    if (spec.flags & (kBias | kOptionalBias)) {
        const std::string bias = fmt::format("{}.bias", spec.name.substr(0, spec.name.size() - kWeight.size()));
        unsigned flags = spec.flags & ~unsigned(kOutputHead);
        if (spec.flags & kOptionalBias)
            flags |= kOptional;
        to.push_back(make(bias, flags));
    }
}

Weight withNumber(const Weight& from, std::string_view mark, int number)
{
    Weight weight = from;
    weight.name = replaceAll(from.name, mark, number);
    for (std::string& alias : weight.aliases)
        alias = replaceAll(alias, mark, number);
    return weight;
}

std::vector<Weight> withExperts(std::vector<Weight> templates, std::int64_t experts)
{
    std::vector<Weight> result;
    for (Weight& weight : templates) {
        if (weight.name.find(kExpertMark) == std::string::npos) {
            result.push_back(std::move(weight));
            continue;
        }
        for (int e = 0; e < experts; ++e)
            result.push_back(withNumber(weight, kExpertMark, e));
    }
    return result;
}

} // namespace

std::vector<const Architecture*> findArchitectures(std::string_view className)
{
    std::vector<const Architecture*> found;
    for (const Architecture* architecture : architectures())
        if (std::ranges::find(architecture->classNames, className) != architecture->classNames.end())
            found.push_back(architecture);
    return found;
}

const Architecture* findArchitecture(std::string_view className)
{
    const auto found = findArchitectures(className);
    return found.empty() ? nullptr : found.front();
}

std::vector<Weight> Layout::Module::layerWeights(int layer) const
{
    std::vector<Weight> weights;
    weights.reserve(layerTemplates.size());
    for (const Weight& weight : layerTemplates)
        weights.push_back(withNumber(weight, kLayerMark, layer));
    return weights;
}

const Layout::Module* Layout::module(std::string_view name) const
{
    const auto found = std::ranges::find(modules, name, &Module::name);
    return found == modules.end() ? nullptr : &*found;
}

std::vector<Weight> Layout::allWeights() const
{
    std::vector<Weight> all;
    for (const Module& module : modules) {
        all.insert(all.end(), module.pre.begin(), module.pre.end());
        for (int l = 0; l < module.layers; ++l)
            std::ranges::move(module.layerWeights(l), std::back_inserter(all));
        all.insert(all.end(), module.post.begin(), module.post.end());
    }
    return all;
}

Layout layoutFromTable(const Architecture& architecture, const ModelConfig& config)
{
    Layout layout;
    layout.family = architecture.id;
    if (const auto vocabSize = firstNumber(config, architecture.vocabSizeKey))
        layout.vocabSizeKey = vocabSize->key;
    else
        layout.vocabSizeKey = architecture.vocabSizeKey.substr(0, architecture.vocabSizeKey.find('|'));
    std::int64_t experts = 0;
    if (!architecture.expertsKey.empty())
        experts = requiredNumber(config, architecture.expertsKey, "number of experts", kMaxExperts).value;

    for (const ModuleSpec& spec : architecture.modules) {
        Layout::Module& module = layout.modules.emplace_back();
        module.name = spec.name;
        if (!spec.layersKey.empty()) {
            KeyedNumber layers = requiredNumber(config, spec.layersKey, "number of layers", kMaxLayers);
            module.layersKey = std::move(layers.key);
            module.layers = static_cast<int>(layers.value);
        }
        for (const WeightSpec& weight : spec.preWeights)
            addWeight(module.pre, spec, "", weight);
        for (const WeightSpec& weight : spec.layerWeights)
            addWeight(module.layerTemplates, spec, spec.layerPrefix, weight);
        for (const WeightSpec& weight : spec.postWeights)
            addWeight(module.post, spec, "", weight);
        module.layerTemplates = withExperts(std::move(module.layerTemplates), experts);
        if (static_cast<std::size_t>(module.layers) * module.layerTemplates.size() > kMaxWeights)
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "%1 layers of %2 tensors are more than a model has"),
                                  module.layers, module.layerTemplates.size()},
                                 config.file().string());
    }
    for (const std::string_view list : architecture.perLayerLists)
        if (const auto length = config.count(list); length && *length == layout.modules.front().layers)
            layout.perLayerLists.emplace_back(list);
    return layout;
}

const Checkpoint::Entry* findWeight(const Checkpoint& checkpoint, const Weight& weight)
{
    const Checkpoint::Entry* entry = checkpoint.find(weight.name);
    for (std::size_t i = 0; !entry && i < weight.aliases.size(); ++i)
        entry = checkpoint.find(weight.aliases[i]);
    return entry;
}

const Checkpoint::Entry* findStandIn(const Checkpoint& checkpoint, const Weight& weight)
{
    if (weight.tiedTo.empty())
        return nullptr;
    const Checkpoint::Entry* entry = checkpoint.find(weight.tiedTo);
    for (std::size_t i = 0; !entry && i < weight.tiedAliases.size(); ++i)
        entry = checkpoint.find(weight.tiedAliases[i]);
    return entry;
}

std::vector<std::string> missingWeights(const Layout& layout, const Checkpoint& checkpoint)
{
    std::vector<std::string> missing;
    for (const Weight& weight : layout.allWeights())
        if (!weight.optional() && !findWeight(checkpoint, weight))
            missing.push_back(weight.name);
    return missing;
}

std::vector<std::string> unknownTensors(const Layout& layout, const Checkpoint& checkpoint)
{
    std::unordered_set<std::string_view> known;
    const std::vector<Weight> weights = layout.allWeights();
    for (const Weight& weight : weights)
        if (const Checkpoint::Entry* entry = findWeight(checkpoint, weight))
            known.insert(entry->info.name);
    std::vector<std::string> unknown;
    for (const Checkpoint::Entry& entry : checkpoint.tensors())
        if (!known.contains(entry.info.name))
            unknown.push_back(entry.info.name);
    return unknown;
}

bool isDerivedBuffer(std::string_view tensorName)
{
    return tensorName.ends_with("rotary_emb.inv_freq") || tensorName.ends_with("rotary_pos_emb.inv_freq") ||
           tensorName.ends_with(".attn.bias") || tensorName.ends_with(".attn.masked_bias") ||
           tensorName.ends_with(".attention.bias") || tensorName.ends_with(".attention.masked_bias") ||
           tensorName.ends_with("embeddings.position_ids") || tensorName.ends_with("relative_pe.slopes");
}

} // namespace crucible::formats
