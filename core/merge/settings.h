// SPDX-License-Identifier: GPL-3.0-or-later
// What a recipe's setting is worth for one tensor of one layer: scalars, layer gradients, and name filters.
#pragma once

#include "recipe/merge_recipe.h"

#include <optional>
#include <span>
#include <string_view>

namespace crucible::merge {

// The value of a gradient at `position` in [0, 1]: linear between its evenly spaced points; a single point is constant.
double gradientAt(std::span<const recipe::Scalar> values, double position);

// The first conditional whose filter is contained in the tensor's name decides; nullopt when none matches.
std::optional<double> evaluate(const recipe::Setting& setting, std::string_view tensorName, double position);

// Where a parameter is looked up, in order of precedence. Any of them may be null.
struct ParameterScopes {
    const recipe::Parameters* source = nullptr; // of one model in one slice
    const recipe::Parameters* slice = nullptr;
    const recipe::Parameters* module = nullptr;
    const recipe::Parameters* global = nullptr;
};

// The first scope that gives a value for this tensor wins; a scope whose filters do not match is passed over.
std::optional<double> lookUp(const ParameterScopes& scopes, const std::string& name, std::string_view tensorName,
                             double position);

} // namespace crucible::merge
