// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/lineage_view.h"

#include "widgets/icons.h"
#include "widgets/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QTextLayout>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace crucible::widgets {
namespace {

constexpr int kDeepest = 6;   // generations that still move further in
constexpr int kTitleLines = 2;

int indent() { return Theme::px(18); }
int gutter() { return Theme::px(16); } // left of a box, for the line that leaves it
int sidePadding() { return Theme::px(10); }
int iconSide() { return Theme::px(16); }

// The lines of a title, broken where words or, failing that, letters end; the last one elided.
QStringList titleLines(const QString& text, double width)
{
    const QFont font = Theme::strongFont();
    const QFontMetricsF metrics(font);
    QTextLayout layout(text, font);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    QStringList lines;
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(std::max(width, metrics.averageCharWidth()));
        if (lines.size() + 1 == kTitleLines) {
            lines << metrics.elidedText(text.mid(line.textStart()), Qt::ElideMiddle, width);
            break;
        }
        lines << text.mid(line.textStart(), line.textLength());
    }
    layout.endLayout();
    return lines;
}

} // namespace

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
    m_order.resize(count);
    std::iota(m_order.begin(), m_order.end(), 0);
    std::stable_sort(m_order.begin(), m_order.end(),
                     [this](int a, int b) { return m_columns[std::size_t(a)] < m_columns[std::size_t(b)]; });
    place();
}

void LineageView::place()
{
    const double titleHeight = QFontMetricsF(Theme::strongFont()).height();
    const double subtitleHeight = QFontMetricsF(Theme::secondaryFont()).height();
    m_boxes.assign(m_nodes.size(), {});
    double top = 0;
    for (const int node : m_order) {
        const double left = gutter() + std::min(m_columns[std::size_t(node)], kDeepest) * indent();
        QRectF& box = m_boxes[std::size_t(node)];
        box = QRectF(left, top, std::max(width() - left - 1, double(Theme::px(80))), 0);
        const double room = box.width() - 2 * sidePadding() - iconSide() - Theme::px(8);
        box.setHeight(double(titleLines(m_nodes[std::size_t(node)].title, room).size()) * titleHeight + subtitleHeight + Theme::px(12));
        top = box.bottom() + Theme::px(8);
    }
    setMinimumHeight(m_nodes.empty() ? Theme::px(56) : int(std::ceil(top)));
}

void LineageView::resizeEvent(QResizeEvent*)
{
    place();
}

QRectF LineageView::nodeRect(int node) const
{
    return m_boxes.at(std::size_t(node));
}

QSize LineageView::sizeHint() const { return {Theme::px(280), minimumHeight()}; }

QSize LineageView::minimumSizeHint() const { return {Theme::px(160), minimumHeight()}; }

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
    for (const Edge& edge : m_edges)
        paintEdge(painter, edge);
    for (int i = 0; i < int(m_nodes.size()); ++i)
        paintNode(painter, i);
}

// Out of the left side, down beside the boxes, into the left side of the other.
void LineageView::paintEdge(QPainter& painter, const Edge& edge) const
{
    const ThemeColors& c = Theme::colors();
    const QRectF from = nodeRect(edge.from), to = nodeRect(edge.to);
    const QPointF start(from.left(), std::round(from.center().y()) + 0.5), end(to.left() - Theme::px(2), std::round(to.center().y()) + 0.5);
    const double trunk = std::round(from.left() - gutter() / 2.0) + 0.5;
    const double radius = Theme::px(5), down = end.y() > start.y() ? 1 : -1;
    QPainterPath path(start);
    path.lineTo(trunk + radius, start.y());
    path.quadTo(trunk, start.y(), trunk, start.y() + down * radius);
    path.lineTo(trunk, end.y() - down * radius);
    path.quadTo(trunk, end.y(), trunk + radius, end.y());
    path.lineTo(end);
    const bool lit = edge.from == m_hover || edge.to == m_hover;
    painter.setPen(QPen(lit ? c.accent : c.faint, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
    painter.setPen(Qt::NoPen);
    painter.setBrush(lit ? c.accent : c.faint);
    const double a = Theme::px(4);
    painter.drawPolygon(QPolygonF{end + QPointF(Theme::px(2), 0), end + QPointF(-a, -a), end + QPointF(-a, a)});
}

// What it is, and as what others used it: "model · base".
QString LineageView::subtitleOf(int node) const
{
    QStringList parts{m_nodes[std::size_t(node)].subtitle};
    for (const Edge& edge : m_edges)
        if (edge.from == node && !edge.label.isEmpty() && !parts.contains(edge.label))
            parts << edge.label;
    return parts.join(QStringLiteral(" · "));
}

void LineageView::paintNode(QPainter& painter, int i) const
{
    const ThemeColors& c = Theme::colors();
    const Node& node = m_nodes[std::size_t(i)];
    const QRectF box = nodeRect(i);
    const bool focus = hasFocus() && i == m_focus;
    painter.setPen(QPen(focus || node.current ? c.accent : i == m_hover ? c.faint : c.border, focus ? 2 : 1));
    painter.setBrush(node.current ? c.selection : i == m_hover ? c.hover : c.field);
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(6), Theme::px(6));
    double left = box.left() + sidePadding();
    if (!node.icon.isEmpty()) {
        Icons::paint(painter, QRectF(left, box.center().y() - iconSide() / 2.0, iconSide(), iconSide()), node.icon,
                     node.current ? c.accent : c.muted);
        left += iconSide() + Theme::px(8);
    }
    const double room = box.right() - left - sidePadding();
    double top = box.top() + Theme::px(6);
    painter.setFont(Theme::strongFont());
    painter.setPen(c.text);
    const double titleHeight = QFontMetricsF(painter.font()).height();
    for (const QString& line : titleLines(node.title, room)) {
        painter.drawText(QRectF(left, top, room + 1, titleHeight), Qt::AlignLeft | Qt::AlignVCenter, line);
        top += titleHeight;
    }
    painter.setFont(Theme::secondaryFont());
    painter.setPen(c.muted);
    const QFontMetricsF metrics(painter.font());
    painter.drawText(QRectF(left, top, room, metrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(subtitleOf(i), Qt::ElideRight, room));
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
