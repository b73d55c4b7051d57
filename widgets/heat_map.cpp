// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/heat_map.h"

#include "widgets/number_format.h"
#include "widgets/paint_parts.h"
#include "widgets/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <limits>

namespace crucible::widgets {

HeatMap::HeatMap(QWidget* parent) : QWidget(parent), m_format([](double v) { return format::number(v, 4); })
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setProperty(Theme::kFramedFocus, true);
    setAccessibleName(tr("Heat map by layer"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void HeatMap::setData(const QStringList& rows, int columns, std::vector<double> values)
{
    m_rows = rows;
    m_columns = columns;
    m_values = std::move(values);
    m_values.resize(std::size_t(m_rows.size()) * std::size_t(std::max(0, columns)), std::numeric_limits<double>::quiet_NaN());
    m_row = m_column = 0;
    m_hoverRow = m_hoverColumn = -1;
    setRange(m_givenLow, m_givenHigh);
}

void HeatMap::clear()
{
    setData({}, 0, {});
}

void HeatMap::setRange(std::optional<double> low, std::optional<double> high)
{
    m_givenLow = low;
    m_givenHigh = high;
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (const double v : m_values)
        if (std::isfinite(v)) {
            least = std::min(least, v);
            most = std::max(most, v);
        }
    m_low = low.value_or(std::isfinite(least) ? least : 0);
    m_high = high.value_or(std::isfinite(most) ? most : 1);
    update();
}

void HeatMap::setValueFormat(std::function<QString(double)> format)
{
    m_format = std::move(format);
    update();
}

void HeatMap::setCellTitle(std::function<QString(int, int)> title)
{
    m_title = std::move(title);
}

void HeatMap::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

double HeatMap::value(int row, int column) const
{
    if (row < 0 || row >= m_rows.size() || column < 0 || column >= m_columns)
        return std::numeric_limits<double>::quiet_NaN();
    return m_values[std::size_t(row) * std::size_t(m_columns) + std::size_t(column)];
}

QString HeatMap::titleOf(int row, int column) const
{
    return m_title ? m_title(row, column) : tr("%1, layer %2").arg(m_rows[row]).arg(column);
}

QSize HeatMap::sizeHint() const
{
    return {Theme::px(480), Theme::px(40) + Theme::px(20) * int(std::max<qsizetype>(4, m_rows.size()))};
}

QSize HeatMap::minimumSizeHint() const
{
    return {Theme::px(220), Theme::px(30) + Theme::px(14) * int(std::max<qsizetype>(4, m_rows.size()))};
}

QRectF HeatMap::gridRect() const
{
    const QFontMetricsF metrics(axisFont());
    double labels = 0;
    for (const QString& row : m_rows)
        labels = std::max(labels, metrics.horizontalAdvance(row));
    const double bar = std::max(metrics.horizontalAdvance(m_format(m_low)), metrics.horizontalAdvance(m_format(m_high)));
    QRectF grid = QRectF(rect()).adjusted(std::min(labels, width() * 0.35) + Theme::px(8), 0, -(bar + Theme::px(10 + 10 + 6)), -Theme::px(20));
    // Whole pixels per cell keep the gaps even.
    if (m_columns > 0 && grid.width() > m_columns)
        grid.setWidth(std::floor(grid.width() / m_columns) * m_columns);
    if (!m_rows.isEmpty())
        grid.setHeight(std::floor(std::min(grid.height() / double(m_rows.size()), double(Theme::px(32)))) * double(m_rows.size()));
    return grid;
}

QRectF HeatMap::cellRect(int row, int column) const
{
    const QRectF grid = gridRect();
    const double w = grid.width() / m_columns, h = grid.height() / double(m_rows.size());
    const double gap = w >= 5 ? 1 : 0;
    return {grid.left() + column * w, grid.top() + row * h, w - gap, h - 1};
}

void HeatMap::paintEvent(QPaintEvent*)
{
    const ThemeColors& c = Theme::colors();
    QPainter painter(this);
    if (m_rows.isEmpty() || m_columns <= 0) {
        painter.setFont(Theme::secondaryFont());
        painter.setPen(c.muted);
        painter.drawText(rect().adjusted(Theme::px(16), 0, -Theme::px(16), 0), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const QRectF grid = gridRect();
    const double span = m_high > m_low ? m_high - m_low : 1;
    for (int row = 0; row < m_rows.size(); ++row)
        for (int column = 0; column < m_columns; ++column) {
            const QRectF cell = cellRect(row, column);
            const double v = value(row, column);
            if (std::isfinite(v)) {
                painter.fillRect(cell, Theme::viridis(m_high > m_low ? (v - m_low) / span : 1));
            } else {
                painter.fillRect(cell, c.sunken);
                painter.fillRect(cell, QBrush(c.border, Qt::BDiagPattern));
            }
        }
    painter.setFont(axisFont());
    painter.setPen(c.muted);
    const QFontMetricsF metrics(painter.font());
    const double rowHeight = grid.height() / double(m_rows.size());
    const int every = std::max(1, int(std::ceil(metrics.height() * 0.85 / rowHeight)));
    for (int row = 0; row < m_rows.size(); row += every) {
        const QRectF box(0, grid.top() + row * rowHeight - Theme::px(4), grid.left() - Theme::px(8), rowHeight - 1 + Theme::px(8));
        painter.drawText(box, Qt::AlignRight | Qt::AlignVCenter, metrics.elidedText(m_rows[row], Qt::ElideRight, box.width()));
    }
    const double cellWidth = grid.width() / m_columns;
    const int step = layerStep(m_columns, int(grid.width() / Theme::px(44)));
    for (int column = 0; column < m_columns; column += step)
        painter.drawText(QRectF(grid.left() + column * cellWidth - Theme::px(20) + cellWidth / 2, grid.bottom() + Theme::px(3),
                                Theme::px(40), Theme::px(16)),
                         Qt::AlignHCenter | Qt::AlignTop, QString::number(column));
    paintColorBar(painter);

    const bool keyboard = hasFocus() && m_hoverRow < 0;
    const int row = m_hoverRow >= 0 ? m_hoverRow : keyboard ? m_row : -1;
    const int column = m_hoverRow >= 0 ? m_hoverColumn : keyboard ? m_column : -1;
    if (row < 0)
        return;
    const QRectF cell = cellRect(row, column);
    painter.setPen(QPen(c.text, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(cell.adjusted(-1, -1, 1, 1));
    const double v = value(row, column);
    drawCallout(painter, cell.center(), cell.height() / 2 + Theme::px(6), rect(),
                {titleOf(row, column), std::isfinite(v) ? m_format(v) : tr("not in both models")});
}

void HeatMap::paintColorBar(QPainter& painter) const
{
    const QRectF grid = gridRect();
    const QRectF bar(grid.right() + Theme::px(10), grid.top(), Theme::px(10), grid.height() - 1);
    QLinearGradient gradient(bar.bottomLeft(), bar.topLeft());
    for (int i = 0; i <= 8; ++i)
        gradient.setColorAt(i / 8.0, Theme::viridis(i / 8.0));
    painter.fillRect(bar, gradient);
    painter.setPen(Theme::colors().muted);
    const double x = bar.right() + Theme::px(6);
    painter.drawText(QRectF(x, bar.top() - Theme::px(2), width() - x, Theme::px(16)), Qt::AlignLeft | Qt::AlignTop, m_format(m_high));
    painter.drawText(QRectF(x, bar.bottom() - Theme::px(14), width() - x, Theme::px(16)), Qt::AlignLeft | Qt::AlignBottom, m_format(m_low));
}

void HeatMap::setCursorCell(int row, int column, bool hover)
{
    if (hover) {
        if (row == m_hoverRow && column == m_hoverColumn)
            return;
        m_hoverRow = row;
        m_hoverColumn = column;
    } else {
        m_hoverRow = m_hoverColumn = -1;
        m_row = row;
        m_column = column;
    }
    if (row >= 0 && row < m_rows.size()) {
        const double v = value(row, column);
        setAccessibleDescription(titleOf(row, column) + QStringLiteral(": ") + (std::isfinite(v) ? m_format(v) : format::missing()));
    }
    update();
    Q_EMIT cellHovered(row, column);
}

void HeatMap::mouseMoveEvent(QMouseEvent* event)
{
    const QRectF grid = gridRect();
    if (m_columns <= 0 || !grid.contains(event->position())) {
        setCursorCell(-1, -1, true);
        return;
    }
    const int column = std::min(m_columns - 1, int((event->position().x() - grid.left()) / grid.width() * m_columns));
    const int rows = int(m_rows.size());
    const int row = std::min(rows - 1, int((event->position().y() - grid.top()) / grid.height() * rows));
    setCursorCell(row, column, true);
}

void HeatMap::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || m_hoverRow < 0)
        return;
    m_row = m_hoverRow;
    m_column = m_hoverColumn;
    Q_EMIT cellActivated(m_row, m_column);
}

void HeatMap::leaveEvent(QEvent*)
{
    setCursorCell(-1, -1, true);
}

void HeatMap::keyPressEvent(QKeyEvent* event)
{
    const int rows = int(m_rows.size());
    int row = m_row, column = m_column;
    switch (event->key()) {
    case Qt::Key_Left: --column; break;
    case Qt::Key_Right: ++column; break;
    case Qt::Key_Up: --row; break;
    case Qt::Key_Down: ++row; break;
    case Qt::Key_Home: column = 0; break;
    case Qt::Key_End: column = m_columns - 1; break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (rows > 0)
            Q_EMIT cellActivated(m_row, m_column);
        return;
    default: QWidget::keyPressEvent(event); return;
    }
    if (rows > 0 && m_columns > 0)
        setCursorCell(std::clamp(row, 0, rows - 1), std::clamp(column, 0, m_columns - 1), false);
}

} // namespace crucible::widgets
