// SPDX-License-Identifier: GPL-3.0-or-later
// A scroll area that is not seen itself: no frame, no ground of its own, so that it can stand inside a card. It takes no
// focus; what is inside does, and is scrolled into view when it gets it.
#pragma once

#include <QScrollArea>

namespace crucible::widgets {

class PlainScrollArea : public QScrollArea {
    Q_OBJECT
public:
    explicit PlainScrollArea(QWidget* parent = nullptr);
    // Takes the content, which follows the area's width unless `sideways`.
    void setContent(QWidget* content, bool sideways = false);
    QSize minimumSizeHint() const override;

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    bool m_sideways = false;
};

} // namespace crucible::widgets
