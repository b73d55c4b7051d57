// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/layer_stack_editor.h"

#include "widgets/icons.h"
#include "widgets/theme.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace crucible::widgets {

using namespace Qt::StringLiterals;

LayerStackEditor::LayerStackEditor(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Slice stack"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void LayerStackEditor::setModels(std::vector<Model> models)
{
    m_models = std::move(models);
    update();
}

void LayerStackEditor::setSlices(std::vector<Slice> slices)
{
    if (slices == m_slices)
        return;
    m_slices = std::move(slices);
    m_current = m_slices.empty() ? -1 : std::clamp(m_current, 0, int(m_slices.size()) - 1);
    m_hover = m_drag = {};
    updateGeometry();
    update();
}

int LayerStackEditor::totalLayers() const
{
    int total = 0;
    for (const Slice& slice : m_slices)
        total += std::max(0, slice.end - slice.start);
    return total;
}

void LayerStackEditor::setCurrentIndex(int index)
{
    if (index < -1 || index >= int(m_slices.size()) || index == m_current)
        return;
    m_current = index;
    announce();
    update();
    Q_EMIT currentIndexChanged(index);
}

void LayerStackEditor::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

const LayerStackEditor::Model* LayerStackEditor::modelOf(const Slice& slice) const
{
    return slice.model >= 0 && slice.model < int(m_models.size()) ? &m_models[std::size_t(slice.model)] : nullptr;
}

// At least one layer, and none the model does not have (as far as the model is known).
LayerStackEditor::Slice LayerStackEditor::limited(Slice slice) const
{
    const Model* model = modelOf(slice);
    const int layers = model != nullptr && model->layers > 0 ? model->layers : std::max(slice.end, 1);
    slice.start = std::clamp(slice.start, 0, layers - 1);
    slice.end = std::clamp(slice.end, slice.start + 1, layers);
    return slice;
}

double LayerStackEditor::layerHeight() const
{
    const double gaps = Theme::px(4) * double(std::max<std::size_t>(1, m_slices.size()));
    const double least = Theme::px(34) * double(m_slices.size());
    const double room = height() - gaps - Theme::px(26) - least;
    return std::max(0.0, room) / std::max(1, totalLayers());
}

QRectF LayerStackEditor::blockRect(int index) const
{
    const double perLayer = std::min(layerHeight(), double(Theme::px(5)));
    double top = 1;
    for (int i = 0; i < index; ++i) {
        const Slice& s = m_slices[std::size_t(i)];
        top += Theme::px(34) + (s.end - s.start) * perLayer + Theme::px(4);
    }
    const Slice& slice = m_slices[std::size_t(index)];
    const double left = Theme::px(40);
    return {left, top, width() - left - 1, Theme::px(34) + (slice.end - slice.start) * perLayer};
}

LayerStackEditor::Hit LayerStackEditor::hitAt(QPointF position) const
{
    for (int i = 0; i < int(m_slices.size()); ++i) {
        const QRectF block = blockRect(i);
        if (!block.contains(position))
            continue;
        const double edge = std::min(double(Theme::px(6)), block.height() / 4);
        if (position.y() - block.top() < edge)
            return {i, Part::TopEdge};
        if (block.bottom() - position.y() < edge)
            return {i, Part::BottomEdge};
        return {i, Part::Body};
    }
    return {};
}

QSize LayerStackEditor::sizeHint() const
{
    return {Theme::px(420), std::max(Theme::px(180), int(m_slices.size()) * Theme::px(60) + Theme::px(30))};
}

QSize LayerStackEditor::minimumSizeHint() const
{
    return {Theme::px(220), std::max(Theme::px(120), int(m_slices.size()) * Theme::px(38) + Theme::px(28))};
}

void LayerStackEditor::changed()
{
    updateGeometry();
    update();
    announce();
    const std::vector<Slice> copy = m_slices;
    Q_EMIT slicesEdited(copy);
}

void LayerStackEditor::editOnce(std::vector<Slice> slices, int current)
{
    if (m_readOnly)
        return;
    Q_EMIT editingStarted();
    m_slices = std::move(slices);
    const int before = m_current;
    m_current = m_slices.empty() ? -1 : std::clamp(current, 0, int(m_slices.size()) - 1);
    m_hover = {};
    changed();
    Q_EMIT editingFinished();
    if (m_current != before)
        Q_EMIT currentIndexChanged(m_current);
}

void LayerStackEditor::announce()
{
    if (m_current < 0)
        return;
    const Slice& slice = m_slices[std::size_t(m_current)];
    const Model* model = modelOf(slice);
    setAccessibleDescription(tr("Slice %1 of %2: %3, layers %4 to %5")
                                 .arg(m_current + 1)
                                 .arg(m_slices.size())
                                 .arg(model != nullptr ? model->name : tr("no model"))
                                 .arg(slice.start)
                                 .arg(slice.end - 1));
}

void LayerStackEditor::addSlice(int model)
{
    std::vector<Slice> slices = m_slices;
    const int layers = model >= 0 && model < int(m_models.size()) ? m_models[std::size_t(model)].layers : 1;
    slices.push_back({model, 0, std::max(1, layers)});
    editOnce(std::move(slices), int(m_slices.size()));
}

void LayerStackEditor::splitSlice(int index, int layer)
{
    if (index < 0 || index >= int(m_slices.size()))
        return;
    std::vector<Slice> slices = m_slices;
    Slice& first = slices[std::size_t(index)];
    if (layer <= first.start || layer >= first.end)
        return;
    const Slice second{first.model, layer, first.end};
    first.end = layer;
    slices.insert(slices.begin() + index + 1, second);
    editOnce(std::move(slices), index + 1);
}

void LayerStackEditor::duplicateSlice(int index)
{
    if (index < 0 || index >= int(m_slices.size()))
        return;
    std::vector<Slice> slices = m_slices;
    slices.insert(slices.begin() + index + 1, m_slices[std::size_t(index)]);
    editOnce(std::move(slices), index + 1);
}

void LayerStackEditor::removeSlice(int index)
{
    if (index < 0 || index >= int(m_slices.size()))
        return;
    std::vector<Slice> slices = m_slices;
    slices.erase(slices.begin() + index);
    editOnce(std::move(slices), index);
}

void LayerStackEditor::moveSlice(int from, int to)
{
    if (from < 0 || from >= int(m_slices.size()) || to < 0 || to >= int(m_slices.size()) || from == to)
        return;
    std::vector<Slice> slices = m_slices;
    const Slice moved = slices[std::size_t(from)];
    slices.erase(slices.begin() + from);
    slices.insert(slices.begin() + to, moved);
    editOnce(std::move(slices), to);
}

void LayerStackEditor::mousePressEvent(QMouseEvent* event)
{
    const Hit hit = hitAt(event->position());
    if (event->button() != Qt::LeftButton || hit.index < 0)
        return;
    setCurrentIndex(hit.index);
    if (m_readOnly)
        return;
    m_drag = hit;
    m_dragFrom = event->position();
    m_dragSlice = m_slices[std::size_t(hit.index)];
    // Dragging an edge by a block's height moves it by the block's layers, whatever the window's size.
    m_dragLayerHeight = std::max(1.0, blockRect(hit.index).height() / (m_dragSlice.end - m_dragSlice.start));
}

void LayerStackEditor::mouseMoveEvent(QMouseEvent* event)
{
    if (m_drag.part == Part::None) {
        const Hit hit = hitAt(event->position());
        setCursor(m_readOnly || hit.part == Part::None ? Qt::ArrowCursor
                  : hit.part == Part::Body             ? Qt::OpenHandCursor
                                                       : Qt::SizeVerCursor);
        if (hit.index != m_hover.index || hit.part != m_hover.part) {
            m_hover = hit;
            update();
        }
        return;
    }
    const double dy = event->position().y() - m_dragFrom.y();
    if (!m_editing) {
        if (std::abs(dy) < 3)
            return;
        m_editing = true;
        Q_EMIT editingStarted();
    }
    if (m_drag.part == Part::Body) {
        setCursor(Qt::ClosedHandCursor);
        for (int i = 0; i < int(m_slices.size()); ++i) {
            const QRectF block = blockRect(i);
            const bool passedUp = i < m_drag.index && event->position().y() < block.center().y();
            const bool passedDown = i > m_drag.index && event->position().y() > block.center().y();
            if (!passedUp && !passedDown)
                continue;
            const Slice moved = m_slices[std::size_t(m_drag.index)];
            m_slices.erase(m_slices.begin() + m_drag.index);
            m_slices.insert(m_slices.begin() + i, moved);
            m_drag.index = i;
            setCurrentIndex(i);
            changed();
            break;
        }
        return;
    }
    const int layers = int(std::lround(dy / m_dragLayerHeight));
    Slice slice = m_dragSlice;
    if (m_drag.part == Part::TopEdge)
        slice.start = std::clamp(slice.start + layers, 0, slice.end - 1);
    else
        slice.end = slice.end + layers;
    slice = limited(slice);
    if (slice != m_slices[std::size_t(m_drag.index)]) {
        m_slices[std::size_t(m_drag.index)] = slice;
        changed();
    }
}

void LayerStackEditor::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_drag = {};
    setCursor(Qt::ArrowCursor);
    update();
    if (m_editing) {
        m_editing = false;
        Q_EMIT editingFinished();
    }
}

void LayerStackEditor::leaveEvent(QEvent*)
{
    m_hover = {};
    update();
}

// Up and Down choose a block, with Alt they move it. Left and Right change where it ends, with Shift where it starts.
// S splits it in the middle, D or Ctrl+D doubles it, Delete removes it.
void LayerStackEditor::keyPressEvent(QKeyEvent* event)
{
    if (m_slices.empty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    if (m_current < 0)
        m_current = 0;
    const bool alt = event->modifiers().testFlag(Qt::AltModifier);
    const bool shift = event->modifiers().testFlag(Qt::ShiftModifier);
    const Slice current = m_slices[std::size_t(m_current)];
    const auto stretch = [&](int by) {
        std::vector<Slice> slices = m_slices;
        Slice slice = current;
        (shift ? slice.start : slice.end) += by;
        if (slice.start >= slice.end)
            return;
        slices[std::size_t(m_current)] = limited(slice);
        if (slices != m_slices)
            editOnce(std::move(slices), m_current);
    };
    switch (event->key()) {
    case Qt::Key_Up: alt ? moveSlice(m_current, m_current - 1) : setCurrentIndex(std::max(0, m_current - 1)); break;
    case Qt::Key_Down:
        alt ? moveSlice(m_current, m_current + 1) : setCurrentIndex(std::min(int(m_slices.size()) - 1, m_current + 1));
        break;
    case Qt::Key_Right: stretch(1); break;
    case Qt::Key_Left: stretch(-1); break;
    case Qt::Key_S: splitSlice(m_current, (current.start + current.end) / 2); break;
    case Qt::Key_D: duplicateSlice(m_current); break;
    case Qt::Key_Delete:
    case Qt::Key_Backspace: removeSlice(m_current); break;
    default: QWidget::keyPressEvent(event);
    }
}

void LayerStackEditor::contextMenuEvent(QContextMenuEvent* event)
{
    if (m_readOnly)
        return;
    const bool keyboard = event->reason() == QContextMenuEvent::Keyboard;
    const int index = keyboard ? m_current : hitAt(event->pos()).index;
    QMenu menu(this);
    if (index >= 0) {
        setCurrentIndex(index);
        const Slice slice = m_slices[std::size_t(index)];
        const QRectF block = blockRect(index);
        const double part = keyboard ? 0.5 : (event->pos().y() - block.top()) / block.height();
        const int layer = std::clamp(slice.start + int(std::lround(part * (slice.end - slice.start))), slice.start + 1,
                                     std::max(slice.start + 1, slice.end - 1));
        QAction* split = menu.addAction(Icons::icon(u"split"_s, IconRole::Muted), tr("Split at layer %1").arg(layer), this,
                                        [this, index, layer] { splitSlice(index, layer); });
        split->setEnabled(slice.end - slice.start > 1);
        menu.addAction(Icons::icon(u"duplicate"_s, IconRole::Muted), tr("Duplicate"), this, [this, index] { duplicateSlice(index); });
        menu.addAction(Icons::icon(u"arrow-up"_s, IconRole::Muted), tr("Move up"), this, [this, index] { moveSlice(index, index - 1); })
            ->setEnabled(index > 0);
        menu.addAction(Icons::icon(u"arrow-down"_s, IconRole::Muted), tr("Move down"), this, [this, index] { moveSlice(index, index + 1); })
            ->setEnabled(index + 1 < int(m_slices.size()));
        menu.addAction(Icons::icon(u"delete"_s, IconRole::Muted), tr("Remove"), this, [this, index] { removeSlice(index); });
        menu.addSeparator();
    }
    for (int model = 0; model < int(m_models.size()); ++model)
        menu.addAction(Icons::icon(u"add"_s, IconRole::Muted), tr("Add layers of %1").arg(m_models[std::size_t(model)].name), this,
                       [this, model] { addSlice(model); });
    if (!menu.isEmpty())
        menu.exec(event->globalPos());
}

void LayerStackEditor::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeColors& c = Theme::colors();
    painter.setFont(Theme::secondaryFont());
    if (m_slices.empty()) {
        painter.setPen(c.muted);
        painter.drawText(rect().adjusted(Theme::px(16), 0, -Theme::px(16), 0), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    for (int i = 0; i < int(m_slices.size()); ++i)
        paintBlock(painter, i);
    painter.setFont(Theme::secondaryFont());
    painter.setPen(c.muted);
    const QRectF last = blockRect(int(m_slices.size()) - 1);
    painter.drawText(QRectF(last.left(), last.bottom() + Theme::px(4), last.width(), Theme::px(20)), Qt::AlignLeft | Qt::AlignVCenter,
                     tr("%n layers in all", nullptr, totalLayers()));
}

void LayerStackEditor::paintBlock(QPainter& painter, int index) const
{
    const ThemeColors& c = Theme::colors();
    const Slice& slice = m_slices[std::size_t(index)];
    const Model* model = modelOf(slice);
    const QRectF block = blockRect(index);
    const QColor color = Theme::seriesColor(model != nullptr ? model->style : slice.model);
    const bool current = index == m_current;
    QColor ground = color;
    ground.setAlphaF(Theme::isDark() ? 0.20F : 0.11F);
    painter.setPen(QPen(current ? (hasFocus() ? c.accent : color) : Qt::transparent, current ? 1.5 : 1));
    painter.setBrush(ground);
    painter.drawRoundedRect(block.adjusted(0.75, 0.75, -0.75, -0.75), Theme::px(6), Theme::px(6));
    painter.save();
    QPainterPath clip;
    clip.addRoundedRect(block, Theme::px(6), Theme::px(6));
    painter.setClipPath(clip);
    painter.fillRect(QRectF(block.left(), block.top(), Theme::px(4), block.height()), color);
    painter.restore();

    // The output layer this block starts at.
    int output = 0;
    for (int i = 0; i < index; ++i)
        output += m_slices[std::size_t(i)].end - m_slices[std::size_t(i)].start;
    QFont small = Theme::secondaryFont();
    small.setPixelSize(Theme::px(11));
    painter.setFont(small);
    painter.setPen(c.muted);
    painter.drawText(QRectF(0, block.top(), block.left() - Theme::px(8), Theme::px(16)), Qt::AlignRight | Qt::AlignVCenter, QString::number(output));

    const double left = block.left() + Theme::px(14);
    const double mapWidth = block.width() < Theme::px(260) ? 0 : std::min(block.width() * 0.28, double(Theme::px(120)));
    const double textWidth = block.width() - mapWidth - Theme::px(14 + 14 + 16);
    const double middle = block.center().y();
    painter.setFont(Theme::strongFont());
    painter.setPen(c.text);
    const QString name = model != nullptr ? model->name : tr("Model %1").arg(slice.model + 1);
    painter.drawText(QRectF(left, middle - Theme::px(17), textWidth, Theme::px(18)), Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(Theme::strongFont()).elidedText(name, Qt::ElideMiddle, int(textWidth)));
    painter.setFont(Theme::secondaryFont());
    painter.setPen(c.muted);
    const QString range = slice.end - slice.start == 1 ? tr("layer %1").arg(slice.start)
                                                       : tr("layers %1 to %2 · %n layers", nullptr, slice.end - slice.start)
                                                             .arg(slice.start)
                                                             .arg(slice.end - 1);
    painter.drawText(QRectF(left, middle - Theme::px(1), textWidth, Theme::px(18)), Qt::AlignLeft | Qt::AlignVCenter,
                     QFontMetrics(Theme::secondaryFont())
                         .elidedText(range, Qt::ElideRight, int(textWidth)));
    // Which part of the source this is.
    if (model == nullptr || model->layers <= 0 || mapWidth <= 0)
        return;
    const QRectF map(block.right() - mapWidth - Theme::px(14), middle - Theme::px(3), mapWidth, Theme::px(6));
    QColor rest = color;
    rest.setAlphaF(0.25F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(rest);
    painter.drawRoundedRect(map, Theme::px(3), Theme::px(3));
    painter.setBrush(color);
    painter.drawRoundedRect(QRectF(map.left() + map.width() * slice.start / model->layers, map.top(),
                                   std::max(double(Theme::px(3)), map.width() * (slice.end - slice.start) / model->layers), map.height()),
                            Theme::px(3), Theme::px(3));
    if (index == m_hover.index && m_hover.part != Part::None && !m_readOnly) {
        const double y = m_hover.part == Part::TopEdge ? block.top() + 1 : m_hover.part == Part::BottomEdge ? block.bottom() - Theme::px(3) : -1;
        if (y >= 0)
            painter.drawRoundedRect(QRectF(block.center().x() - Theme::px(16), y, Theme::px(32), Theme::px(2)), 1, 1);
    }
}

} // namespace crucible::widgets
