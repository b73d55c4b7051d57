// SPDX-License-Identifier: GPL-3.0-or-later
// LoRA adapters as PEFT saves them: adapter_config.json with adapter_model.safetensors (or .bin). Opening sorts the
// adapter's tensors by the base tensor that each of them changes; nothing is computed here.
#pragma once

#include "base/json.h"
#include "formats/checkpoint.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::formats {

// What an adapter does to one base tensor W. Entries belong to the adapter's checkpoint. In this order:
//   1. `replacement`, if there, stands in for W (modules_to_save, trained biases, an embedding's saved base layer).
//   2. With A [rank, in] and B [out, rank]: D = scaling * (B x A), [out, in]; W' = W + D, or W + transposed D where
//      deltaTransposed() says so (Conv1D of GPT-2 keeps [in, out], embeddings [vocabulary, hidden]).
//   3. With `magnitude` m [out] (DoRA): row o of W' in [out, in] form is multiplied by m[o] / |row o of W'|.
//   4. `biasDelta` [out], of a bias: W' = W + scaling * biasDelta.
struct LoraChange {
    const Checkpoint::Entry* replacement = nullptr;
    const Checkpoint::Entry* a = nullptr;
    const Checkpoint::Entry* b = nullptr;
    const Checkpoint::Entry* magnitude = nullptr;
    const Checkpoint::Entry* biasDelta = nullptr;
    double scaling = 0;    // lora_alpha / rank, or lora_alpha / sqrt(rank) with rsLoRA
    std::int64_t rank = 0; // 0 without A and B
    bool fanInFanOut = false; // the configuration's word, used where the shapes leave it open
    bool isEmbedding = false;

    // The shape that W has before A and B come in.
    const Shape& shapeBefore(const Shape& base) const { return replacement ? replacement->info.shape : base; }
    // Whether B x A must be transposed to be added to a tensor of this shape. Throws Error::invalid when it fits neither way.
    bool deltaTransposed(const Shape& base) const;
};

class LoraAdapter {
public:
    // Throws Error::notFound, Error::corrupt (tensors and configuration disagree), Error::unsupported (not a LoRA, or one
    // whose effect is not a sum: PiSSA and its kind on a residual base, activated, stacked and quantization-aware ones).
    static std::shared_ptr<const LoraAdapter> open(const std::filesystem::path& folder);

    const std::filesystem::path& path() const { return m_path; }
    const OrderedJson& config() const { return m_config; }
    const Checkpoint& checkpoint() const { return *m_checkpoint; }
    // base_model_name_or_path; empty when it does not say.
    std::string baseModel() const;
    std::int64_t rank() const { return m_rank; } // `r`, which rank_pattern may overrule for a module
    double alpha() const { return m_alpha; }

    // By base tensor, each as this adapter spells it: "model.layers.0.self_attn.q_proj.weight".
    const std::map<std::string, LoraChange, std::less<>>& changes() const { return m_changes; }
    // The change of a base tensor, nullptr for none. A base that was saved without its outer module ("h.0.attn.c_attn.weight"
    // where the adapter says "transformer.h.0...") finds its changes too.
    const LoraChange* find(std::string_view baseTensor) const;
    // Base tensor names of changes that no tensor of `base` takes.
    std::vector<std::string> unmatched(const Checkpoint& base) const;

    TensorData read(const Checkpoint::Entry& entry) const { return m_checkpoint->read(entry); }

private:
    explicit LoraAdapter(const std::filesystem::path& folder);
    void checkConfig() const;
    void sortTensors();
    void finishChanges();
    const std::string* keyOf(std::string_view baseTensor) const;

    std::filesystem::path m_path;
    OrderedJson m_config;
    std::shared_ptr<const Checkpoint> m_checkpoint;
    std::int64_t m_rank = 8;
    double m_alpha = 8;
    std::map<std::string, LoraChange, std::less<>> m_changes;
    std::map<std::string, std::string, std::less<>> m_withoutOuter; // name without its first part -> name
};

} // namespace crucible::formats
