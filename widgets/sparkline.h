// SPDX-License-Identifier: GPL-3.0-or-later
// A line without axes, as tall as a row: how a value went.
#pragma once

#include <QWidget>

#include <vector>

class QPainter;

namespace crucible::widgets {

class Sparkline : public QWidget {
    Q_OBJECT
public:
    explicit Sparkline(QWidget* parent = nullptr);
    void setValues(std::vector<double> values);
    void setStyleIndex(int style);
    // For item delegates. Values that are not finite leave a gap.
    static void paint(QPainter& painter, const QRectF& rect, const std::vector<double>& values, const QColor& color);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::vector<double> m_values;
    int m_style = 0;
};

} // namespace crucible::widgets
