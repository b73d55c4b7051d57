// SPDX-License-Identifier: GPL-3.0-or-later
// The small dialogs of the Help menu.
#pragma once

#include <QDialog>

class QAction;

namespace crucible::workbench {

class ShortcutsDialog : public QDialog {
    Q_OBJECT
public:
    ShortcutsDialog(const QList<QAction*>& actions, QWidget* parent);
};

class AboutDialog : public QDialog {
    Q_OBJECT
public:
    explicit AboutDialog(QWidget* parent);
};

} // namespace crucible::workbench
