// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/gauge.h"

#include "widgets/theme.h"

#include <QPainter>

#include <algorithm>

namespace crucible::widgets {

Gauge::Gauge(const QString& label, QWidget* parent) : QWidget(parent), m_barWidth(Theme::px(70))
{
    setFont(Theme::secondaryFont());
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setLabel(label);
}

void Gauge::setLabel(const QString& label)
{
    m_label = label;
    setAccessibleName(label);
    updateGeometry();
    update();
}

void Gauge::setValue(double fraction, const QString& text)
{
    m_fraction = fraction;
    m_text = text;
    setAccessibleDescription(text);
    // Only ever grows, so that the neighbours do not dance while numbers change.
    if (const int needed = fontMetrics().horizontalAdvance(text); needed > m_textWidth) {
        m_textWidth = needed;
        updateGeometry();
    }
    update();
}

void Gauge::setWarnAt(double fraction)
{
    m_warnAt = fraction;
    update();
}

void Gauge::setBarWidth(int pixels)
{
    m_barWidth = pixels;
    updateGeometry();
}

QSize Gauge::sizeHint() const
{
    const int gap = Theme::px(10);
    const int label = m_label.isEmpty() ? 0 : fontMetrics().horizontalAdvance(m_label) + gap;
    const int bar = m_fraction < 0 ? 0 : m_barWidth;
    return {label + bar + (m_textWidth > 0 ? Theme::px(8) + m_textWidth : 0), std::max(fontMetrics().height(), Theme::px(18))};
}

void Gauge::paintEvent(QPaintEvent*)
{
    const ThemeColors& c = Theme::colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    int x = 0;
    painter.setPen(c.muted);
    if (!m_label.isEmpty()) {
        painter.drawText(QRect(0, 0, width(), height()), Qt::AlignVCenter | Qt::AlignLeft, m_label);
        x = fontMetrics().horizontalAdvance(m_label) + Theme::px(10);
    }
    if (m_fraction >= 0) {
        const double thick = Theme::px(6);
        const QRectF groove(x, (height() - thick) / 2, m_barWidth, thick);
        painter.setPen(Qt::NoPen);
        painter.setBrush(c.hairline);
        painter.drawRoundedRect(groove, thick / 2, thick / 2);
        const double part = std::clamp(m_fraction, 0.0, 1.0);
        if (part > 0) {
            QRectF bar = groove;
            bar.setWidth(std::max(thick, groove.width() * part));
            painter.setBrush(m_fraction >= m_warnAt ? c.warning : c.accent);
            painter.drawRoundedRect(bar, thick / 2, thick / 2);
        }
        x += m_barWidth + Theme::px(8);
    }
    painter.setPen(c.muted);
    painter.drawText(QRect(x, 0, width() - x, height()), Qt::AlignVCenter | Qt::AlignLeft, m_text);
}

} // namespace crucible::widgets
