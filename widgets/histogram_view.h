// SPDX-License-Identifier: GPL-3.0-or-later
// Counts per bin as bars, over the range they cover, with a read-out of the bin under the pointer or the cursor.
#pragma once

#include <QWidget>

#include <vector>

namespace crucible::widgets {

class HistogramView : public QWidget {
    Q_OBJECT
public:
    explicit HistogramView(QWidget* parent = nullptr);
    // Bins of one width between low and high.
    void setBins(double low, double high, std::vector<double> counts);
    // Square root instead of the counts themselves, so that tails stay visible beside a high peak.
    void setCompressed(bool compressed);
    void setEmptyText(const QString& text);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRectF plotRect() const;
    void setCursorBin(int bin);

    std::vector<double> m_counts;
    double m_low = 0, m_high = 1;
    bool m_compressed = true;
    QString m_emptyText;
    int m_bin = -1;
};

} // namespace crucible::widgets
