// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/paint_parts.h"

#include "widgets/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace crucible::widgets {

double niceStep(double span, int count)
{
    if (!std::isfinite(span) || span <= 0)
        return 1;
    const double raw = span / std::max(1, count);
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    const double part = raw / power;
    const double nice = part <= 1.0001 ? 1 : part <= 2.0001 ? 2 : part <= 2.5001 ? 2.5 : part <= 5.0001 ? 5 : 10;
    return nice * power;
}

int layerStep(int layers, int labels)
{
    int step = 1;
    while (layers / step > std::max(1, labels))
        step *= 2;
    return step;
}

QFont axisFont()
{
    QFont font = Theme::secondaryFont();
    font.setPixelSize(Theme::px(11));
    return font;
}

void drawCallout(QPainter& painter, QPointF point, double distance, const QRectF& bounds, const QStringList& lines)
{
    const ThemeColors& c = Theme::colors();
    QFont plain = axisFont(), strong = plain;
    strong.setWeight(QFont::DemiBold);
    const double padX = Theme::px(10), padY = Theme::px(6);
    double width = 0;
    for (qsizetype i = 0; i < lines.size(); ++i)
        width = std::max(width, QFontMetricsF(i == 0 ? strong : plain).horizontalAdvance(lines[i]));
    const double lineHeight = QFontMetricsF(strong).height();
    QRectF card(0, 0, std::ceil(width + 2 * padX), std::ceil(lineHeight * double(lines.size()) + 2 * padY));
    card.moveCenter({point.x(), 0});
    card.moveBottom(point.y() - distance);
    if (card.top() < bounds.top())
        card.moveTop(point.y() + distance);
    card.moveLeft(std::clamp(card.left(), bounds.left(), std::max(bounds.left(), bounds.right() - card.width())));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Theme::isDark() ? QPen(c.border, 1) : QPen(Qt::NoPen));
    painter.setBrush(c.tooltip);
    painter.drawRoundedRect(card, Theme::px(6), Theme::px(6));
    painter.setPen(c.tooltipText);
    for (qsizetype i = 0; i < lines.size(); ++i) {
        painter.setFont(i == 0 ? strong : plain);
        painter.drawText(QRectF(card.left() + padX, card.top() + padY + lineHeight * double(i), card.width(), lineHeight),
                         Qt::AlignLeft | Qt::AlignVCenter, lines[i]);
    }
    painter.restore();
}

} // namespace crucible::widgets
