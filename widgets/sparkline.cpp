// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/sparkline.h"

#include "widgets/theme.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <limits>

namespace crucible::widgets {

Sparkline::Sparkline(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(tr("Course of the value"));
}

void Sparkline::setValues(std::vector<double> values)
{
    m_values = std::move(values);
    update();
}

void Sparkline::setStyleIndex(int style)
{
    m_style = style;
    update();
}

QSize Sparkline::sizeHint() const
{
    return {Theme::px(96), Theme::px(22)};
}

void Sparkline::paint(QPainter& painter, const QRectF& rect, const std::vector<double>& values, const QColor& color)
{
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const double v : values)
        if (std::isfinite(v)) {
            low = std::min(low, v);
            high = std::max(high, v);
        }
    if (low > high)
        return;
    const double span = high > low ? high - low : 1;
    const QRectF area = rect.adjusted(2, 3, -3, -3);
    QPainterPath path;
    bool open = false;
    QPointF last;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) {
            open = false;
            continue;
        }
        last = {area.left() + area.width() * (values.size() < 2 ? 1.0 : double(i) / double(values.size() - 1)),
                high > low ? area.bottom() - area.height() * (values[i] - low) / span : area.center().y()};
        open ? path.lineTo(last) : path.moveTo(last);
        open = true;
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawEllipse(last, 2.2, 2.2);
    painter.restore();
}

void Sparkline::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paint(painter, rect(), m_values, Theme::seriesColor(m_style));
}

} // namespace crucible::widgets
