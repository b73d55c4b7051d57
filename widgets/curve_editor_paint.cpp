// SPDX-License-Identifier: GPL-3.0-or-later
// How the curve editor looks.
#include "widgets/curve_editor.h"

#include "widgets/number_format.h"
#include "widgets/paint_parts.h"
#include "widgets/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace crucible::widgets {

using namespace Qt::StringLiterals;

void CurveEditor::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(axisFont());
    const Axis a = axis();
    paintAxes(painter, a);
    if (m_series.empty()) {
        painter.setFont(Theme::secondaryFont());
        painter.setPen(Theme::colors().muted);
        painter.drawText(plotRect(), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    for (int s = 0; s < int(m_series.size()); ++s)
        if (s != m_current)
            paintSeries(painter, s);
    paintSeries(painter, m_current);
    paintCallout(painter);
}

void CurveEditor::paintAxes(QPainter& painter, const Axis& a) const
{
    const ThemeColors& c = Theme::colors();
    const QRectF plot = plotRect();
    const int lines = int(std::lround((a.high - a.low) / a.step));
    for (int i = 0; i <= lines; ++i) {
        const double value = a.low + i * a.step;
        const double y = std::round(yOf(value)) + 0.5;
        painter.setPen(QPen(c.grid, 1));
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        painter.setPen(c.muted);
        painter.drawText(QRectF(0, y - Theme::px(9), plot.left() - Theme::px(12), Theme::px(18)),
                         Qt::AlignRight | Qt::AlignVCenter, format::number(value, 3));
    }
    painter.setPen(c.muted);
    const QFontMetricsF metrics(painter.font());
    const double top = plot.bottom() + Theme::px(6);
    const QString last = tr("layer %1").arg(m_layers - 1);
    const double lastWidth = metrics.horizontalAdvance(last);
    const double lastLeft = std::min(plot.right() + Theme::px(12) - lastWidth, plot.right() - lastWidth / 2);
    painter.drawText(QRectF(lastLeft, top, lastWidth + 2, Theme::px(18)), Qt::AlignLeft | Qt::AlignTop, last);
    if (m_layers < 2)
        return;
    const int step = layerStep(m_layers, int(plot.width() / Theme::px(44)));
    for (int layer = 0; layer < m_layers - 1; layer += step) {
        const QString text = QString::number(layer);
        const double x = plot.left() + plot.width() * layer / (m_layers - 1);
        const double half = metrics.horizontalAdvance(text) / 2;
        if (x + half + Theme::px(8) > lastLeft)
            break;
        painter.drawText(QRectF(x - half, top, 2 * half + 2, Theme::px(18)), Qt::AlignLeft | Qt::AlignTop, text);
    }
}

void CurveEditor::paintSeries(QPainter& painter, int series) const
{
    const ThemeColors& c = Theme::colors();
    const Series& s = m_series[std::size_t(series)];
    if (s.values.empty())
        return;
    const bool strong = series == m_current;
    const bool constant = s.values.size() == 1;
    const QColor color = isEnabled() ? Theme::seriesColor(s.style) : c.faint;
    QPen pen(color, strong ? 2.0 : 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    if (constant)
        pen.setDashPattern({4, 3});
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    const QRectF plot = plotRect();
    if (constant) {
        const double y = yOf(s.values.front());
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    } else {
        QPolygonF line;
        for (int p = 0; p < int(s.values.size()); ++p)
            line << positionOf({series, p});
        painter.drawPolyline(line);
    }
    for (int p = 0; p < int(s.values.size()); ++p) {
        const PointRef ref{series, p};
        const bool active = ref == m_hover || ref == m_drag;
        const double radius = active ? Theme::px(7) : strong ? Theme::px(5) : Theme::px(4);
        if (ref == m_focus && hasFocus()) {
            QColor ring = c.accent;
            ring.setAlpha(70);
            painter.setPen(Qt::NoPen);
            painter.setBrush(ring);
            painter.drawEllipse(positionOf(ref), radius + Theme::px(5), radius + Theme::px(5));
        }
        drawMarker(painter, positionOf(ref), radius, Theme::seriesMarker(s.style), color, c.surface);
    }
}

// The dark card above a point: "self_attn, layer 23.3" and "t = 0.70".
void CurveEditor::paintCallout(QPainter& painter) const
{
    PointRef ref = m_drag.series >= 0 ? m_drag : m_hover;
    if (ref.series < 0 && hasFocus())
        ref = m_focus;
    if (ref.series < 0)
        return;
    const Series& s = m_series[std::size_t(ref.series)];
    const double value = s.values[std::size_t(ref.point)];
    const QString where = s.values.size() < 2
                              ? tr("%1, all layers").arg(s.name)
                              : tr("%1, layer %2").arg(s.name, format::number(layerAt(double(ref.point) / double(s.values.size() - 1)), 3));
    const QString text = m_parameter.isEmpty() ? format::fixed(value, 2)
                                               : u"%1 = %2"_s.arg(m_parameter, format::fixed(value, 2));
    drawCallout(painter, positionOf(ref), Theme::px(12), rect(), {where, text});
}

} // namespace crucible::widgets
