// SPDX-License-Identifier: GPL-3.0-or-later
// Takes tensors as they are: for stacking layers of different models, changing a dtype, or scaling chosen tensors.
#include "merge/method.h"
#include "merge/tile_math.h"

namespace crucible::merge {
namespace {

constexpr ParamSpec kParams[] = {
    {.name = "scale",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Scale"),
     .scope = ParamScope::PerModel,
     .defaultValue = 1,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "Multiplies the tensors; absent, they are copied bit for bit."),
     .hasDefault = false},
};

void apply(TensorTask& task)
{
    if (!task.given(0, "scale") || task.number(0, "scale") == 1)
        return task.copy(0);
    const float factor = static_cast<float>(task.number(0, "scale"));
    const TileMath math(task);
    task.write(TensorTask::Cut::Anywhere,
               [&](const Tile& tile, std::span<float> out) { math.scale(out, tile.x[0], factor); });
}

} // namespace

extern const MergeMethod passthrough_merge_method{
    .id = "passthrough",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "Passthrough"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "Copies tensors of one model per slice. Stacks layers of several models "
                                               "into a deeper one, or converts a model to another dtype."),
    .base = BaseModel::Unused,
    .maxModels = 1,
    .params = kParams,
    .apply = &apply,
    .work = 0,
};

} // namespace crucible::merge
