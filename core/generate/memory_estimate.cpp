// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/memory_estimate.h"

#include "base/platform.h"

#include <algorithm>

namespace crucible::generate {
namespace {

constexpr std::size_t kLargestPart = 512; // tokens of a prompt that go through the model at once
constexpr std::uint64_t kWideBuffers = 3; // gate, up, and what comes out of them; or queries, keys and values
constexpr std::uint64_t kNarrowBuffers = 4; // the residual stream, its norm, what a branch adds, and its copy

// On a device the weights are in what is computed; LibTorch's processor views what it need not convert.
std::uint64_t copiedBytes(const LanguageModel& model)
{
    const std::uint64_t computed = model.folder->parameters() * sizeOf(model::dtypeOf(model.compute));
    switch (model.device.kind) {
    case model::DeviceKind::Processor: return 0;
    case model::DeviceKind::Cuda: return computed;
    case model::DeviceKind::Torch: break;
    }
    const bool viewed = model.folder->checkpoint().totalBytes() == computed;
    return viewed ? 0 : computed;
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
    estimate.working = (rows * perRow + 2 * logitRows * model.needs.vocabulary) * sizeof(float);
    estimate.onCard = model.device.kind == model::DeviceKind::Cuda;
    estimate.copied = copiedBytes(model);
    estimate.program = platform::memoryUse().anonymousBytes;
    return estimate;
}

} // namespace crucible::generate
