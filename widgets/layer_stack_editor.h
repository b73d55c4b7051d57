// SPDX-License-Identifier: GPL-3.0-or-later
// A model stacked from layer ranges of other models: one block per slice, output layer 0 at the top. Blocks are dragged
// to reorder, their edges dragged to change where a range starts and ends; the keyboard does the same (see keyPressEvent).
#pragma once

#include <QStringList>
#include <QWidget>

#include <vector>

namespace crucible::widgets {

class LayerStackEditor : public QWidget {
    Q_OBJECT
public:
    struct Slice {
        int model = 0;
        int start = 0; // first layer
        int end = 0;   // one past the last layer
        bool operator==(const Slice&) const = default;
    };
    struct Model {
        QString name;
        int layers = 0;
        int style = 0; // the theme's series colour
    };

    explicit LayerStackEditor(QWidget* parent = nullptr);
    void setModels(std::vector<Model> models);
    void setSlices(std::vector<Slice> slices);
    const std::vector<Slice>& slices() const { return m_slices; }
    int totalLayers() const;
    int currentIndex() const { return m_current; }
    void setCurrentIndex(int index);
    void setReadOnly(bool readOnly) { m_readOnly = readOnly; }
    void setEmptyText(const QString& text);

    void addSlice(int model);                  // all layers of the model, at the end
    void splitSlice(int index, int layer);     // `layer` becomes the first of the second part
    void duplicateSlice(int index);
    void removeSlice(int index);
    void moveSlice(int from, int to);
    QRectF blockRect(int index) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void editingStarted();
    void slicesEdited(const std::vector<Slice>& slices);
    void editingFinished();
    void currentIndexChanged(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    enum class Part { None, Body, TopEdge, BottomEdge };
    struct Hit {
        int index = -1;
        Part part = Part::None;
    };
    Hit hitAt(QPointF position) const;
    const Model* modelOf(const Slice& slice) const;
    Slice limited(Slice slice) const;
    double layerHeight() const;
    void changed();
    void editOnce(std::vector<Slice> slices, int current);
    void announce();
    void paintBlock(QPainter& painter, int index) const;

    std::vector<Model> m_models;
    std::vector<Slice> m_slices;
    int m_current = -1;
    QString m_emptyText;
    bool m_readOnly = false;
    Hit m_hover, m_drag;
    QPointF m_dragFrom;
    Slice m_dragSlice;
    double m_dragLayerHeight = 1;
    bool m_editing = false;
};

} // namespace crucible::widgets
