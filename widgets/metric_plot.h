// SPDX-License-Identifier: GPL-3.0-or-later
// Curves of a run: raw values faint behind the smoothed line, labels at the line ends, a crosshair with a small table of
// values that other plots can follow. Values may stream in; the picture is drawn at most ten times a second and the
// axes only ever grow, in round steps, until the reader zooms (wheel, drag) or resets (double click).
// The one translation unit behind it is the only one that sees qcustomplot.h.
#pragma once

#include <QWidget>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace crucible::widgets {

class MetricPlot : public QWidget {
    Q_OBJECT
public:
    explicit MetricPlot(QWidget* parent = nullptr);
    ~MetricPlot() override;

    // Returns the series' index. `style` picks colour and dash from the theme.
    int addSeries(const QString& name, int style);
    void clearSeries();
    int seriesCount() const;
    // x must not go back; values that are not finite leave a gap.
    void append(int series, double x, double y);
    void setData(int series, std::vector<double> x, std::vector<double> y);
    std::vector<double> xValues(int series) const;
    std::vector<double> yValues(int series) const;
    std::vector<double> smoothedValues(int series) const;
    // A named moment on the x axis: a checkpoint, an evaluation.
    void addMarker(double x, const QString& text);
    void clearMarkers();

    // Weight of the past, 0 (off) up to 0.999, as an exponential moving average without start-up bias.
    void setSmoothing(double weight);
    void setUnits(const QString& x, const QString& y);
    using Format = std::function<QString(double)>;
    void setFormats(Format x, Format y);
    void setEmptyText(const QString& text);
    // Steps of the vertical axis are powers of two: for bytes.
    void setBinarySteps(bool binary);
    // Keeps zero on the y axis (throughput, memory).
    void setZeroBased(bool zeroBased);
    void resetView();
    double visibleLow() const;  // of the y axis
    double visibleHigh() const;

    QString toCsv() const;
    bool saveImage(const QString& path); // .svg or a raster format by suffix
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

public Q_SLOTS:
    // From another plot; nullopt hides it.
    void setCrosshair(std::optional<double> x);
    void showTable(); // the same values as a table in a window of its own
    void replotNow();

Q_SIGNALS:
    void crosshairMoved(std::optional<double> x);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace crucible::widgets
