// SPDX-License-Identifier: GPL-3.0-or-later
// What the table of a model family is made of: plain data that the compiler lays out. Kept apart from architecture.h,
// which answers questions with it, so that a table compiles quickly.
#pragma once

#include <span>
#include <string_view>

namespace crucible::formats {

enum WeightFlag : unsigned {
    kPlain = 0,
    kEmbedding = 1u << 0,  // rows (dimension 0) are tokens: input embedding, output head and its bias
    kOutputHead = 1u << 1, // the output head; absent when tied to the input embedding
    kOptional = 1u << 2,   // a model of this family may lack it
    kInteger = 1u << 3,    // keeps its integer dtype (position ids of BERT)
    kConstant = 1u << 4,   // computed, not learnt, and the same in every model: masks, rotary frequencies, position ids
    // Only in tables: the weight "x.weight" stands for "x.bias" too.
    kBias = 1u << 5,
    kOptionalBias = 1u << 6,
};

struct WeightSpec {
    std::string_view name; // in a layer it follows ModuleSpec::layerPrefix: "self_attn.q_proj.weight"
    unsigned flags = kPlain;
    std::string_view tiedTo = {}; // the tensor that stands in when this one is absent ("model.embed_tokens.weight")
};

// Another spelling of names: `from` is replaced by `to` once, at the front when `from` begins with '^'. Every
// combination of a module's renames is an alias.
struct Rename {
    std::string_view from;
    std::string_view to;
};

// A part of a model with its own stack of layers: ordinary language models have one, called "default".
struct ModuleSpec {
    std::string_view name = "default";
    // Dotted path in config.json to a number, or to a list with one value per layer; '|' separates alternatives.
    // Empty: a module without layers.
    std::string_view layersKey = "num_hidden_layers";
    std::string_view prefix = {};                       // of every name that does not begin with '^': "language_model."
    std::string_view layerPrefix = "model.layers.{l}."; // of the names in layerWeights, after `prefix`
    std::span<const WeightSpec> preWeights = {};        // before the layers: embeddings
    std::span<const WeightSpec> layerWeights = {};      // `{e}` stands for the expert's number
    std::span<const WeightSpec> postWeights = {};       // after the layers: final norm, output head
    std::span<const Rename> renames = {};
};

inline constexpr std::string_view kLayerTypes[] = {"layer_types", "text_config.layer_types"};

struct Architecture {
    std::string_view id;                               // "llama"
    std::string_view title;                            // "Llama"
    std::span<const std::string_view> classNames = {}; // of config.json's `architectures`: "LlamaForCausalLM"
    std::span<const ModuleSpec> modules = {};
    std::string_view expertsKey = {};             // config key of the number of experts; '|' as in layersKey
    std::string_view vocabSizeKey = "vocab_size"; // dotted path in config.json; '|' as in layersKey
    std::span<const std::string_view> perLayerLists = kLayerTypes; // config keys that hold one value per layer
    bool isEncoder = false;
};

} // namespace crucible::formats
