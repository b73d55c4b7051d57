// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/adapter.h"

#include "base/error.h"
#include "formats/bytes.h"
#include "formats/name_pattern.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

namespace crucible::formats {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kConfigName = "adapter_config.json";
constexpr std::string_view kWeightFiles[] = {"adapter_model.safetensors", "adapter_model.bin"};

// Settings under which W + scaling * B x A is not what the adapter means, with what they are called.
constexpr std::pair<std::string_view, std::string_view> kUnsupportedKeys[] = {
    {"layer_replication", "it stacks layers"},
    {"target_parameters", "it changes fused expert parameters"},
    {"trainable_token_indices", "it trains single tokens"},
    {"use_qalora", "it is a QA-LoRA"},
    {"use_bdlora", "it is a block-diagonal LoRA"},
    {"alora_invocation_tokens", "it is an activated LoRA, switched on by tokens of the prompt"},
    {"monteclora_config", "it is a MonteCLoRA"},
};

// Initialisations that move part of the base's weights into A and B, so that the adapter fits the rest alone.
constexpr std::string_view kResidualInits[] = {"pissa", "olora", "corda", "loftq"};

// Absent, null, false and empty all mean: not used.
bool isUsed(const OrderedJson& config, std::string_view key)
{
    const auto value = config.find(key);
    if (value == config.end() || value->is_null())
        return false;
    if (value->is_boolean())
        return value->get<bool>();
    return !value->is_structured() || !value->empty();
}

bool flag(const OrderedJson& config, std::string_view key, const fs::path& file)
{
    const auto value = config.find(key);
    if (value == config.end() || value->is_null())
        return false;
    if (!value->is_boolean())
        throw Error::corrupt(file, {CRUCIBLE_TR_NOOP("Problem", "%1 is neither true nor false"), key});
    return value->get<bool>();
}

double number(const OrderedJson& value, const std::string& key, const fs::path& file)
{
    if (!value.is_number())
        throw Error::corrupt(file, {CRUCIBLE_TR_NOOP("Problem", "%1 is not a number"), key});
    return value.get<double>();
}

std::int64_t rankNumber(const OrderedJson& value, const std::string& key, const fs::path& file)
{
    constexpr std::int64_t kMaxRank = 1'000'000;
    if (!value.is_number_integer() || value.get<double>() < 1 || value.get<double>() > kMaxRank)
        throw Error::corrupt(file,
                             {CRUCIBLE_TR_NOOP("Problem", "%1 is not a rank, a whole number of at least 1"), key});
    return value.get<std::int64_t>();
}

// rank_pattern or alpha_pattern: the first pattern that matches a module's name decides.
class Patterns {
public:
    Patterns(const OrderedJson& config, std::string_view key, const fs::path& file) : m_key(key)
    {
        const auto map = config.find(key);
        if (map == config.end() || map->is_null())
            return;
        if (!map->is_object())
            throw Error::corrupt(file, {CRUCIBLE_TR_NOOP("Problem", "%1 is not an object"), key});
        for (const auto& [pattern, value] : map->items())
            m_patterns.push_back({pattern, NamePattern(pattern), &value});
    }

    const OrderedJson* find(std::string_view module) const
    {
        for (const Pattern& pattern : m_patterns) {
            if (pattern.pattern.matchesSuffix(module))
                return pattern.value;
        }
        return nullptr;
    }

    const std::string& key() const { return m_key; }

private:
    struct Pattern {
        std::string text;
        NamePattern pattern;
        const OrderedJson* value;
    };
    std::string m_key;
    std::vector<Pattern> m_patterns;
};

enum class Role { Replacement, A, B, EmbeddingA, EmbeddingB, BiasDelta, Magnitude };

struct Part {
    std::string module; // without role and ".weight"; for a replacement the base tensor's whole name
    Role role = Role::Replacement;
};

// Saved names lack the adapter's name, names of a running model have it: "lora_A.weight", "lora_A.default.weight".
std::optional<std::string_view> rest(std::string_view name, std::string_view marker, std::string_view& module)
{
    const std::size_t at = name.rfind(marker);
    if (at == std::string_view::npos)
        return std::nullopt;
    const std::string_view after = name.substr(at + marker.size());
    if (!after.empty() && after.front() != '.')
        return std::nullopt;
    module = name.substr(0, at);
    return after.empty() ? after : after.substr(1);
}

std::optional<Part> partOf(std::string_view name)
{
    // The prefix is PeftModel's, around the LoraModel, around the base.
    constexpr std::string_view kPrefix = "base_model.model.";
    if (name.starts_with(kPrefix))
        name.remove_prefix(kPrefix.size());
    const auto named = [](std::string_view tail, std::string_view last) {
        return tail == last || (tail.ends_with(last) && tail[tail.size() - last.size() - 1] == '.'
                                && std::count(tail.begin(), tail.end(), '.') == 1);
    };
    std::string_view module;
    if (const auto tail = rest(name, ".lora_A", module))
        return named(*tail, "weight") ? std::optional(Part{std::string(module), Role::A}) : std::nullopt;
    if (const auto tail = rest(name, ".lora_B", module)) {
        if (named(*tail, "bias"))
            return Part{std::string(module), Role::BiasDelta};
        return named(*tail, "weight") ? std::optional(Part{std::string(module), Role::B}) : std::nullopt;
    }
    if (rest(name, ".lora_embedding_A", module))
        return Part{std::string(module), Role::EmbeddingA};
    if (rest(name, ".lora_embedding_B", module))
        return Part{std::string(module), Role::EmbeddingB};
    if (rest(name, ".lora_magnitude_vector", module))
        return Part{std::string(module), Role::Magnitude};
    if (const auto tail = rest(name, ".base_layer", module))
        return Part{fmt::format("{}.{}", module, *tail), Role::Replacement};
    if (const auto tail = rest(name, ".modules_to_save", module)) {
        const std::size_t dot = tail->find('.');
        if (dot != std::string_view::npos)
            return Part{fmt::format("{}.{}", module, tail->substr(dot + 1)), Role::Replacement};
    }
    if (name.find(".lora_") != std::string_view::npos)
        return std::nullopt;
    return Part{std::string(name), Role::Replacement};
}

fs::path weightsOf(const fs::path& folder)
{
    for (const std::string_view name : kWeightFiles) {
        if (fs::exists(folder / name))
            return folder / name;
    }
    throw Error::notFound(CRUCIBLE_TR_NOOP("Problem", "the adapter's folder holds no weights"), folder.string(),
                          CRUCIBLE_TR_NOOP("Problem", "it needs adapter_model.safetensors or adapter_model.bin"));
}

} // namespace

bool LoraChange::deltaTransposed(const Shape& base) const
{
    const Shape& shape = shapeBefore(base);
    const std::int64_t out = b->info.shape[0];
    const std::int64_t in = a->info.shape[1];
    const bool plain = shape == Shape{out, in};
    const bool turned = shape == Shape{in, out};
    if (isEmbedding ? turned : turned && (!plain || fanInFanOut))
        return true;
    if (!isEmbedding && plain)
        return false;
    throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the adapter's change is %1 by %2, the tensor has the shape %3"),
                          out, in, shapeText(shape)},
                         a->info.name, CRUCIBLE_TR_NOOP("Problem", "check that the adapter was trained on this model"));
}

std::shared_ptr<const LoraAdapter> LoraAdapter::open(const fs::path& folder)
{
    return std::shared_ptr<const LoraAdapter>(new LoraAdapter(folder));
}

LoraAdapter::LoraAdapter(const fs::path& folder) : m_path(folder)
{
    if (!fs::exists(folder / kConfigName))
        throw Error::notFound(CRUCIBLE_TR_NOOP("Problem", "this is not an adapter, there is no adapter_config.json"),
                              folder.string(), CRUCIBLE_TR_NOOP("Problem", "check the path"));
    m_config = readOrderedJson(folder / kConfigName, {.maxBytes = std::size_t(1) << 26});
    checkConfig();
    m_checkpoint = openCheckpoint(weightsOf(folder));
    sortTensors();
    finishChanges();
}

void LoraAdapter::checkConfig() const
{
    const fs::path file = m_path / kConfigName;
    if (!m_config.is_object())
        throw Error::corrupt(file, CRUCIBLE_TR_NOOP("Problem", "the configuration is not an object"));
    const auto type = m_config.find("peft_type");
    if (type == m_config.end() || !type->is_string())
        throw Error::unsupported(
            CRUCIBLE_TR_NOOP("Problem", "adapter_config.json has no peft_type, so this is not an adapter of PEFT"),
            m_path.string());
    if (*type != "LORA")
        throw Error::unsupported(
            {CRUCIBLE_TR_NOOP("Problem", "the adapter is of type %1, only LORA can be added to weights"),
             inQuotes(type->get_ref<const std::string&>())},
            m_path.string());
    for (const auto& [key, why] : kUnsupportedKeys) {
        if (isUsed(m_config, key))
            throw Error::unsupported(
                {CRUCIBLE_TR_NOOP("Problem", "this LoRA can not be added to weights: %1 (%2)"), why, key},
                m_path.string());
    }
    const auto init = m_config.find("init_lora_weights");
    if (init == m_config.end() || !init->is_string())
        return;
    for (const std::string_view residual : kResidualInits) {
        if (init->get_ref<const std::string&>().starts_with(residual))
            throw Error::unsupported(
                {CRUCIBLE_TR_NOOP(
                     "Problem",
                     "this LoRA was made with init_lora_weights %1 and fits only the residual base of its training"),
                 inQuotes(init->get_ref<const std::string&>())},
                m_path.string(),
                CRUCIBLE_TR_NOOP("Problem",
                                 "convert it to a plain LoRA with PEFT (path_initial_model_for_weight_conversion)"));
    }
}

std::string LoraAdapter::baseModel() const
{
    const auto name = m_config.find("base_model_name_or_path");
    return name != m_config.end() && name->is_string() ? name->get<std::string>() : std::string();
}

// Gives every tensor of the adapter its place in m_changes.
void LoraAdapter::sortTensors()
{
    for (const Checkpoint::Entry& entry : m_checkpoint->tensors()) {
        const std::optional<Part> part = partOf(entry.info.name);
        if (!part)
            throw Error::unsupported(
                {CRUCIBLE_TR_NOOP("Problem", "the adapter's tensor %1 is of no known kind"), inQuotes(entry.info.name)},
                m_path.string());
        const std::string suffix = part->role == Role::Replacement ? "" : part->role == Role::BiasDelta ? ".bias" : ".weight";
        LoraChange& change = m_changes[part->module + suffix];
        const Checkpoint::Entry** slot = nullptr;
        switch (part->role) {
        case Role::Replacement: slot = &change.replacement; break;
        case Role::EmbeddingA: change.isEmbedding = true; [[fallthrough]];
        case Role::A: slot = &change.a; break;
        case Role::EmbeddingB: change.isEmbedding = true; [[fallthrough]];
        case Role::B: slot = &change.b; break;
        case Role::BiasDelta: slot = &change.biasDelta; break;
        case Role::Magnitude: slot = &change.magnitude; break;
        }
        if (*slot)
            throw Error::corrupt(m_checkpoint->location(),
                                 {CRUCIBLE_TR_NOOP("Problem", "the tensors %1 and %2 have the same meaning"),
                                  inQuotes((*slot)->info.name), inQuotes(entry.info.name)});
        *slot = &entry;
    }
}

// Checks that what belongs together is there and fits, and fills in rank and scaling.
void LoraAdapter::finishChanges()
{
    const fs::path config = m_path / kConfigName;
    const fs::path& weights = m_checkpoint->location();
    if (m_config.contains("r"))
        m_rank = rankNumber(m_config["r"], "r", config);
    if (m_config.contains("lora_alpha"))
        m_alpha = number(m_config["lora_alpha"], "lora_alpha", config);
    const bool rslora = flag(m_config, "use_rslora", config);
    const bool fanInFanOut = flag(m_config, "fan_in_fan_out", config);
    const bool dora = flag(m_config, "use_dora", config);
    const Patterns ranks(m_config, "rank_pattern", config);
    const Patterns alphas(m_config, "alpha_pattern", config);

    std::set<std::string> ambiguous;
    for (auto& [name, change] : m_changes) {
        const std::string module = name.substr(0, name.rfind('.'));
        const OrderedJson* ownRank = ranks.find(module);
        const OrderedJson* ownAlpha = alphas.find(module);
        const std::int64_t rank = ownRank ? rankNumber(*ownRank, ranks.key(), config) : m_rank;
        const double alpha = ownAlpha ? number(*ownAlpha, alphas.key(), config) : m_alpha;
        change.scaling = alpha / (rslora ? std::sqrt(static_cast<double>(rank)) : static_cast<double>(rank));
        change.fanInFanOut = fanInFanOut;

        const std::size_t dot = name.find('.');
        if (dot != std::string::npos && !m_withoutOuter.emplace(name.substr(dot + 1), name).second)
            ambiguous.insert(name.substr(dot + 1));

        if (!change.a != !change.b)
            throw Error::corrupt(weights, {CRUCIBLE_TR_NOOP("Problem", "the adapter has lora_%1 for %2 and no lora_%3"),
                                           change.a ? "A" : "B", inQuotes(name), change.a ? "B" : "A"});
        if (change.magnitude && !change.a)
            throw Error::corrupt(
                weights, {CRUCIBLE_TR_NOOP("Problem", "the adapter has a magnitude vector for %1 and no lora_A"),
                          inQuotes(name)});
        for (const Checkpoint::Entry* entry : {change.a, change.b, change.magnitude, change.biasDelta}) {
            if (entry && !isFloat(entry->info.dtype))
                throw Error::corrupt(
                    weights, {CRUCIBLE_TR_NOOP("Problem", "%1 is of dtype %2, a LoRA needs floating point numbers"),
                              inQuotes(entry->info.name), toString(entry->info.dtype)});
        }
        if (!change.a)
            continue;
        const Shape& a = change.a->info.shape;
        const Shape& b = change.b->info.shape;
        if (a.size() != 2 || b.size() != 2)
            throw Error::unsupported(
                {CRUCIBLE_TR_NOOP(
                     "Problem", "the adapter's tensors for %1 have %2 and %3 dimensions, only matrices are supported"),
                 inQuotes(name), a.size(), b.size()},
                m_path.string());
        if (a[0] != rank || b[1] != rank)
            throw Error::corrupt(
                weights,
                {CRUCIBLE_TR_NOOP(
                     "Problem", "lora_A %1 and lora_B %2 of %3 do not have the rank %4 that adapter_config.json gives"),
                 shapeText(a), shapeText(b), inQuotes(name), rank});
        change.rank = rank;
        if (dora && !change.magnitude)
            throw Error::corrupt(
                weights,
                {CRUCIBLE_TR_NOOP("Problem", "adapter_config.json says use_dora, but %1 has no magnitude vector"),
                 inQuotes(name)});
        if (change.magnitude && change.isEmbedding)
            throw Error::unsupported(
                {CRUCIBLE_TR_NOOP("Problem", "DoRA of an embedding is not supported (%1)"), inQuotes(name)},
                m_path.string());
        if (change.magnitude && elementCount(change.magnitude->info.shape) != b[0])
            throw Error::corrupt(
                weights, {CRUCIBLE_TR_NOOP("Problem", "the magnitude vector %1 of %2 does not have %3 elements"),
                          shapeText(change.magnitude->info.shape), inQuotes(name), b[0]});
    }
    for (const std::string& name : ambiguous)
        m_withoutOuter.erase(name);
}

const std::string* LoraAdapter::keyOf(std::string_view baseTensor) const
{
    if (const auto exact = m_changes.find(baseTensor); exact != m_changes.end())
        return &exact->first;
    const auto inner = m_withoutOuter.find(baseTensor);
    return inner != m_withoutOuter.end() ? &inner->second : nullptr;
}

const LoraChange* LoraAdapter::find(std::string_view baseTensor) const
{
    const std::string* key = keyOf(baseTensor);
    return key ? &m_changes.find(*key)->second : nullptr;
}

std::vector<std::string> LoraAdapter::unmatched(const Checkpoint& base) const
{
    std::set<std::string_view> taken;
    for (const Checkpoint::Entry& entry : base.tensors()) {
        if (const std::string* key = keyOf(entry.info.name))
            taken.insert(*key);
    }
    std::vector<std::string> names;
    for (const auto& [name, change] : m_changes) {
        if (!taken.contains(name))
            names.push_back(name);
    }
    return names;
}

} // namespace crucible::formats
