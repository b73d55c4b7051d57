// SPDX-License-Identifier: GPL-3.0-or-later
// The slim title of a dock: its name, a few words on what is in it, and a button that closes it. Dragged, it moves the dock;
// double-clicked, it floats it.
#pragma once

#include <QWidget>

class QDockWidget;
class QLabel;

namespace crucible::workbench {

class DockTitle : public QWidget {
    Q_OBJECT
public:
    explicit DockTitle(QDockWidget& dock);
    void setHint(const QString& hint);

private:
    QLabel* m_hint;
};

} // namespace crucible::workbench
