// SPDX-License-Identifier: GPL-3.0-or-later
// A one-line label that shortens its text to the room there is, and shows the whole of it as a tooltip when it does.
#pragma once

#include <QLabel>

namespace crucible::widgets {

class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget* parent = nullptr);
    explicit ElidedLabel(const QString& text, QWidget* parent = nullptr);
    void setElideMode(Qt::TextElideMode mode);
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    bool isCut() const;

    Qt::TextElideMode m_mode = Qt::ElideRight;
};

} // namespace crucible::widgets
