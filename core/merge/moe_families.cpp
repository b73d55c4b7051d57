// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/moe_families.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace crucible::merge {
namespace {

constexpr std::string_view kLlamaLike[] = {"llama", "mistral"};
constexpr std::string_view kLlamaLikeAndQwen2[] = {"llama", "mistral", "qwen2"};
constexpr std::string_view kQwen3[] = {"qwen3"};

OrderedJson mixtralConfig(OrderedJson config, std::int64_t experts, std::int64_t perToken, bool)
{
    config["architectures"] = {"MixtralForCausalLM"};
    config["model_type"] = "mixtral";
    config["num_local_experts"] = experts;
    config["num_experts_per_tok"] = perToken;
    config["sliding_window"] = nullptr;
    for (const char* key : {"attention_bias", "mlp_bias", "pretraining_tp"})
        config.erase(key);
    return config;
}

OrderedJson qwenConfig(OrderedJson config, std::string_view generation, std::int64_t experts, std::int64_t perToken)
{
    config["architectures"] = {fmt::format("Qwen{}MoeForCausalLM", generation)};
    config["model_type"] = fmt::format("qwen{}_moe", generation);
    config["num_experts"] = experts;
    config["num_experts_per_tok"] = perToken;
    config["decoder_sparse_step"] = 1;
    config["mlp_only_layers"] = OrderedJson::array();
    config["norm_topk_prob"] = true;
    config["moe_intermediate_size"] = config["intermediate_size"];
    return config;
}

OrderedJson qwen2Config(OrderedJson config, std::int64_t experts, std::int64_t perToken, bool)
{
    config = qwenConfig(std::move(config), "2", experts, perToken);
    config["shared_expert_intermediate_size"] = config["intermediate_size"];
    config["sliding_window"] = nullptr;
    config["use_sliding_window"] = false;
    for (const char* key : {"attention_bias", "mlp_bias", "pretraining_tp", "layer_types"})
        config.erase(key);
    return config;
}

OrderedJson qwen3Config(OrderedJson config, std::int64_t experts, std::int64_t perToken, bool)
{
    return qwenConfig(std::move(config), "3", experts, perToken);
}

OrderedJson deepseekConfig(OrderedJson config, std::int64_t experts, std::int64_t perToken, bool shared)
{
    config["architectures"] = {"DeepseekForCausalLM"};
    config["model_type"] = "deepseek";
    config["n_routed_experts"] = experts;
    config["n_shared_experts"] = shared ? OrderedJson(1) : OrderedJson(nullptr);
    config["num_experts_per_tok"] = perToken;
    config["first_k_dense_replace"] = 0;
    config["moe_layer_freq"] = 1;
    config["scoring_func"] = "softmax";
    config["norm_topk_prob"] = true;
    config["moe_intermediate_size"] = config["intermediate_size"];
    constexpr std::string_view kCode = "deepseek-ai/deepseek-moe-16b-base--";
    config["auto_map"] = {{"AutoConfig", fmt::format("{}configuration_deepseek.DeepseekConfig", kCode)},
                          {"AutoModel", fmt::format("{}modeling_deepseek.DeepseekModel", kCode)},
                          {"AutoModelForCausalLM", fmt::format("{}modeling_deepseek.DeepseekForCausalLM", kCode)}};
    return config;
}

constexpr MoeFamily kFamilies[] = {
    {.name = "Mixtral",
     .modelTypes = kLlamaLike,
     .hasAttentionBias = false,
     .expertPart = ".block_sparse_moe.experts.{}.",
     .gateName = "block_sparse_moe.gate.weight",
     .numberedProjections = true,
     .config = &mixtralConfig},
    {.name = "DeepSeek MoE",
     .modelTypes = kLlamaLike,
     .maxShared = 1,
     .expertPart = ".mlp.experts.{}.",
     .sharedPart = ".mlp.shared_experts.",
     .gateName = "mlp.gate.weight",
     .config = &deepseekConfig},
    {.name = "Qwen MoE",
     .modelTypes = kLlamaLikeAndQwen2,
     .minShared = 1,
     .maxShared = 1,
     .gatedShared = true,
     .wantsQkvBias = true,
     .expertPart = ".mlp.experts.{}.",
     .sharedPart = ".mlp.shared_expert.",
     .gateName = "mlp.gate.weight",
     .config = &qwen2Config},
    {.name = "Qwen3 MoE",
     .modelTypes = kQwen3,
     .expertPart = ".mlp.experts.{}.",
     .gateName = "mlp.gate.weight",
     .config = &qwen3Config},
};

std::string lowerCase(std::string_view text)
{
    std::string result(text);
    for (char& c : result)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return result;
}

bool takes(const MoeFamily& family, std::string_view modelType)
{
    return std::find(family.modelTypes.begin(), family.modelTypes.end(), modelType) != family.modelTypes.end();
}

std::string sharedText(const MoeFamily& family)
{
    if (family.maxShared == 0)
        return "no shared expert";
    return family.minShared == 1 ? "exactly one shared expert" : "at most one shared expert";
}

void setDefault(OrderedJson& config, const char* key, OrderedJson value)
{
    if (!config.contains(key) || config[key].is_null())
        config[key] = std::move(value);
}

// What a loader assumes when a config says nothing depends on its model_type, which is about to change.
void writeDefaults(OrderedJson& config, const std::string& modelType)
{
    const bool isLlama = modelType == "llama";
    setDefault(config, "hidden_act", "silu");
    setDefault(config, "rms_norm_eps", 1e-6);
    setDefault(config, "tie_word_embeddings", false);
    setDefault(config, "max_position_embeddings", isLlama ? 2048 : modelType == "mistral" ? 131072 : 32768);
    if (!config.contains("rope_parameters"))
        setDefault(config, "rope_theta", 10000.0);
    if (modelType == "qwen3")
        setDefault(config, "head_dim", 128);
    if (isLlama && config.contains("num_attention_heads"))
        setDefault(config, "num_key_value_heads", config["num_attention_heads"]);
    else
        setDefault(config, "num_key_value_heads", modelType == "mistral" ? 8 : 32);
}

} // namespace

std::span<const MoeFamily> moeFamilies()
{
    return kFamilies;
}

const MoeFamily* chooseMoeFamily(const recipe::MoeRecipe& recipe, std::string_view modelType, std::string& why)
{
    std::vector<const MoeFamily*> candidates;
    for (const MoeFamily& family : kFamilies) {
        if (lowerCase(family.name).starts_with(lowerCase(recipe.architecture)))
            candidates.push_back(&family);
    }
    if (candidates.empty()) {
        std::vector<std::string> names;
        for (const MoeFamily& family : kFamilies)
            names.emplace_back(family.name);
        why = fmt::format("`architecture: {}` is none of {}", recipe.architecture, joinWords(names));
        return nullptr;
    }
    const int shared = static_cast<int>(recipe.sharedExperts.size());
    std::vector<std::string> reasons;
    for (const MoeFamily* family : candidates) {
        if (!takes(*family, modelType)) {
            std::vector<std::string> types(family->modelTypes.begin(), family->modelTypes.end());
            reasons.push_back(fmt::format("{} is made of {} models, not of {}", family->name, joinWords(types, "or"), modelType));
        } else if (shared < family->minShared || shared > family->maxShared) {
            reasons.push_back(fmt::format("{} has {}", family->name, sharedText(*family)));
        } else {
            return family;
        }
    }
    why = joinWords(reasons);
    return nullptr;
}

OrderedJson moeConfig(const MoeFamily& family, const formats::ModelConfig& base, const recipe::MoeRecipe& recipe)
{
    OrderedJson config = base.json();
    config.erase("auto_map");
    writeDefaults(config, base.modelType());
    config = family.config(std::move(config), static_cast<std::int64_t>(recipe.experts.size()), recipe.expertsPerToken,
                           !recipe.sharedExperts.empty());
    if (recipe.dtype) {
        const std::string name(torchName(*recipe.dtype));
        if (config.contains("dtype"))
            config["dtype"] = name;
        if (config.contains("torch_dtype") || !config.contains("dtype"))
            config["torch_dtype"] = name;
    }
    return config;
}

} // namespace crucible::merge
