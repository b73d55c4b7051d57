// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/method.h"

#include <algorithm>

namespace crucible::merge {
namespace {

constexpr Difference kDifferences[] = {
    {CRUCIBLE_TR_NOOP("MergeMethod", "Precision"),
     CRUCIBLE_TR_NOOP("MergeMethod", "Arithmetic is float32, sums are double, and the result is rounded once when stored."),
     CRUCIBLE_TR_NOOP("MergeMethod", "Every operation is rounded to the recipe's dtype. Karcher mean and Multi-SLERP stay "
                                     "as they are here.")},
    {CRUCIBLE_TR_NOOP("MergeMethod", "Breadcrumbs without outliers"),
     CRUCIBLE_TR_NOOP("MergeMethod", "With gamma 0, or in a tensor so small that gamma removes no entry, the others stay."),
     CRUCIBLE_TR_NOOP("MergeMethod", "The whole change of that tensor is dropped.")},
    {CRUCIBLE_TR_NOOP("MergeMethod", "Arcee Fusion and RAM+"),
     CRUCIBLE_TR_NOOP("MergeMethod", "The result has the recipe's dtype."),
     CRUCIBLE_TR_NOOP("MergeMethod", "The result is float32 unless the recipe has an out_dtype.")},
    {CRUCIBLE_TR_NOOP("MergeMethod", "Models of weight 0"),
     CRUCIBLE_TR_NOOP("MergeMethod", "They take no part at all."),
     CRUCIBLE_TR_NOOP("MergeMethod", "Their infinities and NaNs spoil the result.")},
};

} // namespace

double valueOr(std::span<const ParamValue> params, std::string_view name, double absent)
{
    const auto found = std::find_if(params.begin(), params.end(), [&](const ParamValue& p) { return p.name == name; });
    return found == params.end() ? absent : found->value;
}

std::span<const Difference> differencesFromMergekit()
{
    return kDifferences;
}

const MergeMethod* findMergeMethod(std::string_view id)
{
    const std::span<const MergeMethod* const> all = mergeMethods();
    const auto found = std::find_if(all.begin(), all.end(), [&](const MergeMethod* method) { return method->id == id; });
    return found == all.end() ? nullptr : *found;
}

} // namespace crucible::merge
