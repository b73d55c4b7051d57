// SPDX-License-Identifier: GPL-3.0-or-later
// Spherical interpolation of whole tensors (Shoemake 1985). With the angle theta between a and b:
//   r = (sin((1-t) theta) a + sin(t theta) b) / sin theta
// on the tensors as they are, norms included. Nearly parallel or zero tensors are interpolated linearly.
#include "kernels/codes.h"
#include "kernels/reduce.h"
#include "merge/method.h"
#include "merge/tile_math.h"

#include <cmath>
#include <functional>

namespace crucible::merge {
namespace {

constexpr double kParallel = 0.9995; // beyond this |cosine| the angle is too small to divide by its sine
constexpr double kZeroNorm = 1e-8;

constexpr ParamSpec kParams[] = {
    {.name = "t",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Interpolation"),
     .required = true,
     .defaultValue = 0.5,
     .low = -1,
     .high = 2,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "0 gives the base model, 1 the other one, 0.5 the middle.")},
};

double cosine(TensorTask& task, std::size_t a, std::size_t b)
{
    const std::vector<const std::uint16_t*> codes = task.codes();
    const auto sums =
        codes.empty()
            ? task.reduce(
                  TensorTask::Cut::Anywhere, kernels::PairSums{},
                  [&](const Tile& tile) { return kernels::pairSums({tile.x[a], tile.count}, tile.x[b]); }, std::plus<>())
            : task.reduceRuns(
                  kernels::PairSums{},
                  [&](const Tile& tile) {
                      return kernels::pairSums(codes[a] + tile.begin, codes[b] + tile.begin, tile.count);
                  },
                  std::plus<>());
    const double normA = std::sqrt(sums.aa);
    const double normB = std::sqrt(sums.bb);
    return sums.ab / (normA > kZeroNorm ? normA : 1) / (normB > kZeroNorm ? normB : 1);
}

void apply(TensorTask& task)
{
    const std::vector<std::size_t> others = task.others();
    if (task.baseIndex() < 0 || others.empty())
        return task.copy(0); // a tensor that only one of the models has
    const auto a = static_cast<std::size_t>(task.baseIndex());
    const std::size_t b = others.front();
    const double t = task.number("t");
    if (t == 0)
        return task.copy(a);
    if (t == 1)
        return task.copy(b);

    double shareA = 1 - t;
    double shareB = t;
    const double c = cosine(task, a, b);
    if (std::abs(c) <= kParallel) {
        const double theta = std::acos(c);
        shareA = std::sin((1 - t) * theta) / std::sin(theta);
        shareB = std::sin(t * theta) / std::sin(theta);
    }
    const float shares[] = {static_cast<float>(shareA), static_cast<float>(shareB)};
    if (const std::vector<const std::uint16_t*> codes = task.codes(); !codes.empty()) {
        task.writeCodes([&](const Tile& tile, std::uint16_t* out) {
            const std::uint16_t* const x[] = {codes[a] + tile.begin, codes[b] + tile.begin};
            kernels::combine(out, x, shares, 1, tile.count);
        });
        return;
    }
    task.write(TensorTask::Cut::Anywhere, [&](const Tile& tile, std::span<float> out) {
        const float* const x[] = {tile.x[a], tile.x[b]};
        kernels::combine(out, x, shares);
    });
}

} // namespace

extern const MergeMethod slerp_merge_method{
    .id = "slerp",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "SLERP"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "Turns from the base model to one other model along the arc between "
                                               "them, which keeps the size of the weights."),
    .reference = "https://en.wikipedia.org/wiki/Slerp",
    .base = BaseModel::Required,
    .minModels = 1,
    .maxModels = 1,
    .params = kParams,
    .apply = &apply,
    .work = 5.2,
    .cutsEmbeddings = true,
};

} // namespace crucible::merge
