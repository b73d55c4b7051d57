// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot_data.h"

#include "widgets/paint_parts.h"
#include "widgets/theme.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace crucible::widgets {

void PlotSeries::append(double atX, double atY)
{
    if (!std::isfinite(atX))
        return;
    x.push_back(atX);
    y.push_back(std::isfinite(atY) ? atY : std::numeric_limits<double>::quiet_NaN());
    minX = std::min(minX, atX);
    maxX = std::max(maxX, atX);
    if (std::isfinite(atY)) {
        minY = std::min(minY, atY);
        maxY = std::max(maxY, atY);
    }
}

std::vector<double> PlotSeries::smoothed(double weight) const
{
    if (weight <= 0)
        return y;
    std::vector<double> result(y.size());
    double mean = 0, total = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
        if (std::isnan(y[i])) {
            result[i] = y[i];
            continue;
        }
        mean = weight * mean + (1 - weight) * y[i];
        total = weight * total + (1 - weight);
        result[i] = mean / total;
    }
    return result;
}

std::optional<std::size_t> PlotSeries::nearest(double atX) const
{
    if (x.empty())
        return std::nullopt;
    const auto after = std::lower_bound(x.begin(), x.end(), atX);
    if (after == x.begin())
        return 0;
    if (after == x.end())
        return x.size() - 1;
    const auto index = std::size_t(after - x.begin());
    return atX - x[index - 1] <= x[index] - atX ? index - 1 : index;
}

void GrowingRange::include(double from, double to)
{
    if (!std::isfinite(from) || !std::isfinite(to) || (isValid() && from >= low && to <= high))
        return;
    double newLow = std::min(low, from), newHigh = std::max(high, to);
    if (newHigh <= newLow) {
        const double half = newLow == 0 ? 0.5 : std::abs(newLow) * 0.05;
        newLow -= half;
        newHigh += half;
    }
    const double step = niceStep(newHigh - newLow, 8);
    low = std::min(low, std::floor(newLow / step + 1e-9) * step);
    high = std::max(high, std::ceil(newHigh / step - 1e-9) * step);
}

std::pair<std::vector<double>, std::vector<double>> thinned(const std::vector<double>& x, const std::vector<double>& y,
                                                            double from, double to, int columns)
{
    std::pair<std::vector<double>, std::vector<double>> out;
    auto begin = std::size_t(std::lower_bound(x.begin(), x.end(), from) - x.begin());
    auto end = std::size_t(std::upper_bound(x.begin(), x.end(), to) - x.begin());
    begin -= begin > 0 ? 1 : 0;
    end += end < x.size() ? 1 : 0;
    const auto push = [&](std::size_t i) {
        out.first.push_back(x[i]);
        out.second.push_back(y[i]);
    };
    if (end - begin <= std::size_t(columns) * 2 || to <= from) {
        for (std::size_t i = begin; i < end; ++i)
            push(i);
        return out;
    }
    const auto columnOf = [&](double v) { return std::llround((v - from) / (to - from) * columns); };
    for (std::size_t i = begin; i < end;) {
        const auto column = columnOf(x[i]);
        std::size_t least = i, most = i, next = i;
        for (; next < end && columnOf(x[next]) == column; ++next) {
            if (y[next] < y[least] || std::isnan(y[least]))
                least = next;
            if (y[next] > y[most] || std::isnan(y[most]))
                most = next;
        }
        push(std::min(least, most));
        if (least != most)
            push(std::max(least, most));
        i = next;
    }
    return out;
}

void spreadLabels(std::vector<double>& places, double height, double top, double bottom)
{
    for (std::size_t i = 1; i < places.size(); ++i)
        places[i] = std::max(places[i], places[i - 1] + height);
    if (places.empty() || places.back() <= bottom)
        return;
    places.back() = bottom;
    for (std::size_t i = places.size() - 1; i > 0; --i)
        places[i - 1] = std::min(places[i - 1], places[i] - height);
    if (places.front() < top) {
        const double shift = top - places.front();
        for (double& place : places)
            place += shift;
    }
}

void drawValueTable(QPainter& painter, QPointF at, const QRectF& area, const QString& title, const QList<ValueRow>& rows)
{
    const ThemeColors& c = Theme::colors();
    const QFont plain = axisFont();
    QFont strong = plain;
    strong.setWeight(QFont::DemiBold);
    const QFontMetricsF metrics(plain), titleMetrics(strong);
    double names = 0, values = 0;
    for (const ValueRow& row : rows) {
        names = std::max(names, metrics.horizontalAdvance(row.name));
        values = std::max(values, metrics.horizontalAdvance(row.value));
    }
    const double gap = Theme::px(24), pad = Theme::px(10), line = std::ceil(metrics.height() + Theme::px(2));
    const double width = std::max(names + gap + values, titleMetrics.horizontalAdvance(title)) + 2 * pad;
    QRectF card(at.x() + Theme::px(10), area.top() + Theme::px(8), std::ceil(width), line * double(rows.size() + 1) + Theme::px(12));
    if (card.right() > area.right())
        card.moveRight(at.x() - Theme::px(10));
    card.moveLeft(std::max(card.left(), area.left()));
    painter.save();
    painter.setPen(QPen(c.border, 1));
    painter.setBrush(c.surface);
    painter.drawRoundedRect(card.translated(0.5, 0.5), Theme::px(6), Theme::px(6));
    painter.setFont(strong);
    painter.setPen(c.text);
    double y = card.top() + Theme::px(6);
    painter.drawText(QRectF(card.left() + pad, y, width, line), Qt::AlignLeft | Qt::AlignVCenter, title);
    painter.setFont(plain);
    for (const ValueRow& row : rows) {
        y += line;
        const QRectF box(card.left() + pad, y, card.width() - 2 * pad, line);
        painter.setPen(row.color);
        painter.drawText(box, Qt::AlignLeft | Qt::AlignVCenter, row.name);
        painter.setPen(c.text);
        painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter, row.value);
    }
    painter.restore();
}

} // namespace crucible::widgets
