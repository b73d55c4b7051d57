// SPDX-License-Identifier: GPL-3.0-or-later
// A whole row that is a button: icon, title, a line of explanation, and a fact at the right.
#pragma once

#include <QAbstractButton>

namespace crucible::workbench {

class ActionRow : public QAbstractButton {
    Q_OBJECT
public:
    ActionRow(const QString& icon, const QString& title, const QString& detail, QWidget* parent = nullptr);
    void setFact(const QString& fact);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_icon;
    QString m_detail;
    QString m_fact;
};

} // namespace crucible::workbench
