// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/method.h"

#include <algorithm>

namespace crucible::merge {
namespace {

constexpr Difference kDifferences[] = {
    {CRUCIBLE_TR_NOOP("MergeMethod", "Precision"),
     CRUCIBLE_TR_NOOP("MergeMethod", "Arithmetic is float32, sums are double, and the result is rounded once when "
                                     "stored."),
     CRUCIBLE_TR_NOOP("MergeMethod", "Every operation is rounded to the recipe's dtype.")},
    {CRUCIBLE_TR_NOOP("MergeMethod", "Breadcrumbs without outliers"),
     CRUCIBLE_TR_NOOP("MergeMethod", "With gamma 0, or in a tensor so small that gamma removes no entry, the others "
                                     "stay."),
     CRUCIBLE_TR_NOOP("MergeMethod", "The whole change of that tensor is dropped.")},
    {CRUCIBLE_TR_NOOP("MergeMethod", "Arcee Fusion and RAM+"),
     CRUCIBLE_TR_NOOP("MergeMethod", "The result has the recipe's dtype."),
     CRUCIBLE_TR_NOOP("MergeMethod", "The result is float32 unless the recipe has an out_dtype.")},
    {CRUCIBLE_TR_NOOP("MergeMethod", "Models of weight 0"),
     CRUCIBLE_TR_NOOP("MergeMethod", "They take no part at all."),
     CRUCIBLE_TR_NOOP("MergeMethod", "Their infinities and NaNs spoil the result.")},
    {CRUCIBLE_TR_NOOP("MergeMethod", "One model twice in a slice"),
     CRUCIBLE_TR_NOOP("MergeMethod", "Both layer ranges take part."),
     CRUCIBLE_TR_NOOP("MergeMethod", "Only one of them does.")},
    {CRUCIBLE_TR_NOOP("MergeMethod", "Equal magnitudes"),
     CRUCIBLE_TR_NOOP("MergeMethod", "At the edge of a density the first entries are kept."),
     CRUCIBLE_TR_NOOP("MergeMethod", "Which are kept depends on the sorting routine.")},
    {CRUCIBLE_TR_NOOP("MergeMethod", "Densities of almost nothing"),
     CRUCIBLE_TR_NOOP("MergeMethod", "At least one entry of a tensor stays."),
     CRUCIBLE_TR_NOOP("MergeMethod", "A density that keeps no entry stops the merge.")},
    {CRUCIBLE_TR_NOOP("MergeMethod", "Random methods"),
     CRUCIBLE_TR_NOOP("MergeMethod", "What is dropped depends on the seed, the tensor and the position. Kept with "
                                     "--mergekit-exact too."),
     CRUCIBLE_TR_NOOP("MergeMethod", "It also depends on the order of the work, and without a seed changes from run "
                                     "to run.")},
    {CRUCIBLE_TR_NOOP("MergeMethod", "Order of models"),
     CRUCIBLE_TR_NOOP("MergeMethod", "The recipe's. Kept with --mergekit-exact too."),
     CRUCIBLE_TR_NOOP("MergeMethod", "Some methods add up in an order that changes from run to run.")},
    {CRUCIBLE_TR_NOOP("MergeMethod", "Threshold of Arcee Fusion"),
     CRUCIBLE_TR_NOOP("MergeMethod", "All values of a tensor count. Kept with --mergekit-exact too."),
     CRUCIBLE_TR_NOOP("MergeMethod", "Tensors of more than a million values are sampled at random.")},
    {CRUCIBLE_TR_NOOP("MergeMethod", "Multi-SLERP"),
     CRUCIBLE_TR_NOOP("MergeMethod", "Its sums are double and it rounds once, with --mergekit-exact too."),
     CRUCIBLE_TR_NOOP("MergeMethod", "Every operation is rounded to the recipe's dtype.")},
    {CRUCIBLE_TR_NOOP("MergeMethod", "Tokens"),
     CRUCIBLE_TR_NOOP("MergeMethod", "A zero row, or a token that no model has, gives the row that the rule asks "
                                     "for. Kept with --mergekit-exact too."),
     CRUCIBLE_TR_NOOP("MergeMethod", "The merge stops with an error.")},
    {CRUCIBLE_TR_NOOP("MergeMethod", "config.json"),
     CRUCIBLE_TR_NOOP("MergeMethod", "vocab_size, tie_word_embeddings and lists with an entry per layer fit the "
                                     "output."),
     CRUCIBLE_TR_NOOP("MergeMethod", "They are copied from the donor, whether they fit or not.")},
    {CRUCIBLE_TR_NOOP("MergeMethod", "Donor of config and tokenizer"),
     CRUCIBLE_TR_NOOP("MergeMethod", "Without a base model, the first model of the recipe. Kept with "
                                     "--mergekit-exact too."),
     CRUCIBLE_TR_NOOP("MergeMethod", "Any of the models.")},
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
