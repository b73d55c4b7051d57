// SPDX-License-Identifier: GPL-3.0-or-later
// The column of modes at the window's left: icon over label, an accent stripe on the current one. One tab stop; the
// arrow keys move within it.
#pragma once

#include <QList>
#include <QWidget>

class QVBoxLayout;

namespace crucible::widgets {

class ModeButton;

class ModeBar : public QWidget {
    Q_OBJECT
public:
    explicit ModeBar(QWidget* parent = nullptr);
    // Returns the mode's index. The text may carry a shortcut's name in its tooltip.
    int addMode(const QString& icon, const QString& text, const QString& toolTip = {});
    void setModeText(int index, const QString& text);
    int currentIndex() const { return m_current; }
    int count() const { return int(m_buttons.size()); }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

public Q_SLOTS:
    void setCurrentIndex(int index);

Q_SIGNALS:
    void currentChanged(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    QVBoxLayout* m_layout;
    QList<ModeButton*> m_buttons;
    int m_current = -1;
    bool m_showsFocus = false; // only when the keyboard brought it
    friend class ModeButton;
};

} // namespace crucible::widgets
