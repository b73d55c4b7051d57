// SPDX-License-Identifier: GPL-3.0-or-later
// Where something came from: parents above, what was made of them below and further in, with a line from each to each. It
// takes the width it gets and as much height as the names need, so it fits a narrow panel.
#pragma once

#include <QString>
#include <QWidget>

#include <vector>

namespace crucible::widgets {

class LineageView : public QWidget {
    Q_OBJECT
public:
    struct Node {
        QString title, subtitle, icon;
        bool current = false; // the one this view is about
    };
    struct Edge {
        int from = 0, to = 0;
        QString label;
    };

    explicit LineageView(QWidget* parent = nullptr);
    // Edges that would close a circle are left out of the layout.
    void setGraph(std::vector<Node> nodes, std::vector<Edge> edges);
    void setEmptyText(const QString& text);
    int columnOf(int node) const { return m_columns.at(std::size_t(node)); }
    QRectF nodeRect(int node) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void nodeActivated(int node);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void layOut(); // generations and order
    void place();  // boxes for the present width
    int nodeAt(QPointF position) const;
    void paintEdge(class QPainter& painter, const Edge& edge) const;
    void paintNode(class QPainter& painter, int node) const;
    QString subtitleOf(int node) const;

    std::vector<Node> m_nodes;
    std::vector<Edge> m_edges;
    std::vector<int> m_columns;  // generation of each node
    std::vector<int> m_order;    // nodes from top to bottom
    std::vector<QRectF> m_boxes; // per node
    QString m_emptyText;
    int m_hover = -1, m_focus = 0;
};

} // namespace crucible::widgets
