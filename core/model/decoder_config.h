// SPDX-License-Identifier: GPL-3.0-or-later
// What a decoder-only language model is, as values: one decoder reads this, no class per model. A file in families/ fills it
// from a config.json; the names of the weights are those of the model's files, "{}" standing for the layer (and the expert).
#pragma once

#include "formats/model_folder.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::model {

enum class NormKind { Rms, RmsPlusOne, Layer }; // x w, x (1 + w), or with mean and bias
enum class Activation { Silu, GeluErf, GeluTanh, Relu };

// Where the norms of a branch (attention or MLP) stand. After: on what it adds, before it is added. PostResidual: on the
// sum, as in the first Transformer.
enum class NormPlace { Before, After, BeforeAndAfter, PostResidual };

// How the rows of a fused query-key-value matrix are sorted.
enum class QkvRows {
    Separate, // three matrices
    Stacked,  // all queries, all keys, all values
    PerHead,  // q k v of the first head, of the second, ...
    PerGroup, // the queries of the first key head, its key, its value, ...
};

enum class RopeStyle { None, Halves, Interleaved }; // pairs (i, i + d/2), or (2i, 2i + 1)
enum class RopeScaling { None, Linear, Dynamic, Llama3, Yarn, LongRope };

struct Rope {
    RopeStyle style = RopeStyle::Halves;
    int dims = 0; // of a head that are turned, the first ones
    double theta = 10000;
    RopeScaling scaling = RopeScaling::None;
    double factor = 1;
    double lowFrequency = 1;
    double highFrequency = 4;
    double betaFast = 32;
    double betaSlow = 1;
    double originalPositions = 0; // that the model was trained with before the scaling
    double amplitude = 1;         // of cosines and sines
    std::vector<double> shortFactors;
    std::vector<double> longFactors;
};

struct Experts {
    int count = 0; // 0: dense
    int active = 0;
    bool normalize = true; // weights of the active ones add up to 1
    std::function<bool(int layer)> inLayer; // empty: in all
    std::string router;    // "model.layers.{}.mlp.gate"
    std::string gate;      // with two places: layer, expert
    std::string up;
    std::string down;
    std::string sharedRouter; // a sigmoid that weighs the shared expert; empty: there is none
    std::string sharedGate;
    std::string sharedUp;
    std::string sharedDown;
};

struct DecoderConfig {
    std::string family;
    int layers = 0;
    int hidden = 0;
    int heads = 0;
    int keyHeads = 0; // of keys and of values
    int headDim = 0;
    int vocabulary = 0;
    int maxPositions = 0;

    NormKind norm = NormKind::Rms;
    double normEpsilon = 1e-6;
    NormPlace normPlace = NormPlace::Before;
    bool parallel = false;    // attention and MLP read the same input
    bool finalNorm = true;
    bool embeddingNorm = false;
    double embeddingScale = 1;
    double residualScale = 1; // of what a branch adds

    QkvRows qkvRows = QkvRows::Separate;
    Rope rope;
    std::function<const Rope&(const DecoderConfig&, int layer)> ropeOf; // empty: `rope` in all layers
    Rope localRope;           // for ropeOf
    bool alibi = false;
    bool alibiBeforeScale = false; // as Falcon: divided by the root of headDim too, and rounded to BF16
    bool normalizesHeads = false;  // RMS norm of every head's query and key before they are turned
    bool normalizesQk = false;     // the same over all heads at once
    double attentionScale = 0;     // 0: 1 / sqrt(headDim)
    double attentionCap = 0;       // scores become cap tanh(score / cap); 0: no cap
    double logitCap = 0;
    double logitScale = 1;
    bool scaleByLayer = false;     // GPT-2: scores are divided by layer + 1
    std::function<int(int layer)> windowOf; // tokens that a query sees, itself included; 0: all. Empty: all

    Activation activation = Activation::Silu;
    bool gated = true;         // down(act(gate x) * up x); else down(act(up x))
    bool transposed = false;   // matrices are stored [inputs, outputs]
    int positionOffset = 0;    // rows of the table of positions that come before position 0
    bool experts() const { return moe.count > 0; }
    Experts moe;

    // Names without ".weight" and ".bias". Biases are used where they exist.
    std::string embedding = "model.embed_tokens";
    std::string positions; // learned; empty: none
    std::string embeddingNormName;
    std::string projectIn; // between embedding and layers; empty: none
    std::string projectOut;
    std::string finalNormName = "model.norm";
    std::string head = "lm_head"; // where it is absent: the embedding
    std::string attentionNorm = "model.layers.{}.input_layernorm";
    std::string attentionPostNorm;
    std::string mlpNorm = "model.layers.{}.post_attention_layernorm"; // empty in a parallel block: that of attention
    std::string mlpPostNorm;
    std::string query = "model.layers.{}.self_attn.q_proj";
    std::string key = "model.layers.{}.self_attn.k_proj";
    std::string value = "model.layers.{}.self_attn.v_proj";
    std::string qkv;
    std::string output = "model.layers.{}.self_attn.o_proj";
    std::string queryNorm = "model.layers.{}.self_attn.q_norm";
    std::string keyNorm = "model.layers.{}.self_attn.k_norm";
    std::string gate = "model.layers.{}.mlp.gate_proj";
    std::string up = "model.layers.{}.mlp.up_proj";
    std::string gateUp; // both, gate first
    std::string down = "model.layers.{}.mlp.down_proj";
};

struct DecoderFamily {
    std::span<const std::string_view> modelTypes; // as in config.json
    void (*describe)(const formats::ModelConfig& config, DecoderConfig& decoder);
};

// All families. Generated by CMake from the folder.
std::span<const DecoderFamily* const> decoderFamilies();

// Reads the config of a model. Throws Error::unsupported for a family that has no file here, Error::invalid for values that
// no such model can have, naming the key.
DecoderConfig decoderConfig(const formats::ModelConfig& config);

// --- for families
int wholeNumber(const formats::ModelConfig& config, std::string_view key, std::optional<int> absent = {});
double number(const formats::ModelConfig& config, std::string_view key, double absent);
bool flag(const formats::ModelConfig& config, std::string_view key, bool absent);
Activation activation(const formats::ModelConfig& config, std::string_view key, std::string_view absent);
// What nearly all later families have: sizes, GQA, RMS norm, rope with its scaling, SiLU.
void describeLlama(const formats::ModelConfig& config, DecoderConfig& decoder);
// Qwen's way of choosing the layers with experts: every so manieth, but for those that are listed.
std::function<bool(int layer)> sparseLayers(const formats::ModelConfig& config);
Rope readRope(const formats::ModelConfig& config, int headDim, double theta);

} // namespace crucible::model
