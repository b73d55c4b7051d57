// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/memory_estimate.h"

#include "base/platform.h"
#include "model/device_module.h"

#include <algorithm>

namespace crucible::generate {
namespace {

constexpr std::size_t kLargestPart = 512; // tokens of a prompt that go through the model at once
constexpr std::uint64_t kWideBuffers = 3; // gate, up, and what comes out of them; or queries, keys and values
constexpr std::uint64_t kNarrowBuffers = 4; // the residual stream, its norm, what a branch adds, and its copy

// As torch/torch_weights.cpp stores them.
std::uint64_t copiedBytes(const LanguageModel& model)
{
    const model::DecoderNeeds& needs = model.needs;
    switch (model.device.kind) {
    case model::DeviceKind::Processor: break;
    case model::DeviceKind::Cuda:
        return (needs.bf16 + needs.f16) * sizeOf(model::dtypeOf(model.compute)) + needs.f32 * sizeof(float);
    case model::DeviceKind::Torch: // what it need not convert is viewed
        return (needs.f16 + (model.compute == model::Compute::BFloat16 ? 0 : needs.bf16)) * sizeof(float);
    }
    return 0;
}

// LibTorch holds the scores of a part in three steps, and the keys and values of a layer in float32.
std::uint64_t attentionBytes(const LanguageModel& model, const Workload& work, std::uint64_t rows)
{
    if (model.device.isProcessor())
        return 0;
    const auto heads = static_cast<std::uint64_t>(model.config.heads);
    const auto keys =
        static_cast<std::uint64_t>(model.config.keyHeads) * static_cast<std::uint64_t>(model.config.headDim);
    return (3 * std::min<std::uint64_t>(model::kMostDeviceScores, rows * heads * work.tokens) +
            2 * keys * work.tokens) *
           sizeof(float);
}

} // namespace

MemoryEstimate estimateMemory(const LanguageModel& model, const Workload& work)
{
    MemoryEstimate estimate;
    estimate.weights = model.folder->checkpoint().totalBytes();
    estimate.own = model.needs.ownBytes;
    estimate.keyValues = work.sequences * model::KvCache::bytesFor(model.config, model.compute, work.tokens);
    const std::uint64_t rows = std::max<std::uint64_t>(std::min(work.tokens, kLargestPart), work.sequences);
    const std::uint64_t perRow = kWideBuffers * model.needs.widest + kNarrowBuffers * static_cast<std::uint64_t>(model.config.hidden);
    const std::uint64_t logitRows = std::max(work.logitRows, work.sequences);
    estimate.working =
        (rows * perRow + 2 * logitRows * model.needs.vocabulary) * sizeof(float) + attentionBytes(model, work, rows);
    estimate.onCard = model.device.kind == model::DeviceKind::Cuda;
    estimate.copied = copiedBytes(model);
    estimate.program = platform::memoryUse().anonymousBytes;
    return estimate;
}

} // namespace crucible::generate
