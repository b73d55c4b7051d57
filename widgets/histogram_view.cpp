// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/histogram_view.h"

#include "widgets/number_format.h"
#include "widgets/paint_parts.h"
#include "widgets/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace crucible::widgets {

HistogramView::HistogramView(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setProperty(Theme::kFramedFocus, true);
    setAccessibleName(tr("Histogram"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void HistogramView::setBins(double low, double high, std::vector<double> counts)
{
    m_low = low;
    m_high = high;
    m_counts = std::move(counts);
    m_bin = -1;
    update();
}

void HistogramView::setCompressed(bool compressed)
{
    m_compressed = compressed;
    update();
}

void HistogramView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

QSize HistogramView::sizeHint() const
{
    return {Theme::px(320), Theme::px(140)};
}

QSize HistogramView::minimumSizeHint() const
{
    return {Theme::px(160), Theme::px(80)};
}

QRectF HistogramView::plotRect() const
{
    return QRectF(rect()).adjusted(Theme::px(4), Theme::px(6), -Theme::px(4), -Theme::px(20));
}

void HistogramView::paintEvent(QPaintEvent*)
{
    const ThemeColors& c = Theme::colors();
    QPainter painter(this);
    if (m_counts.empty() || m_high <= m_low) {
        painter.setFont(Theme::secondaryFont());
        painter.setPen(c.muted);
        painter.drawText(rect().adjusted(Theme::px(12), 0, -Theme::px(12), 0), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const QRectF plot = plotRect();
    const double most = *std::max_element(m_counts.begin(), m_counts.end());
    const auto height = [&](double count) {
        const double part = most > 0 ? count / most : 0;
        return plot.height() * (m_compressed ? std::sqrt(part) : part);
    };
    painter.fillRect(QRectF(plot.left(), plot.bottom(), plot.width(), 1), c.hairline);
    const double w = plot.width() / double(m_counts.size());
    const double gap = w > 4 ? 1 : 0;
    QColor quiet = Theme::seriesColor(0);
    quiet.setAlphaF(0.75F);
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        const double h = m_counts[i] > 0 ? std::max(1.0, height(m_counts[i])) : 0;
        painter.fillRect(QRectF(plot.left() + double(i) * w, plot.bottom() - h, std::max(1.0, w - gap), h),
                         int(i) == m_bin ? c.accent : quiet);
    }
    painter.setFont(axisFont());
    painter.setPen(c.muted);
    const QFontMetricsF metrics(painter.font());
    const double step = niceStep(m_high - m_low, std::max(2, int(plot.width() / Theme::px(80))));
    for (double v = std::ceil(m_low / step) * step; v <= m_high + step * 1e-6; v += step) {
        const QString text = format::number(std::abs(v) < step * 1e-6 ? 0 : v, 3);
        const double half = metrics.horizontalAdvance(text) / 2;
        const double x = std::clamp(plot.left() + (v - m_low) / (m_high - m_low) * plot.width(), half, width() - half);
        painter.drawText(QRectF(x - half, plot.bottom() + Theme::px(3), 2 * half + 2, Theme::px(16)), Qt::AlignLeft | Qt::AlignTop, text);
    }
    if (m_bin < 0)
        return;
    const double binWidth = (m_high - m_low) / double(m_counts.size());
    const double count = m_counts[std::size_t(m_bin)];
    drawCallout(painter, {plot.left() + (m_bin + 0.5) * w, plot.bottom() - height(count)}, Theme::px(6), rect(),
                {format::count(std::llround(count)), tr("%1 to %2").arg(format::number(m_low + m_bin * binWidth, 3),
                                                                       format::number(m_low + (m_bin + 1) * binWidth, 3))});
}

void HistogramView::setCursorBin(int bin)
{
    if (bin == m_bin)
        return;
    m_bin = bin;
    if (bin >= 0)
        setAccessibleDescription(tr("Bin %1: %2 values").arg(bin + 1).arg(format::count(std::llround(m_counts[std::size_t(bin)]))));
    update();
}

void HistogramView::mouseMoveEvent(QMouseEvent* event)
{
    const QRectF plot = plotRect();
    const int bins = int(m_counts.size());
    setCursorBin(bins > 0 && plot.contains(event->position())
                     ? std::min(bins - 1, int((event->position().x() - plot.left()) / plot.width() * bins))
                     : -1);
}

void HistogramView::leaveEvent(QEvent*)
{
    setCursorBin(-1);
}

void HistogramView::keyPressEvent(QKeyEvent* event)
{
    const int bins = int(m_counts.size());
    if (bins > 0 && event->key() == Qt::Key_Left)
        setCursorBin(std::max(0, m_bin - 1));
    else if (bins > 0 && event->key() == Qt::Key_Right)
        setCursorBin(std::min(bins - 1, m_bin + 1));
    else
        QWidget::keyPressEvent(event);
}

} // namespace crucible::widgets
