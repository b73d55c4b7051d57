// SPDX-License-Identifier: GPL-3.0-or-later
// Barycentric interpolation on the sphere (Goddard). Directions u_i = x_i / |x_i| meet in the tangent space at their weighted
// mean direction mu; the result goes back along the sphere and gets the weighted mean of the norms.
// Everything stays in the span of the inputs, so only coefficients are computed, in double.
#include "merge/gram.h"
#include "merge/method.h"

#include <algorithm>
#include <cmath>

namespace crucible::merge {
namespace {

constexpr ParamSpec kParams[] = {
    {.name = "weight",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Weight"),
     .scope = ParamScope::PerModel,
     .required = true,
     .defaultValue = 1,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "How strongly this model pulls the result towards itself.")},
    {.name = "normalize_weights",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Normalize weights"),
     .type = ParamType::Bool,
     .defaultValue = 1,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "Divide the weights by their sum.")},
    {.name = "eps",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Epsilon"),
     .defaultValue = 1e-8,
     .low = 0,
     .step = 1e-8,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "Keeps divisions by very small norms finite.")},
};

using Coefficients = std::vector<double>;

std::vector<double> weightsOf(const TensorTask& task, const std::vector<std::size_t>& models)
{
    std::vector<double> weights;
    double sum = 0;
    for (const std::size_t model : models) {
        weights.push_back(task.number(model, "weight"));
        sum += weights.back();
    }
    if (task.flag("normalize_weights")) {
        if (sum == 0)
            throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the weights add up to 0, so they can not be normalized"),
                                 task.spec().name,
                                 CRUCIBLE_TR_NOOP("Problem", "change a weight, or set normalize_weights: false"));
        for (double& weight : weights)
            weight /= sum;
    }
    return weights;
}

void apply(TensorTask& task)
{
    const std::vector<std::size_t> models = task.others();
    if (models.size() <= 1)
        return task.copy(models.empty() ? 0 : models[0]); // only the base model may have the tensor
    const std::vector<double> weights = weightsOf(task, models);
    const double eps = task.number("eps");
    const Gram products = gramOf(task, models, task.baseIndex());
    const std::size_t n = models.size();

    Coefficients units(n);  // of x_i in u_i
    Coefficients mean(n);   // of x_i in the weighted mean of the u_i
    double meanNorm = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double norm = std::sqrt(products(i, i));
        units[i] = norm + eps > 0 ? 1 / (norm + eps) : 0;
        mean[i] = weights[i] * units[i];
        meanNorm += weights[i] * norm;
    }
    const double length = std::sqrt(std::max(0.0, products.product(mean, mean)));
    if (length < eps || length == 0) {
        if (n == 2)
            return writeCombination(task, models, task.baseIndex(), weights);
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the weighted directions of the models cancel out"),
                             task.spec().name, CRUCIBLE_TR_NOOP("Problem", "change the weights"));
    }
    for (double& c : mean)
        c /= length;

    Coefficients tangent(n, 0); // sum of w_i (u_i - (u_i . mu) mu)
    for (std::size_t i = 0; i < n; ++i) {
        Coefficients unit(n, 0);
        unit[i] = units[i];
        const double along = products.product(unit, mean);
        for (std::size_t k = 0; k < n; ++k)
            tangent[k] += weights[i] * (unit[k] - along * mean[k]);
    }
    const double angle = std::sqrt(std::max(0.0, products.product(tangent, tangent))) + eps;
    Coefficients result(n);
    for (std::size_t k = 0; k < n; ++k)
        result[k] = meanNorm * (mean[k] * std::cos(angle) + tangent[k] * (angle > 0 ? std::sin(angle) / angle : 1));
    writeCombination(task, models, task.baseIndex(), result);
}

Sentence checkSum(std::span<const ParamValue> global, std::span<const std::span<const ParamValue>> inputs)
{
    double sum = 0;
    for (const std::span<const ParamValue> input : inputs)
        sum += valueOr(input, "weight", 0);
    if (sum == 0 && inputs.size() > 1 && valueOr(global, "normalize_weights", 1) != 0)
        return CRUCIBLE_TR_NOOP(
            "Problem",
            "the weights add up to 0, so they can not be normalized: change a weight, or set normalize_weights: false");
    return {};
}

} // namespace

extern const MergeMethod multislerp_merge_method{
    .id = "multislerp",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "Multi-SLERP"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "SLERP for more than two models, with a weight for each. With a base model "
                                               "it interpolates the changes instead of the weights."),
    .reference = "https://goddard.blog/posts/multislerp-wow-what-a-cool-idea",
    .base = BaseModel::Optional,
    .params = kParams,
    .checkValues = &checkSum,
    .apply = &apply,
    .work = 11.6,
    .cutsEmbeddings = true,
};

} // namespace crucible::merge
