// SPDX-License-Identifier: GPL-3.0-or-later
// Golden merges: where they lie, and how close a result must come. Tolerances are those of tests/golden/merge/README.md.
#pragma once

#include <QDir>
#include <QFileInfo>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace crucible::test {

// The folder with `models/` and `cases/`: the full set when it is at hand ($CRUCIBLE_GOLDEN, or golden data shared beside
// the checkout), else the part of it that the project carries.
inline std::filesystem::path goldenMergeFolder()
{
    QStringList candidates;
    if (qEnvironmentVariableIsSet("CRUCIBLE_GOLDEN"))
        candidates << qEnvironmentVariable("CRUCIBLE_GOLDEN") + QStringLiteral("/merge");
    candidates << QStringLiteral(CRUCIBLE_SOURCE_DIR "/../shared/golden/merge")
               << QStringLiteral(CRUCIBLE_SOURCE_DIR "/tests/golden/merge");
    for (const QString& candidate : candidates) {
        if (QFileInfo::exists(candidate + QStringLiteral("/cases")))
            return candidate.toStdString();
    }
    return {};
}

struct Closeness {
    std::size_t compared = 0;
    std::size_t different = 0; // not the same value
    std::size_t beyondUlp = 0; // further than one unit in the last place of the stored dtype
    std::size_t far = 0;       // further than 4 * 2^-8 * max(|e|, mean|e|)
    double maxExcess = 0;      // max of |o-e| - (5e-7 + 1e-6 |e|)
    double relative = 0;       // ||o-e|| / ||e||
};

// `mask` may be empty; entries with mask 1 are left out. ulpBits: mantissa bits of the stored dtype (7 for bf16, 10, 23).
Closeness compareValues(const std::vector<float>& ours, const std::vector<float>& expected,
                        const std::vector<float>& mask, int mantissaBits);

} // namespace crucible::test
