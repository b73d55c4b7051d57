// SPDX-License-Identifier: GPL-3.0-or-later
// A parameter, described once: the YAML validation, the form in the window, the command line's help, the tooltips and
// the tables in the documentation are all made from this.
#pragma once

#include "base/sentence.h"

#include <limits>
#include <span>
#include <string_view>

namespace crucible {

enum class ParamType { Bool, Integer, Real, Text, Choice };

// Who a parameter speaks of: the whole merge, or one of its models.
enum class ParamScope { Global, PerModel };

struct ParamSpec {
    std::string_view name;  // the key in a recipe
    std::string_view title = {}; // what a person reads, in English; translated by the window
    ParamType type = ParamType::Real;
    ParamScope scope = ParamScope::Global;
    bool required = false;
    double defaultValue = 0; // Bool: 0 or 1. Without meaning when required.
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    double step = 0.05;       // what one turn of a wheel changes
    std::string_view unit = {}; // empty when it has none
    std::string_view help = {};  // one sentence
    std::span<const std::string_view> choices = {};
    bool mayVaryByLayer = true; // a gradient or a filter is allowed
    bool hasDefault = true;     // false: absent means "do not do this at all" (passthrough's scale)
};

} // namespace crucible
