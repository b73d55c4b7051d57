// SPDX-License-Identifier: GPL-3.0-or-later
// A whole row that is a button: icon, title, a line of explanation, and a fact at the right.
#pragma once

#include "widgets/chip.h"

#include <QAbstractButton>

namespace crucible::workbench {

class ActionRow : public QAbstractButton {
    Q_OBJECT
public:
    ActionRow(const QString& icon, const QString& title, const QString& detail, QWidget* parent = nullptr);
    void setFact(const QString& fact);
    // Draws the icon in the colour of a state.
    void setState(widgets::StateLabel::State state);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_icon;
    QString m_detail;
    QString m_fact;
    widgets::StateLabel::State m_state = widgets::StateLabel::State::None;
};

} // namespace crucible::workbench
