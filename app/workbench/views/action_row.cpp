// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/action_row.h"

#include "widgets/icons.h"
#include "widgets/theme.h"

#include <QPainter>

namespace crucible::workbench {

using widgets::Theme;

ActionRow::ActionRow(const QString& icon, const QString& title, const QString& detail, QWidget* parent)
    : QAbstractButton(parent), m_icon(icon), m_detail(detail)
{
    setText(title);
    setAccessibleName(title);
    setAccessibleDescription(detail);
    setToolTip(detail);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ActionRow::setFact(const QString& fact)
{
    m_fact = fact;
    update();
}

void ActionRow::setState(widgets::StateLabel::State state)
{
    m_state = state;
    update();
}

QSize ActionRow::sizeHint() const
{
    const int lines = QFontMetrics(Theme::bodyFont()).height() + QFontMetrics(Theme::secondaryFont()).height();
    return {Theme::px(300), lines + Theme::px(20)};
}

QSize ActionRow::minimumSizeHint() const { return {Theme::px(160), sizeHint().height()}; }

void ActionRow::paintEvent(QPaintEvent*)
{
    const widgets::ThemeColors& colors = Theme::colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    if (isEnabled() && (underMouse() || isDown())) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(isDown() ? colors.selection : colors.hover);
        painter.drawRoundedRect(frame, Theme::px(6), Theme::px(6));
    }
    if (hasFocus() && window()->testAttribute(Qt::WA_KeyboardFocusChange)) {
        painter.setPen(QPen(colors.accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(frame, Theme::px(6), Theme::px(6));
    }
    const bool mirrored = isRightToLeft();
    const auto place = [&](QRect room) {
        if (mirrored)
            room.moveLeft(width() - room.right() - 1);
        return room;
    };
    const Qt::Alignment start = (mirrored ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter;
    const Qt::Alignment end = (mirrored ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter;
    const int side = Theme::px(20);
    const bool hasState = m_state != widgets::StateLabel::State::None;
    widgets::Icons::paint(painter, place({Theme::px(10), (height() - side) / 2, side, side}), m_icon,
                          !isEnabled() ? colors.faint : hasState ? widgets::StateLabel::color(m_state) : colors.accent);

    const QFontMetrics body(Theme::strongFont()), small(Theme::secondaryFont());
    const int left = Theme::px(42);
    const int factWidth = m_fact.isEmpty() ? 0 : small.horizontalAdvance(m_fact) + Theme::px(12);
    const int room = width() - left - Theme::px(10) - factWidth;
    const int top = (height() - body.height() - small.height()) / 2;
    painter.setFont(Theme::strongFont());
    painter.setPen(isEnabled() ? colors.text : colors.faint);
    painter.drawText(place({left, top, room, body.height()}), int(start), body.elidedText(text(), Qt::ElideRight, room));
    painter.setFont(Theme::secondaryFont());
    painter.setPen(isEnabled() ? colors.muted : colors.faint);
    painter.drawText(place({left, top + body.height(), room, small.height()}), int(start),
                     small.elidedText(m_detail, Qt::ElideMiddle, room));
    if (factWidth > 0)
        painter.drawText(place({width() - factWidth - Theme::px(10), 0, factWidth, height()}), int(end), m_fact);
}

} // namespace crucible::workbench
