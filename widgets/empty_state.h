// SPDX-License-Identifier: GPL-3.0-or-later
// What a page or card says when there is nothing yet: an icon, a sentence on what will be here, and the next action.
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace crucible::widgets {

class EmptyState : public QWidget {
    Q_OBJECT
public:
    EmptyState(const QString& icon, const QString& title, const QString& text = {}, QWidget* parent = nullptr);
    void setTexts(const QString& title, const QString& text);
    // The one next action; primary unless `quiet`.
    QPushButton* setAction(const QString& text, bool quiet = false);

Q_SIGNALS:
    void actionTriggered();

protected:
    void changeEvent(QEvent* event) override;

private:
    void updateIcon();

    QString m_iconName;
    QLabel* m_icon;
    QLabel* m_title;
    QLabel* m_text;
    QPushButton* m_action;
};

} // namespace crucible::widgets
