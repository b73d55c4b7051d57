// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/ram.h"

#include "merge/tile_math.h"

#include <algorithm>

namespace crucible::merge {
namespace {

// Slot i of the tile's scratch memory gets d_i where model i is active, else 0; the slot after the last gets how many
// models are active in each entry, and is returned.
std::span<const float> loadActive(TensorTask& task, const TileMath& math, const std::vector<std::size_t>& models,
                                  const Tile& tile, float epsilon)
{
    const float* base = tile.x[static_cast<std::size_t>(task.baseIndex())];
    const std::span<float> counts = task.scratch(tile, models.size());
    std::fill(counts.begin(), counts.end(), 0.0f);
    for (std::size_t i = 0; i < models.size(); ++i) {
        const std::span<float> delta = task.scratch(tile, i);
        math.subtract(delta, tile.x[models[i]], base);
        kernels::keepAbove(delta, delta.data(), epsilon);
        kernels::addWhereNonzero(counts, delta.data(), 1);
    }
    return counts;
}

} // namespace

std::vector<ActiveCounts> countActive(TensorTask& task, float epsilon)
{
    const TileMath math(task);
    const std::vector<std::size_t> models = task.others();
    return task.reduce(
        TensorTask::Cut::Anywhere, std::vector<ActiveCounts>(models.size()),
        [&](const Tile& tile) {
            const std::span<const float> counts = loadActive(task, math, models, tile, epsilon);
            std::vector<ActiveCounts> part(models.size());
            for (std::size_t i = 0; i < models.size(); ++i) {
                const std::span<const float> delta = task.scratch(tile, i);
                for (std::size_t e = 0; e < tile.count; ++e) {
                    part[i].unique += delta[e] != 0 && counts[e] == 1 ? 1 : 0;
                    part[i].shared += delta[e] != 0 && counts[e] > 1 ? 1 : 0;
                }
            }
            return part;
        },
        [](std::vector<ActiveCounts> total, const std::vector<ActiveCounts>& part) {
            for (std::size_t i = 0; i < total.size(); ++i) {
                total[i].unique += part[i].unique;
                total[i].shared += part[i].shared;
            }
            return total;
        });
}

void mergeActive(TensorTask& task, float epsilon, const std::vector<float>& uniqueFactors)
{
    const TileMath math(task);
    const std::vector<std::size_t> models = task.others();
    const auto base = static_cast<std::size_t>(task.baseIndex());
    if (models.empty())
        return task.copy(base);
    // In mergekit the factors are float32 tensors, which makes everything after the task vectors float32.
    const bool rounds = uniqueFactors.empty();
    task.write(TensorTask::Cut::Anywhere, [&](const Tile& tile, std::span<float> out) {
        const std::span<const float> counts = loadActive(task, math, models, tile, epsilon);
        std::fill(out.begin(), out.end(), 0.0f);
        for (std::size_t i = 0; i < models.size(); ++i) {
            const std::span<float> delta = task.scratch(tile, i);
            const float factor = uniqueFactors.empty() ? 1 : uniqueFactors[i];
            for (std::size_t e = 0; e < tile.count; ++e)
                delta[e] = counts[e] > 1 ? delta[e] / counts[e] : delta[e] * factor;
            if (rounds)
                math.round(delta);
            kernels::add(out, out.data(), delta.data());
        }
        if (rounds)
            math.round(out);
        kernels::add(out, tile.x[base], out.data());
        if (rounds)
            math.round(out);
    });
}

} // namespace crucible::merge
