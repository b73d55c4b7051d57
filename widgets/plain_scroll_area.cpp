// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plain_scroll_area.h"

#include "widgets/theme.h"

#include <QApplication>
#include <QEvent>
#include <QScrollBar>

namespace crucible::widgets {

PlainScrollArea::PlainScrollArea(QWidget* parent) : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    viewport()->setAutoFillBackground(false);
    // Qt scrolls to what Tab reaches; this does for all other ways. What is partly in sight stays where it is.
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (now && widget() && widget()->isAncestorOf(now) && now->visibleRegion().isEmpty())
            ensureWidgetVisible(now);
    });
}

void PlainScrollArea::setContent(QWidget* content, bool sideways)
{
    m_sideways = sideways;
    setHorizontalScrollBarPolicy(sideways ? Qt::ScrollBarAsNeeded : Qt::ScrollBarAlwaysOff);
    setWidget(content);
    content->setAutoFillBackground(false); // setWidget() has just turned it on
    content->installEventFilter(this);
}

QSize PlainScrollArea::minimumSizeHint() const
{
    const int width = widget() && !m_sideways ? widget()->minimumSizeHint().width() + verticalScrollBar()->sizeHint().width() : 0;
    return {std::max(width, Theme::px(80)), Theme::px(80)};
}

bool PlainScrollArea::eventFilter(QObject* object, QEvent* event)
{
    if (object == widget() && event->type() == QEvent::LayoutRequest)
        updateGeometry();
    return QScrollArea::eventFilter(object, event);
}

} // namespace crucible::widgets
