// SPDX-License-Identifier: GPL-3.0-or-later
#include "golden_merge.h"

#include <algorithm>
#include <cmath>

namespace crucible::test {

Closeness compareValues(const std::vector<float>& ours, const std::vector<float>& expected,
                        const std::vector<float>& mask, int mantissaBits)
{
    Closeness result;
    double meanAbs = 0, diffSquares = 0, squares = 0;
    for (const float value : expected)
        meanAbs += std::abs(value);
    meanAbs /= std::max<std::size_t>(expected.size(), 1);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (!mask.empty() && mask[i] != 0)
            continue;
        const double e = expected[i], o = ours[i];
        const double distance = std::abs(o - e);
        ++result.compared;
        squares += e * e;
        diffSquares += (o - e) * (o - e);
        if (!(o == e))
            ++result.different;
        const double ulp = std::ldexp(1.0, std::ilogb(std::max(std::max(std::abs(e), std::abs(o)), 1e-30)) - mantissaBits);
        // Where operands of the tensor's usual size cancel to almost nothing, the last place of a float32 sum is all there is.
        const double cancellation = std::ldexp(meanAbs, -24);
        if (!(distance <= std::max(ulp * 1.0001, cancellation)))
            ++result.beyondUlp;
        if (!(distance <= 4.0 / 256 * std::max(std::abs(e), meanAbs)))
            ++result.far;
        result.maxExcess = std::max(result.maxExcess, std::isfinite(distance) ? distance - (5e-7 + 1e-6 * std::abs(e)) : 1e30);
    }
    result.relative = std::sqrt(diffSquares) / std::max(std::sqrt(squares), 1e-30);
    return result;
}

} // namespace crucible::test
