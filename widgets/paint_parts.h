// SPDX-License-Identifier: GPL-3.0-or-later
// What several painted widgets share: axis steps, the small axis font, and the read-out card beside a point.
#pragma once

#include <QFont>
#include <QPointF>
#include <QRectF>
#include <QStringList>

class QPainter;

namespace crucible::widgets {

// A step of 1, 2, 2.5 or 5 times a power of ten that cuts `span` into about `count` parts. Positive for any input.
double niceStep(double span, int count);
// A power of two, so that layer axes read 0, 4, 8 ... with at most `labels` labels.
int layerStep(int layers, int labels);
// 11 px at a 13 px body, with digits of one width.
QFont axisFont();
// A dark card above (or, without room, below) `point`, inside `bounds`. The first line is semibold.
void drawCallout(QPainter& painter, QPointF point, double distance, const QRectF& bounds, const QStringList& lines);

} // namespace crucible::widgets
