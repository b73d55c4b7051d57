// SPDX-License-Identifier: GPL-3.0-or-later
// A model as a folder of Hugging Face's: config.json, safetensors, tokenizer, chat template, generation settings.
#include "convert/parts.h"

#include "base/files.h"
#include "formats/shard_index.h"
#include "kernels/convert.h"

#include <fmt/format.h>

#include <algorithm>

namespace crucible::convert {
namespace {

using formats::Checkpoint;

// Vectors of GGUF files are F32 whatever the model was: those that the dtype holds exactly go back to it.
bool fits(const Checkpoint& checkpoint, const Checkpoint::Entry& entry, DType dtype)
{
    constexpr std::size_t kChunk = std::size_t(1) << 20;
    const formats::TensorData data = checkpoint.read(entry);
    const auto count = static_cast<std::size_t>(entry.info.elements());
    std::vector<float> values, rounded;
    for (std::size_t at = 0; at < count; at += kChunk) {
        values.resize(std::min(kChunk, count - at));
        kernels::toFloat32(entry.info.dtype, data.bytes.data() + at * sizeOf(entry.info.dtype), values);
        rounded = values;
        kernels::roundThrough(dtype, rounded);
        if (!std::ranges::equal(values, rounded))
            return false;
    }
    return true;
}

DType dtypeOf(const ConvertPlan& plan, const Checkpoint& checkpoint, const Checkpoint::Entry& entry)
{
    if (!isFloat(entry.info.dtype))
        return entry.info.dtype;
    if (plan.options.dtype)
        return plan.dtype;
    const bool narrows = plan.model->gguf() && entry.info.dtype == DType::F32 && entry.info.dtype != plan.dtype;
    return narrows && fits(checkpoint, entry, plan.dtype) ? plan.dtype : entry.info.dtype;
}

void addWeights(ConvertPlan& plan)
{
    const Checkpoint& checkpoint = plan.model->checkpoint();
    std::vector<PlannedFile> shards(1);
    std::uint64_t filled = 0, total = 0;
    for (const Checkpoint::Entry& entry : checkpoint.tensors()) {
        PlannedTensor tensor;
        tensor.info = entry.info;
        tensor.info.dtype = dtypeOf(plan, checkpoint, entry);
        tensor.info.bytes = static_cast<std::uint64_t>(entry.info.elements()) * sizeOf(tensor.info.dtype);
        tensor.parts.push_back({&entry, formats::GgufForm::Same, 0, tensor.info.bytes});
        if (filled > 0 && filled + tensor.info.bytes > plan.options.shardBytes) {
            shards.emplace_back();
            filled = 0;
        }
        filled += tensor.info.bytes;
        total += tensor.info.bytes;
        shards.back().tensors.push_back(plan.tensors.size());
        plan.tensors.push_back(std::move(tensor));
    }
    std::map<std::string, std::string> index;
    for (std::size_t i = 0; i < shards.size(); ++i) {
        shards[i].name = shards.size() == 1 ? "model.safetensors" : fmt::format("model-{:05}-of-{:05}.safetensors", i + 1, shards.size());
        // By falling size of elements every tensor stays aligned.
        std::ranges::stable_sort(shards[i].tensors, [&](std::size_t a, std::size_t b) {
            return sizeOf(plan.tensors[a].info.dtype) > sizeOf(plan.tensors[b].info.dtype);
        });
        for (const std::size_t tensor : shards[i].tensors)
            index[plan.tensors[tensor].info.name] = shards[i].name;
    }
    if (shards.size() > 1)
        plan.textFiles["model.safetensors.index.json"] = formats::shardIndexText(index, total);
    plan.files = std::move(shards);
}

void addConfig(ConvertPlan& plan)
{
    OrderedJson config = plan.model->config().json();
    const std::string dtype(torchName(plan.dtype));
    if (plan.options.dtype || plan.model->gguf() || !config.contains("dtype"))
        config[config.contains("dtype") ? "dtype" : "torch_dtype"] = dtype;
    if (const formats::GgufModel* gguf = plan.model->gguf()) {
        if (const auto id = gguf->facts().whole("tokenizer.ggml.padding_token_id"); id && *id >= 0)
            config["pad_token_id"] = *id;
        OrderedJson generation = OrderedJson::object();
        for (const char* key : {"bos_token_id", "eos_token_id", "pad_token_id"}) {
            if (config.contains(key))
                generation[key] = config[key];
        }
        if (!generation.empty())
            plan.textFiles["generation_config.json"] = toJsonText(generation, 2) + "\n";
    }
    plan.textFiles["config.json"] = toJsonText(config, 2) + "\n";
}

} // namespace

void planFolder(ConvertPlan& plan)
{
    plan.to = "safetensors";
    addWeights(plan);
    addConfig(plan);
    if (const formats::GgufModel* gguf = plan.model->gguf()) {
        plan.textFiles.merge(tokenizerFiles(*gguf, plan.problems));
        return;
    }
    for (const std::string& name : plan.model->companionFiles()) {
        if (name != "config.json")
            plan.textFiles[name] = readFile(plan.model->path() / name);
    }
}

} // namespace crucible::convert
