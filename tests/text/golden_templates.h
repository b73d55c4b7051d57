// SPDX-License-Identifier: GPL-3.0-or-later
// Where real chat templates with their renderings lie, when they are at hand: $CRUCIBLE_GOLDEN, or golden data shared beside the checkout.
#pragma once

#include <QFileInfo>
#include <QString>
#include <QStringList>

#include <filesystem>

namespace crucible::test {

// Empty when there are none.
inline std::filesystem::path goldenTemplateFolder()
{
    QStringList candidates;
    if (qEnvironmentVariableIsSet("CRUCIBLE_GOLDEN"))
        candidates << qEnvironmentVariable("CRUCIBLE_GOLDEN") + QStringLiteral("/chat_template");
    candidates << QStringLiteral(CRUCIBLE_SOURCE_DIR "/../shared/golden/chat_template");
    for (const QString& candidate : candidates) {
        if (QFileInfo::exists(candidate))
            return candidate.toStdString();
    }
    return {};
}

} // namespace crucible::test
