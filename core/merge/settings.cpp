// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/settings.h"

#include <algorithm>
#include <cmath>

namespace crucible::merge {

double gradientAt(std::span<const recipe::Scalar> values, double position)
{
    if (values.empty())
        return 0;
    const double x = std::clamp(position, 0.0, 1.0) * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(std::floor(x));
    if (below + 1 >= values.size())
        return values.back().number;
    const double share = x - static_cast<double>(below);
    return (1 - share) * values[below].number + share * values[below + 1].number;
}

std::optional<double> evaluate(const recipe::Setting& setting, std::string_view tensorName, double position)
{
    for (const recipe::Conditional& conditional : setting.conditionals) {
        const std::string& filter = conditional.filter;
        if (filter.empty() || filter == "*" || tensorName.find(filter) != std::string_view::npos)
            return gradientAt(conditional.values, position);
    }
    return std::nullopt;
}

std::optional<double> lookUp(const ParameterScopes& scopes, const std::string& name, std::string_view tensorName,
                             double position)
{
    for (const recipe::Parameters* scope : {scopes.source, scopes.slice, scopes.module, scopes.global}) {
        if (!scope)
            continue;
        const auto found = scope->find(name);
        if (found == scope->end())
            continue;
        if (const std::optional<double> value = evaluate(found->second, tensorName, position))
            return value;
    }
    return std::nullopt;
}

} // namespace crucible::merge
