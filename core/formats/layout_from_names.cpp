// SPDX-License-Identifier: GPL-3.0-or-later
// What a model consists of, told from nothing but the names of its tensors.
#include "formats/architecture.h"
#include "base/error.h"
#include "formats/model_folder.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

#include <fmt/format.h>

namespace crucible::formats {

namespace {

struct NumberedName {
    std::string_view prefix; // "model.layers."
    int number = 0;
    std::string_view rest; // "self_attn.q_proj.weight"
};

// Splits at the first segment that is a number and has a submodule behind it: "mlp.0.weight" is no layer.
std::optional<NumberedName> splitAtNumber(std::string_view name)
{
    for (std::size_t start = name.find('.'); start != std::string_view::npos; start = name.find('.', start + 1)) {
        const std::size_t end = name.find('.', start + 1);
        if (end == std::string_view::npos)
            return std::nullopt;
        const std::string_view segment = name.substr(start + 1, end - start - 1);
        NumberedName split;
        const auto [stop, error] = std::from_chars(segment.data(), segment.data() + segment.size(), split.number);
        if (segment.empty() || error != std::errc{} || stop != segment.data() + segment.size() || split.number < 0)
            continue;
        split.prefix = name.substr(0, start + 1);
        split.rest = name.substr(end + 1);
        if (split.rest.find('.') == std::string_view::npos)
            return std::nullopt;
        return split;
    }
    return std::nullopt;
}

std::vector<std::string_view> segmentsOf(std::string_view name)
{
    std::vector<std::string_view> segments;
    for (std::size_t at = 0; at < name.size();) {
        const std::size_t dot = std::min(name.find('.', at), name.size());
        segments.push_back(name.substr(at, dot - at));
        at = dot + 1;
    }
    return segments;
}

bool endsWithAny(std::string_view name, std::span<const std::string_view> endings)
{
    return std::ranges::any_of(endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

// In order of preference as the partner of a tied output head.
constexpr std::array<std::string_view, 8> kEmbeddingNames = {
    "embed_tokens.weight", "wte.weight",        "word_embeddings.weight", "tok_embeddings.weight",
    "embed_in.weight",     "embeddings.weight", "embedding.weight",       "shared.weight"};

bool isOutputHead(std::string_view name)
{
    constexpr std::array<std::string_view, 3> kHeads = {"lm_head.weight", "embed_out.weight", "output_layer.weight"};
    return name == "output.weight" || endsWithAny(name, kHeads);
}

bool isTokenEmbedding(std::string_view name)
{
    return endsWithAny(name, kEmbeddingNames) && name.find("position") == std::string_view::npos;
}

bool belongsAfterLayers(std::string_view name)
{
    const auto has = [&](std::string_view part) { return name.find(part) != std::string_view::npos; };
    if (has("embed") || has("wte") || has("wpe") || has("layernorm_pre") || has("ln_pre"))
        return has("embed_out");
    return has("norm") || has("ln_f") || has("head") || has("output") || has("pooler") || has("classifier") ||
           has("score") || has("project_out") || name.starts_with("cls.");
}

// One numbered stack of all checkpoints together.
struct Stack {
    std::vector<std::set<int>> numbers;        // by checkpoint
    std::map<std::string, std::size_t> counts; // how often each rest was seen, over layers and checkpoints
    std::map<std::string, bool> integers;
    std::int64_t elements = 0;
    std::vector<std::string> literalNames;

    bool isLayers() const
    {
        // One number after another from 0: anything else is a list of parts, like the steps of a small sequence.
        return std::ranges::all_of(numbers, [](const std::set<int>& seen) {
            return seen.empty() || (*seen.begin() == 0 && *seen.rbegin() == static_cast<int>(seen.size()) - 1);
        });
    }
};

struct Loose {
    std::size_t count = 0;
    bool integer = false;
};

unsigned flagsOf(std::string_view name, bool everywhere, bool integer)
{
    unsigned flags = kPlain;
    if (isOutputHead(name))
        flags |= kEmbedding | kOutputHead | kOptional;
    else if (isTokenEmbedding(name))
        flags |= kEmbedding;
    if (!everywhere)
        flags |= kOptional;
    if (integer)
        flags |= kInteger;
    if (isDerivedBuffer(name))
        flags |= kConstant | kOptional;
    return flags;
}

// "language_model" for "language_model.model.layers.", "model" for "model.layers.".
std::string moduleName(std::string_view prefix)
{
    const auto segments = segmentsOf(prefix);
    for (std::size_t i = 0; i + 1 < segments.size(); ++i)
        if (segments[i] != "model" && segments[i] != "transformer")
            return std::string(segments[i]);
    return std::string(segments.front());
}

std::size_t commonSegments(std::string_view a, std::string_view b)
{
    const auto left = segmentsOf(a);
    const auto right = segmentsOf(b);
    return static_cast<std::size_t>(std::ranges::mismatch(left, right).in1 - left.begin());
}

std::string keyOfCount(const ModelConfig& config, int layers, bool main)
{
    constexpr std::array<std::string_view, 6> kMainKeys = {
        "num_hidden_layers",           "n_layer", "num_layers", "n_layers", "text_config.num_hidden_layers",
        "llm_config.num_hidden_layers"};
    constexpr std::array<std::string_view, 7> kOtherKeys = {"vision_config.num_hidden_layers",
                                                            "vision_config.depth",
                                                            "audio_config.num_hidden_layers",
                                                            "encoder_layers",
                                                            "decoder_layers",
                                                            "num_decoder_layers",
                                                            "num_layers"};
    const auto find = [&](std::span<const std::string_view> keys) -> std::string {
        const auto found =
            std::ranges::find_if(keys, [&](std::string_view key) { return config.integer(key) == layers; });
        return found == keys.end() ? std::string{} : std::string(*found);
    };
    return main ? find(kMainKeys) : find(kOtherKeys);
}

void adoptConfigKeys(Layout& layout, const ModelConfig& config)
{
    for (std::size_t i = 0; i < layout.modules.size(); ++i)
        layout.modules[i].layersKey = keyOfCount(config, layout.modules[i].layers, i == 0);
    for (const std::string_view key : {"vocab_size", "text_config.vocab_size", "llm_config.vocab_size"})
        if (config.integer(key)) {
            layout.vocabSizeKey = key;
            break;
        }
    for (const std::string_view key : {"layer_types", "text_config.layer_types"})
        if (!layout.modules.empty() && config.count(key) == layout.modules.front().layers)
            layout.perLayerLists.emplace_back(key);
}

int agreedLayers(const std::string& prefix, const Stack& stack, std::span<const Checkpoint* const> checkpoints)
{
    for (std::size_t c = 1; c < checkpoints.size(); ++c)
        if (stack.numbers[c].size() != stack.numbers[0].size())
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the models have %1 and %2 layers below %3"),
                                  stack.numbers[0].size(), stack.numbers[c].size(), prefix},
                                 checkpoints[c]->location().string());
    return static_cast<int>(stack.numbers[0].size());
}

} // namespace

Layout layoutFromNames(std::span<const Checkpoint* const> checkpoints, const ModelConfig* config)
{
    std::map<std::string, Stack, std::less<>> stacks; // by prefix
    std::map<std::string, Loose, std::less<>> loose;  // by name
    for (std::size_t c = 0; c < checkpoints.size(); ++c) {
        for (const Checkpoint::Entry& entry : checkpoints[c]->tensors()) {
            const TensorInfo& info = entry.info;
            const auto split = splitAtNumber(info.name);
            if (!split) {
                Loose& item = loose[info.name];
                ++item.count;
                item.integer = !isFloat(info.dtype);
                continue;
            }
            Stack& stack = stacks[std::string(split->prefix)];
            stack.numbers.resize(checkpoints.size());
            stack.numbers[c].insert(split->number);
            const std::string rest(split->rest);
            ++stack.counts[rest];
            stack.integers[rest] = !isFloat(info.dtype);
            stack.elements += info.elements();
            stack.literalNames.push_back(info.name);
        }
    }

    // What is numbered but no stack of layers counts as single tensors.
    for (auto it = stacks.begin(); it != stacks.end();) {
        if (it->second.isLayers()) {
            ++it;
            continue;
        }
        for (const std::string& name : it->second.literalNames) {
            Loose& item = loose[name];
            ++item.count;
            item.integer = it->second.integers[std::string(splitAtNumber(name)->rest)];
        }
        it = stacks.erase(it);
    }

    // The largest stack is the model's own; it comes first.
    std::vector<std::pair<std::string, const Stack*>> order;
    for (const auto& [prefix, stack] : stacks)
        order.emplace_back(prefix, &stack);
    std::ranges::stable_sort(order,
                             [](const auto& a, const auto& b) { return a.second->elements > b.second->elements; });

    Layout layout;
    layout.family = "generic";
    for (const auto& [prefix, stack] : order) {
        Layout::Module& module = layout.modules.emplace_back();
        module.name = order.size() == 1 ? "default" : moduleName(prefix);
        if (std::ranges::count(layout.modules, module.name, &Layout::Module::name) > 1)
            module.name = prefix.substr(0, prefix.size() - 1);
        module.layersKey = layout.modules.size() == 1 ? "num_hidden_layers" : "";
        module.layers = agreedLayers(prefix, *stack, checkpoints);
        const std::size_t places = static_cast<std::size_t>(module.layers) * checkpoints.size();
        for (const auto& [rest, count] : stack->counts) {
            Weight& weight = module.layerTemplates.emplace_back();
            weight.name = fmt::format("{}{{l}}.{}", prefix, rest);
            weight.flags =
                flagsOf(weight.name, count == places, stack->integers.at(rest)) & ~unsigned(kOutputHead | kEmbedding);
        }
    }
    if (layout.modules.empty())
        layout.modules.push_back(
            {.name = "default", .layersKey = {}, .layers = 0, .pre = {}, .layerTemplates = {}, .post = {}});

    for (const auto& [name, item] : loose) {
        std::size_t best = 0;
        for (std::size_t m = 1; m < order.size(); ++m)
            if (commonSegments(name, order[m].first) > commonSegments(name, order[best].first))
                best = m;
        Weight weight;
        weight.name = name;
        weight.flags = flagsOf(name, item.count == checkpoints.size(), item.integer);
        if (weight.flags & kOutputHead)
            for (std::size_t i = kEmbeddingNames.size(); i-- > 0;)
                for (const auto& [other, unused] : loose)
                    if (other.ends_with(kEmbeddingNames[i]) && isTokenEmbedding(other))
                        weight.tiedTo = other;
        Layout::Module& module = layout.modules[best];
        (belongsAfterLayers(name) ? module.post : module.pre).push_back(std::move(weight));
    }
    if (config)
        adoptConfigKeys(layout, *config);
    return layout;
}

TensorKind kindOf(std::string_view tensorName)
{
    const auto withoutSuffix = [](std::string_view name) {
        return std::string(name.ends_with(".weight") ? name.substr(0, name.size() - 7) : name);
    };
    // The part of a prefix that tells stacks apart.
    const auto stackName = [](std::string_view prefix) -> std::string {
        if (prefix.starts_with("encoder.block.") || prefix.starts_with("model.encoder."))
            return "encoder.";
        for (const std::string_view segment : segmentsOf(prefix))
            for (const std::string_view sense : {"vision", "visual", "audio", "projector"})
                if (segment.find(sense) != std::string_view::npos)
                    return fmt::format("{}.", segment);
        return {};
    };
    const auto split = splitAtNumber(tensorName);
    if (!split) {
        std::string_view name = tensorName;
        constexpr std::array<std::string_view, 8> kWrappers = {
            "language_model.", "model.", "transformer.", "gpt_neox.", "backbone.", "bert.", "roberta.", "distilbert."};
        for (bool again = true; again;) {
            again = false;
            for (const std::string_view wrapper : kWrappers)
                if (name.starts_with(wrapper)) {
                    name.remove_prefix(wrapper.size());
                    again = true;
                }
        }
        return {withoutSuffix(name), -1};
    }
    std::string kind = stackName(split->prefix);
    bool afterExperts = false;
    for (const std::string_view segment : segmentsOf(split->rest)) {
        const bool isNumber = std::ranges::all_of(segment, [](char c) { return c >= '0' && c <= '9'; });
        kind += afterExperts && isNumber ? std::string_view("*") : segment;
        kind += '.';
        afterExperts = segment.find("experts") != std::string_view::npos;
    }
    kind.pop_back();
    return {withoutSuffix(kind), split->number};
}

} // namespace crucible::formats
