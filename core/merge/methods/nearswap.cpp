// SPDX-License-Identifier: GPL-3.0-or-later
// NearSwap (alchemonaut 2024): moves each weight towards the other model by at most t; near ones are swapped entirely.
//   g = clamp(t / |a - b|, 0, 1),   r = g b + (1 - g) a
#include "merge/method.h"
#include "merge/tile_math.h"

#include <algorithm>
#include <limits>

namespace crucible::merge {
namespace {

constexpr float kSmallestDifference = 1e-6f;

constexpr ParamSpec kParams[] = {
    {.name = "t",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Distance"),
     .required = true,
     .defaultValue = 0.001,
     .low = 0,
     .step = 0.0001,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "Weights that differ by less are taken from the other model; others move "
                                             "towards it by about this much.")},
};

void apply(TensorTask& task)
{
    const std::vector<std::size_t> others = task.others();
    if (task.baseIndex() < 0 || others.empty())
        return task.copy(0); // a tensor that only one of the models has
    const auto base = static_cast<std::size_t>(task.baseIndex());
    const TileMath math(task);
    const float t = static_cast<float>(task.number("t"));
    task.write(TensorTask::Cut::Anywhere, [&](const Tile& tile, std::span<float> out) {
        const float* a = tile.x[base];
        const float* b = tile.x[others[0]];
        const std::span<float> weight = task.scratch(tile, 0);
        const std::span<float> rest = task.scratch(tile, 1);
        math.subtract(weight, a, b);
        kernels::absolute(weight, weight.data());
        kernels::clamp(weight, weight.data(), math.number(kSmallestDifference), std::numeric_limits<float>::infinity());
        std::fill(rest.begin(), rest.end(), t);
        math.divide(weight, rest.data(), weight.data());
        kernels::clamp(weight, weight.data(), 0, 1);
        std::fill(rest.begin(), rest.end(), 1.0f);
        math.subtract(rest, rest.data(), weight.data());
        math.multiply(rest, rest.data(), a);
        math.multiply(weight, weight.data(), b);
        math.add(out, weight.data(), rest.data());
    });
}

} // namespace

extern const MergeMethod nearswap_merge_method{
    .id = "nearswap",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "NearSwap"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "Takes weights of the other model where they are near the base model's, and "
                                               "moves the rest by a small step."),
    .reference = "https://huggingface.co/alchemonaut/QuartetAnemoi-70B-t0.0001",
    .base = BaseModel::Required,
    .maxModels = 1,
    .params = kParams,
    .apply = &apply,
    .work = 16,
    .cutsEmbeddings = true,
};

} // namespace crucible::merge
