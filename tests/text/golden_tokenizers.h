// SPDX-License-Identifier: GPL-3.0-or-later
// Where vocabularies that others made lie, with the ids their own programs gave. They are not part of the project: tests that
// want them are skipped where they are not at hand.
#pragma once

#include <QFileInfo>
#include <QString>
#include <QStringList>

#include <filesystem>

namespace crucible::test {

// The folder with one subfolder for each tokenizer ($CRUCIBLE_GOLDEN, or golden data shared beside the checkout); empty when
// there is none.
inline std::filesystem::path goldenTokenizerFolder()
{
    QStringList candidates;
    if (qEnvironmentVariableIsSet("CRUCIBLE_GOLDEN"))
        candidates << qEnvironmentVariable("CRUCIBLE_GOLDEN") + QStringLiteral("/tokenizer");
    candidates << QStringLiteral(CRUCIBLE_SOURCE_DIR "/../shared/golden/tokenizer");
    for (const QString& candidate : candidates) {
        if (QFileInfo::exists(candidate))
            return candidate.toStdString();
    }
    return {};
}

} // namespace crucible::test
