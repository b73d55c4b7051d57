// SPDX-License-Identifier: GPL-3.0-or-later
// A picture's values as a table in a window of its own: for reading by keyboard and screen reader, and for copying.
#pragma once

#include <QList>
#include <QStringList>

class QWidget;

namespace crucible::widgets {

// The window deletes itself when closed. Columns after the first are right-aligned.
void showTableWindow(QWidget* parent, const QString& title, const QStringList& columns, const QList<QStringList>& rows);

} // namespace crucible::widgets
