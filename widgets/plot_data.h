// SPDX-License-Identifier: GPL-3.0-or-later
// The arithmetic behind a chart, without a chart: smoothing, thinning, growing ranges, labels that do not overlap.
#pragma once

#include <QColor>
#include <QList>
#include <QPointF>
#include <QRectF>
#include <QString>

#include <limits>
#include <optional>
#include <utility>
#include <vector>

class QPainter;

namespace crucible::widgets {

struct PlotSeries {
    std::vector<double> x, y;
    double minX = std::numeric_limits<double>::infinity(), maxX = -minX;
    double minY = minX, maxY = -minX;

    void append(double atX, double atY);
    // Exponential moving average divided by its own weight, so that the start is not drawn towards zero. weight 0: y.
    std::vector<double> smoothed(double weight) const;
    // Index of the value whose x is nearest; nullopt when there is none.
    std::optional<std::size_t> nearest(double atX) const;
};

// A range that grows in round steps and never shrinks, so that axes do not jump while data streams in.
struct GrowingRange {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    bool isValid() const { return low < high; }
    void include(double from, double to);
};

// At most two values (least and most) per pixel column of [from, to], in the order they come; neighbours outside stay, so
// that lines reach the edge.
std::pair<std::vector<double>, std::vector<double>> thinned(const std::vector<double>& x, const std::vector<double>& y,
                                                            double from, double to, int columns);

// Moves sorted places apart until neighbours are `height` from each other, inside [top, bottom] as far as they fit.
void spreadLabels(std::vector<double>& places, double height, double top, double bottom);

struct ValueRow {
    QString name, value;
    QColor color;
};
// The small table at the crosshair: right of `at`, or left of it where there is no room.
void drawValueTable(QPainter& painter, QPointF at, const QRectF& area, const QString& title, const QList<ValueRow>& rows);

} // namespace crucible::widgets
