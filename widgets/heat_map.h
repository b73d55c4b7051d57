// SPDX-License-Identifier: GPL-3.0-or-later
// Values by kind (rows) and layer (columns) in viridis, with a colour bar and a read-out. Missing cells are hatched.
// The arrow keys move a cursor that reads out like the pointer; Enter activates a cell.
#pragma once

#include <QStringList>
#include <QWidget>

#include <functional>
#include <optional>
#include <vector>

namespace crucible::widgets {

class HeatMap : public QWidget {
    Q_OBJECT
public:
    explicit HeatMap(QWidget* parent = nullptr);

    // values: row by row, rows.size() * columns entries; NaN is missing.
    void setData(const QStringList& rows, int columns, std::vector<double> values);
    void clear();
    // The ends of the colour map; unset takes the data's own.
    void setRange(std::optional<double> low, std::optional<double> high);
    void setValueFormat(std::function<QString(double)> format);
    // First line of the read-out; the default is "q_proj, layer 7".
    void setCellTitle(std::function<QString(int row, int column)> title);
    void setEmptyText(const QString& text);
    double value(int row, int column) const; // NaN outside and where missing
    QRectF cellRect(int row, int column) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void cellHovered(int row, int column); // -1, -1 when none
    void cellActivated(int row, int column);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRectF gridRect() const;
    void setCursorCell(int row, int column, bool hover);
    void paintColorBar(QPainter& painter) const;
    QString titleOf(int row, int column) const;

    QStringList m_rows;
    int m_columns = 0;
    std::vector<double> m_values;
    std::optional<double> m_givenLow, m_givenHigh;
    double m_low = 0, m_high = 1;
    std::function<QString(double)> m_format;
    std::function<QString(int, int)> m_title;
    QString m_emptyText;
    int m_hoverRow = -1, m_hoverColumn = -1;
    int m_row = 0, m_column = 0;
};

} // namespace crucible::widgets
