// SPDX-License-Identifier: GPL-3.0-or-later
// The line at the top: the program's name, the menu bar, the project, and the field that opens the command palette.
#pragma once

#include <QWidget>

class QLabel;
class QMenuBar;
class QPushButton;

namespace crucible::widgets {
class ElidedLabel;
}

namespace crucible::workbench {

class TopBar : public QWidget {
    Q_OBJECT
public:
    explicit TopBar(QWidget* parent = nullptr);
    QMenuBar* menuBar() const { return m_menus; }
    void setProject(const QString& name, const QString& path);

Q_SIGNALS:
    void paletteRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QMenuBar* m_menus;
    widgets::ElidedLabel* m_project;
};

} // namespace crucible::workbench
