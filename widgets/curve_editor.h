// SPDX-License-Identifier: GPL-3.0-or-later
// Layer gradients drawn by hand. A series is a list of values spread evenly over the layers, as a recipe writes it; one
// value alone is a constant and is drawn dashed and flat. Points move up and down; a double click adds one, Delete
// removes one, Shift snaps to 0.05. The keyboard does all of it: Tab walks the points, arrows change the value.
#pragma once

#include <QColor>
#include <QWidget>

#include <optional>
#include <vector>

namespace crucible::widgets {

class CurveEditor : public QWidget {
    Q_OBJECT
public:
    struct Series {
        QString name;
        std::vector<double> values;
        int style = 0;         // index into the theme's series colours and markers
        bool editable = true;
    };
    struct PointRef {
        int series = -1;
        int point = -1;
        bool operator==(const PointRef&) const = default;
    };

    explicit CurveEditor(QWidget* parent = nullptr);

    void setSeries(std::vector<Series> series);
    const std::vector<Series>& series() const { return m_series; }
    void setValues(int series, std::vector<double> values);
    // The series that is drawn strong and that clicks into the open add points to.
    void setCurrentSeries(int series);
    int currentSeries() const { return m_current; }
    void setLayerCount(int layers);
    // What the axis shows. Soft: a value outside widens the axis. Hard limits stop a drag; unset means none.
    void setRange(double low, double high);
    void setHardLimits(std::optional<double> low, std::optional<double> high);
    // Name of the parameter, for the tooltip: "t = 0.70".
    void setParameterName(const QString& name);
    void setReadOnly(bool readOnly);
    void setEmptyText(const QString& text);

    PointRef focusedPoint() const { return m_focus; }
    // Widget coordinates of a point, and the layer a fraction 0..1 of the width stands for.
    QPointF positionOf(PointRef point) const;
    double layerAt(double fraction) const;
    QRectF plotRect() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    // Between these two every valuesEdited belongs to one undo step.
    void editingStarted(int series);
    void valuesEdited(int series, const std::vector<double>& values);
    void editingFinished(int series);
    void currentSeriesChanged(int series);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    void focusInEvent(QFocusEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    struct Axis {
        double low = 0, high = 1, step = 0.25;
    };
    Axis axis() const;
    double yOf(double value) const;
    double valueAt(double y) const;
    double xOf(int series, int point) const;
    PointRef pointNear(QPointF position) const;
    int seriesNear(QPointF position) const;
    double interpolated(int series, double fraction) const;
    double limited(double value) const;
    bool canEdit(int series) const;
    void changeValue(PointRef point, double value);
    void addPoint(int series, double fraction);
    void removePoint(PointRef point);
    void makeConstant(int series, bool constant);
    void editOnce(int series, std::vector<double> values);
    void setFocusedPoint(PointRef point);
    void announce();
    void paintAxes(QPainter& painter, const Axis& axis) const;
    void paintSeries(QPainter& painter, int series) const;
    void paintCallout(QPainter& painter) const;

    std::vector<Series> m_series;
    int m_current = 0;
    int m_layers = 32;
    double m_low = 0, m_high = 1;
    std::optional<double> m_hardLow, m_hardHigh;
    QString m_parameter, m_emptyText;
    PointRef m_hover, m_focus, m_drag;
    std::optional<Axis> m_heldAxis; // the axis stays as it is while a point is dragged
    bool m_readOnly = false;
};

} // namespace crucible::widgets
