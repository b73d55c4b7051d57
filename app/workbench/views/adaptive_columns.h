// SPDX-License-Identifier: GPL-3.0-or-later
// The columns of a page: what I choose | what I shape and see | what will happen. On a narrow window the right column
// becomes a tab of the middle one, so that nothing is squeezed and nothing is lost.
#pragma once

#include <QVariantMap>
#include <QWidget>

class QSplitter;
class QTabWidget;

namespace crucible::workbench {

class AdaptiveColumns : public QWidget {
    Q_OBJECT
public:
    explicit AdaptiveColumns(QWidget* parent = nullptr);

    // Widths in pixels at the standard font, the middle takes the rest. Left and right may stay unset.
    void setLeft(QWidget* widget, int width);
    void setRight(QWidget* widget, const QString& title, int width);
    // Tabs of the middle column; with a single one there is no tab bar.
    void addMiddle(QWidget* widget, const QString& title);
    void showMiddle(QWidget* widget);
    bool isNarrow() const { return m_narrow; }

    QVariantMap saveState() const;
    void restoreState(const QVariantMap& state);

Q_SIGNALS:
    void narrowChanged(bool narrow);
    void middleShown(QWidget* widget); // another tab of the middle came to the front

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange(bool narrow);
    void applyWidths();

    QSplitter* m_splitter;
    QTabWidget* m_tabs;
    QWidget* m_left = nullptr;
    QWidget* m_right = nullptr;
    QString m_rightTitle;
    int m_leftWidth = 0;
    int m_rightWidth = 0;
    bool m_narrow = false;
    bool m_placed = false; // widths are the person's: moved by hand, or from a saved state
};

} // namespace crucible::workbench
