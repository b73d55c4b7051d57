// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/lineage_view.h"

#include "widgets/icons.h"
#include "widgets/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace crucible::widgets {

LineageView::LineageView(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Lineage"));
}

void LineageView::setGraph(std::vector<Node> nodes, std::vector<Edge> edges)
{
    m_nodes = std::move(nodes);
    m_edges = std::move(edges);
    const int count = int(m_nodes.size());
    std::erase_if(m_edges, [count](const Edge& e) { return e.from < 0 || e.to < 0 || e.from >= count || e.to >= count || e.from == e.to; });
    m_hover = -1;
    m_focus = 0;
    layOut();
    updateGeometry();
    update();
}

void LineageView::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

// Column: the longest way from a node without parents. As many rounds as there are nodes bound it for circles too.
void LineageView::layOut()
{
    const std::size_t count = m_nodes.size();
    m_columns.assign(count, 0);
    for (std::size_t round = 0; round < count; ++round) {
        bool moved = false;
        for (const Edge& edge : m_edges) {
            int& to = m_columns[std::size_t(edge.to)];
            const int least = m_columns[std::size_t(edge.from)] + 1;
            if (to < least && least < int(count)) {
                to = least;
                moved = true;
            }
        }
        if (!moved)
            break;
    }
    const int columns = count == 0 ? 0 : *std::max_element(m_columns.begin(), m_columns.end()) + 1;
    m_rowsIn.assign(std::size_t(columns), 0);
    m_rows.assign(count, 0);
    for (std::size_t i = 0; i < count; ++i)
        m_rows[i] = m_rowsIn[std::size_t(m_columns[i])]++;
}

double LineageView::nodeWidth() const
{
    const auto columns = double(std::max<std::size_t>(1, m_rowsIn.size()));
    const double gap = Theme::px(48);
    return std::clamp((width() - 2 - gap * (columns - 1)) / columns, double(Theme::px(110)), double(Theme::px(220)));
}

QRectF LineageView::nodeRect(int node) const
{
    const int column = m_columns[std::size_t(node)];
    const double h = Theme::px(46), gap = Theme::px(10);
    const double columnHeight = m_rowsIn[std::size_t(column)] * (h + gap) - gap;
    const double top = std::max(0.0, (height() - columnHeight) / 2) + m_rows[std::size_t(node)] * (h + gap);
    return {1 + column * (nodeWidth() + Theme::px(48)), top, nodeWidth(), h};
}

QSize LineageView::sizeHint() const
{
    const int rows = m_rowsIn.empty() ? 1 : *std::max_element(m_rowsIn.begin(), m_rowsIn.end());
    const int columns = std::max(1, int(m_rowsIn.size()));
    return {columns * Theme::px(200) + (columns - 1) * Theme::px(48), rows * Theme::px(56)};
}

QSize LineageView::minimumSizeHint() const
{
    const int columns = std::max(1, int(m_rowsIn.size()));
    return {columns * Theme::px(110) + (columns - 1) * Theme::px(48), sizeHint().height()};
}

int LineageView::nodeAt(QPointF position) const
{
    for (int i = 0; i < int(m_nodes.size()); ++i)
        if (nodeRect(i).contains(position))
            return i;
    return -1;
}

void LineageView::paintEvent(QPaintEvent*)
{
    const ThemeColors& c = Theme::colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_nodes.empty()) {
        painter.setFont(Theme::secondaryFont());
        painter.setPen(c.muted);
        painter.drawText(rect().adjusted(Theme::px(12), 0, -Theme::px(12), 0), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    for (const Edge& edge : m_edges) {
        const QRectF from = nodeRect(edge.from), to = nodeRect(edge.to);
        const QPointF start(from.right(), from.center().y()), end(to.left() - Theme::px(2), to.center().y());
        const double bend = std::max(double(Theme::px(20)), (end.x() - start.x()) / 2);
        QPainterPath path(start);
        path.cubicTo(start + QPointF(bend, 0), end - QPointF(bend, 0), end);
        const bool lit = edge.from == m_hover || edge.to == m_hover;
        painter.setPen(QPen(lit ? c.accent : c.border, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawPath(path);
        painter.setPen(Qt::NoPen);
        painter.setBrush(lit ? c.accent : c.border);
        const double a = Theme::px(4);
        painter.drawPolygon(QPolygonF{end + QPointF(Theme::px(2), 0), end + QPointF(-a, -a), end + QPointF(-a, a)});
        if (!edge.label.isEmpty()) {
            painter.setFont(Theme::secondaryFont());
            painter.setPen(c.muted);
            painter.drawText(QRectF(start.x(), (start.y() + end.y()) / 2 - Theme::px(20), end.x() - start.x(), Theme::px(18)),
                             Qt::AlignCenter, edge.label);
        }
    }
    for (int i = 0; i < int(m_nodes.size()); ++i) {
        const Node& node = m_nodes[std::size_t(i)];
        const QRectF box = nodeRect(i);
        const bool focus = hasFocus() && i == m_focus;
        painter.setPen(QPen(focus || node.current ? c.accent : i == m_hover ? c.faint : c.border, focus ? 2 : 1));
        painter.setBrush(node.current ? c.selection : i == m_hover ? c.hover : c.field);
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(6), Theme::px(6));
        double left = box.left() + Theme::px(10);
        if (!node.icon.isEmpty()) {
            const double side = Theme::px(16);
            Icons::paint(painter, QRectF(left, box.center().y() - side / 2, side, side), node.icon, node.current ? c.accent : c.muted);
            left += side + Theme::px(8);
        }
        const double room = box.right() - left - Theme::px(8);
        painter.setFont(Theme::strongFont());
        painter.setPen(c.text);
        painter.drawText(QRectF(left, box.top() + Theme::px(5), room, Theme::px(18)), Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetrics(painter.font()).elidedText(node.title, Qt::ElideMiddle, int(room)));
        painter.setFont(Theme::secondaryFont());
        painter.setPen(c.muted);
        painter.drawText(QRectF(left, box.top() + Theme::px(23), room, Theme::px(18)), Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetrics(painter.font()).elidedText(node.subtitle, Qt::ElideRight, int(room)));
    }
}

void LineageView::mouseMoveEvent(QMouseEvent* event)
{
    const int node = nodeAt(event->position());
    if (node == m_hover)
        return;
    m_hover = node;
    setCursor(node >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    setToolTip(node >= 0 ? m_nodes[std::size_t(node)].title : QString());
    update();
}

void LineageView::mouseReleaseEvent(QMouseEvent* event)
{
    const int node = nodeAt(event->position());
    if (event->button() != Qt::LeftButton || node < 0)
        return;
    m_focus = node;
    Q_EMIT nodeActivated(node);
}

void LineageView::leaveEvent(QEvent*)
{
    m_hover = -1;
    update();
}

void LineageView::keyPressEvent(QKeyEvent* event)
{
    const int count = int(m_nodes.size());
    if (count == 0) {
        QWidget::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Up: m_focus = std::max(0, m_focus - 1); break;
    case Qt::Key_Right:
    case Qt::Key_Down: m_focus = std::min(count - 1, m_focus + 1); break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space: Q_EMIT nodeActivated(m_focus); return;
    default: QWidget::keyPressEvent(event); return;
    }
    setAccessibleDescription(m_nodes[std::size_t(m_focus)].title);
    update();
}

} // namespace crucible::widgets
