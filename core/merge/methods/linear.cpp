// SPDX-License-Identifier: GPL-3.0-or-later
// Weighted average (model soups, Wortsman et al. 2022): r = sum w_i x_i, divided by sum w_i when normalized.
#include "kernels/codes.h"
#include "merge/method.h"
#include "merge/tile_math.h"

#include <algorithm>
#include <array>

namespace crucible::merge {
namespace {

constexpr ParamSpec kParams[] = {
    {.name = "weight",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Weight"),
     .scope = ParamScope::PerModel,
     .required = true,
     .defaultValue = 1,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "How much this model counts.")},
    {.name = "normalize",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Normalize weights"),
     .type = ParamType::Bool,
     .defaultValue = 1,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "Divide the result by the sum of the weights.")},
};

// mergekit's order of roundings: each product, the sum over models, the quotient.
void applyStepwise(TensorTask& task, const std::vector<double>& weights, float divisor)
{
    const TileMath math(task);
    task.write(TensorTask::Cut::Anywhere, [&](const Tile& tile, std::span<float> out) {
        const std::span<float> product = task.scratch(tile, 0);
        math.scale(out, tile.x[0], math.number(weights[0]));
        for (std::size_t i = 1; i < weights.size(); ++i) {
            math.scale(product, tile.x[i], math.number(weights[i]));
            kernels::add(out, out.data(), product.data());
        }
        math.round(out);
        if (divisor != 1)
            math.divideBy(out, out.data(), math.number(divisor));
    });
}

void apply(TensorTask& task)
{
    const TileMath math(task);
    std::vector<double> weights;
    float sum = 0;
    for (std::size_t i = 0; i < task.inputCount(); ++i) {
        weights.push_back(task.number(i, "weight"));
        sum += math.number(weights.back());
    }
    const float divisor = task.flag("normalize") ? sum : 1;
    if (divisor == 0)
        throw Error::invalid(
            CRUCIBLE_TR_NOOP("Problem", "the weights add up to 0, so the average can not be normalized"),
            task.spec().name, CRUCIBLE_TR_NOOP("Problem", "change a weight, or set normalize: false"));
    if (task.mergekitExact())
        return applyStepwise(task, weights, divisor);

    // A model of weight 0 takes no part: not even its infinities or the sign of its zeros.
    std::vector<std::size_t> models;
    std::vector<float> factors;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] != 0) {
            models.push_back(i);
            factors.push_back(static_cast<float>(weights[i]));
        }
    }
    if (models.size() == 1 && factors[0] == divisor)
        return task.copy(models[0]);
    const std::vector<const std::uint16_t*> codes = task.codes();
    if (!codes.empty() && !models.empty() && models.size() <= kernels::kMaxCombined) {
        task.writeCodes([&](const Tile& tile, std::uint16_t* out) {
            std::array<const std::uint16_t*, kernels::kMaxCombined> x;
            for (std::size_t k = 0; k < models.size(); ++k)
                x[k] = codes[models[k]] + tile.begin;
            kernels::combine(out, {x.data(), models.size()}, factors, divisor, tile.count);
        });
        return;
    }
    task.write(TensorTask::Cut::Anywhere, [&](const Tile& tile, std::span<float> out) {
        if (models.empty()) {
            std::fill(out.begin(), out.end(), 0.0f);
            return;
        }
        std::vector<const float*> x;
        for (const std::size_t model : models)
            x.push_back(tile.x[model]);
        kernels::combine(out, x, factors);
        if (divisor != 1)
            kernels::divideBy(out, out.data(), divisor);
    });
}

Sentence checkSum(std::span<const ParamValue> global, std::span<const std::span<const ParamValue>> inputs)
{
    float sum = 0; // as apply() adds them
    for (const std::span<const ParamValue> input : inputs)
        sum += static_cast<float>(valueOr(input, "weight", 1));
    if (sum == 0 && valueOr(global, "normalize", 1) != 0)
        return CRUCIBLE_TR_NOOP(
            "Problem",
            "the weights add up to 0, so the average can not be normalized: change a weight, or set normalize: false");
    return {};
}

} // namespace

extern const MergeMethod linear_merge_method{
    .id = "linear",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "Linear"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "The weighted average of all models. Simple and robust for models "
                                               "fine-tuned from the same base."),
    .reference = "https://arxiv.org/abs/2203.05482",
    .base = BaseModel::Unused,
    .params = kParams,
    .checkValues = &checkSum,
    .apply = &apply,
    .work = 3.9,
    .cutsEmbeddings = true,
};

} // namespace crucible::merge
