// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/page.h"

#include "text.h"

#include <QCoreApplication>

namespace crucible::workbench {

QString pageTitle(const PageEntry& entry)
{
    return QCoreApplication::translate("Pages", std::string(entry.title).c_str());
}

QString pageHelp(const PageEntry& entry)
{
    return QCoreApplication::translate("Pages", std::string(entry.help).c_str());
}

} // namespace crucible::workbench
