// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/curve_editor.h"

#include "widgets/number_format.h"
#include "widgets/paint_parts.h"
#include "widgets/theme.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace crucible::widgets {
namespace {

using namespace Qt::StringLiterals;

constexpr double kSnap = 0.05;

double snapped(double value, double step)
{
    return std::round(value / step) * step;
}

} // namespace

CurveEditor::CurveEditor(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Curve over the layers"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void CurveEditor::setSeries(std::vector<Series> series)
{
    m_series = std::move(series);
    m_current = m_series.empty() ? 0 : std::clamp(m_current, 0, int(m_series.size()) - 1);
    const auto stillThere = [this](PointRef p) {
        return p.series >= 0 && p.series < int(m_series.size()) &&
               p.point < int(m_series[std::size_t(p.series)].values.size());
    };
    for (PointRef* ref : {&m_hover, &m_focus, &m_drag})
        if (!stillThere(*ref))
            *ref = {};
    if (m_drag.series < 0)
        m_heldAxis.reset();
    update();
}

void CurveEditor::setValues(int series, std::vector<double> values)
{
    if (series < 0 || series >= int(m_series.size()))
        return;
    std::vector<Series> all = m_series;
    all[std::size_t(series)].values = std::move(values);
    setSeries(std::move(all));
}

void CurveEditor::setCurrentSeries(int series)
{
    if (series == m_current || series < 0 || series >= int(m_series.size()))
        return;
    m_current = series;
    update();
    Q_EMIT currentSeriesChanged(series);
}

void CurveEditor::setLayerCount(int layers)
{
    m_layers = std::max(1, layers);
    update();
}

void CurveEditor::setRange(double low, double high)
{
    if (high <= low)
        return;
    m_low = low;
    m_high = high;
    update();
}

void CurveEditor::setHardLimits(std::optional<double> low, std::optional<double> high)
{
    m_hardLow = low;
    m_hardHigh = high;
}

void CurveEditor::setParameterName(const QString& name)
{
    m_parameter = name;
    setAccessibleName(name.isEmpty() ? tr("Curve over the layers") : tr("%1 along the layers").arg(name));
    update();
}

void CurveEditor::setReadOnly(bool readOnly)
{
    m_readOnly = readOnly;
    update();
}

void CurveEditor::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

QSize CurveEditor::sizeHint() const
{
    return {Theme::px(560), Theme::px(300)};
}

QSize CurveEditor::minimumSizeHint() const
{
    return {Theme::px(240), Theme::px(150)};
}

QRectF CurveEditor::plotRect() const
{
    const double marker = Theme::px(7);
    return QRectF(rect()).adjusted(Theme::px(34), marker, -Theme::px(14), -Theme::px(24));
}

double CurveEditor::layerAt(double fraction) const
{
    return fraction * (m_layers - 1);
}

CurveEditor::Axis CurveEditor::axis() const
{
    if (m_heldAxis)
        return *m_heldAxis;
    double low = m_low, high = m_high;
    for (const Series& s : m_series)
        for (const double v : s.values) {
            low = std::min(low, v);
            high = std::max(high, v);
        }
    const double step = niceStep(high - low, 4);
    return {std::floor(low / step + 1e-9) * step, std::ceil(high / step - 1e-9) * step, step};
}

double CurveEditor::yOf(double value) const
{
    const Axis a = axis();
    const QRectF plot = plotRect();
    return plot.bottom() - (value - a.low) / (a.high - a.low) * plot.height();
}

double CurveEditor::valueAt(double y) const
{
    const Axis a = axis();
    const QRectF plot = plotRect();
    return a.low + (plot.bottom() - y) / plot.height() * (a.high - a.low);
}

double CurveEditor::xOf(int series, int point) const
{
    const QRectF plot = plotRect();
    const std::size_t n = m_series[std::size_t(series)].values.size();
    return n < 2 ? plot.center().x() : plot.left() + plot.width() * point / double(n - 1);
}

QPointF CurveEditor::positionOf(PointRef point) const
{
    return {xOf(point.series, point.point),
            yOf(m_series[std::size_t(point.series)].values[std::size_t(point.point)])};
}

CurveEditor::PointRef CurveEditor::pointNear(QPointF position) const
{
    PointRef best;
    double bestDistance = Theme::px(12);
    for (int s = 0; s < int(m_series.size()); ++s)
        for (int p = 0; p < int(m_series[std::size_t(s)].values.size()); ++p) {
            // The strong series wins where points lie on each other.
            const double distance =
                QLineF(positionOf({s, p}), position).length() - (s == m_current ? Theme::px(3) : 0);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = {s, p};
            }
        }
    return best;
}

double CurveEditor::interpolated(int series, double fraction) const
{
    const std::vector<double>& v = m_series[std::size_t(series)].values;
    if (v.empty())
        return 0;
    if (v.size() == 1)
        return v.front();
    const double at = std::clamp(fraction, 0.0, 1.0) * double(v.size() - 1);
    const auto left = std::min(std::size_t(at), v.size() - 2);
    return v[left] + (v[left + 1] - v[left]) * (at - double(left));
}

int CurveEditor::seriesNear(QPointF position) const
{
    const QRectF plot = plotRect();
    const double fraction = (position.x() - plot.left()) / plot.width();
    int best = -1;
    double bestDistance = Theme::px(8);
    for (int s = 0; s < int(m_series.size()); ++s) {
        const double distance = std::abs(yOf(interpolated(s, fraction)) - position.y());
        if (distance < bestDistance) {
            bestDistance = distance;
            best = s;
        }
    }
    return best;
}

double CurveEditor::limited(double value) const
{
    if (m_hardLow)
        value = std::max(value, *m_hardLow);
    if (m_hardHigh)
        value = std::min(value, *m_hardHigh);
    // Three decimals are finer than a hand can point and short enough to read in a recipe.
    return std::round(value * 1000) / 1000;
}

bool CurveEditor::canEdit(int series) const
{
    return !m_readOnly && isEnabled() && series >= 0 && series < int(m_series.size()) &&
           m_series[std::size_t(series)].editable;
}

void CurveEditor::changeValue(PointRef point, double value)
{
    std::vector<double>& values = m_series[std::size_t(point.series)].values;
    double& target = values[std::size_t(point.point)];
    value = limited(value);
    if (target == value)
        return;
    target = value;
    update();
    announce();
    const std::vector<double> copy = values; // whoever is told may set other series
    Q_EMIT valuesEdited(point.series, copy);
}

void CurveEditor::editOnce(int series, std::vector<double> values)
{
    Q_EMIT editingStarted(series);
    m_series[std::size_t(series)].values = std::move(values);
    update();
    const std::vector<double> copy = m_series[std::size_t(series)].values;
    Q_EMIT valuesEdited(series, copy);
    Q_EMIT editingFinished(series);
}

// Points are spaced evenly by definition, so one more point re-samples the curve: the new list follows the old curve at
// its own places, and the clicked place decides nothing but which of them is selected.
void CurveEditor::addPoint(int series, double fraction)
{
    if (!canEdit(series))
        return;
    const std::size_t n = m_series[std::size_t(series)].values.size();
    const std::size_t count = n < 2 ? 3 : n + 1;
    if (count > std::size_t(std::max(3, m_layers)))
        return;
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = limited(interpolated(series, double(i) / double(count - 1)));
    const int nearest = int(std::lround(std::clamp(fraction, 0.0, 1.0) * double(count - 1)));
    m_focus = {series, nearest};
    editOnce(series, std::move(values));
}

void CurveEditor::removePoint(PointRef point)
{
    if (!canEdit(point.series) || point.point < 0)
        return;
    std::vector<double> values = m_series[std::size_t(point.series)].values;
    if (values.size() < 2)
        return;
    values.erase(values.begin() + point.point);
    m_hover = {};
    m_focus = {point.series, std::min(point.point, int(values.size()) - 1)};
    editOnce(point.series, std::move(values));
}

void CurveEditor::makeConstant(int series, bool constant)
{
    if (!canEdit(series))
        return;
    const std::vector<double>& values = m_series[std::size_t(series)].values;
    double mean = 0;
    for (const double v : values)
        mean += v / double(values.size());
    m_focus = {series, 0};
    m_hover = {};
    editOnce(series, constant ? std::vector<double>{limited(mean)} : std::vector<double>(5, limited(mean)));
}

void CurveEditor::setFocusedPoint(PointRef point)
{
    m_focus = point;
    if (point.series >= 0)
        setCurrentSeries(point.series);
    announce();
    update();
}

// Screen readers hear the point as the widget's description.
void CurveEditor::announce()
{
    if (m_focus.series < 0)
        return;
    const Series& s = m_series[std::size_t(m_focus.series)];
    if (m_focus.point < 0 || m_focus.point >= int(s.values.size()))
        return;
    const double fraction = s.values.size() < 2 ? 0 : double(m_focus.point) / double(s.values.size() - 1);
    setAccessibleDescription(
        tr("%1, layer %2, value %3")
            .arg(s.name, format::number(layerAt(fraction), 3), format::number(s.values[std::size_t(m_focus.point)], 3)));
}

void CurveEditor::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    const PointRef point = pointNear(event->position());
    if (point.series < 0) {
        if (const int series = seriesNear(event->position()); series >= 0)
            setCurrentSeries(series);
        return;
    }
    setFocusedPoint(point);
    if (!canEdit(point.series))
        return;
    m_heldAxis = axis();
    m_drag = point;
    Q_EMIT editingStarted(point.series);
}

void CurveEditor::mouseMoveEvent(QMouseEvent* event)
{
    if (m_drag.series >= 0) {
        const Axis a = axis();
        const QRectF plot = plotRect();
        double value = valueAt(std::clamp(event->position().y(), plot.top(), plot.bottom()));
        const double fine = (a.high - a.low) / 100; // one hundredth of the axis by hand
        value = snapped(value, event->modifiers().testFlag(Qt::ShiftModifier) ? kSnap : std::max(0.01, niceStep(fine, 1)));
        changeValue(m_drag, value);
        return;
    }
    const PointRef hover = pointNear(event->position());
    if (hover != m_hover) {
        m_hover = hover;
        setCursor(hover.series >= 0 && canEdit(hover.series) ? Qt::SizeVerCursor : Qt::ArrowCursor);
        update();
    }
}

void CurveEditor::mouseReleaseEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || m_drag.series < 0)
        return;
    const int series = m_drag.series;
    m_drag = {};
    m_heldAxis.reset();
    update();
    Q_EMIT editingFinished(series);
}

void CurveEditor::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton || m_series.empty() || pointNear(event->position()).series >= 0)
        return;
    const QRectF plot = plotRect();
    if (const int series = seriesNear(event->position()); series >= 0)
        setCurrentSeries(series);
    addPoint(m_current, (event->position().x() - plot.left()) / plot.width());
}

void CurveEditor::leaveEvent(QEvent*)
{
    m_hover = {};
    update();
}

void CurveEditor::keyPressEvent(QKeyEvent* event)
{
    if (m_focus.series < 0 || !canEdit(m_focus.series)) {
        QWidget::keyPressEvent(event);
        return;
    }
    const std::vector<double> values = m_series[std::size_t(m_focus.series)].values;
    if (m_focus.point < 0 || m_focus.point >= int(values.size())) {
        QWidget::keyPressEvent(event);
        return;
    }
    const double current = values[std::size_t(m_focus.point)];
    const double step = event->modifiers().testFlag(Qt::ShiftModifier) ? kSnap : 0.01;
    const auto change = [&](double value) {
        Q_EMIT editingStarted(m_focus.series);
        changeValue(m_focus, value);
        Q_EMIT editingFinished(m_focus.series);
    };
    switch (event->key()) {
    case Qt::Key_Up: change(snapped(current + step, step)); break;
    case Qt::Key_Down: change(snapped(current - step, step)); break;
    case Qt::Key_PageUp: change(current + 0.1); break;
    case Qt::Key_PageDown: change(current - 0.1); break;
    case Qt::Key_Home: change(m_hardLow.value_or(m_low)); break;
    case Qt::Key_End: change(m_hardHigh.value_or(m_high)); break;
    case Qt::Key_Left:
        if (m_focus.point > 0)
            setFocusedPoint({m_focus.series, m_focus.point - 1});
        break;
    case Qt::Key_Right:
        if (m_focus.point + 1 < int(values.size()))
            setFocusedPoint({m_focus.series, m_focus.point + 1});
        break;
    case Qt::Key_Delete:
    case Qt::Key_Backspace: removePoint(m_focus); break;
    case Qt::Key_Insert:
    case Qt::Key_Plus:
        addPoint(m_focus.series, values.size() < 2 ? 0.5 : double(m_focus.point) / double(values.size() - 1));
        break;
    default: QWidget::keyPressEvent(event);
    }
}

// Tab walks through all points of all series before it leaves the editor.
bool CurveEditor::focusNextPrevChild(bool next)
{
    std::vector<PointRef> points;
    for (int s = 0; s < int(m_series.size()); ++s)
        for (int p = 0; p < int(m_series[std::size_t(s)].values.size()); ++p)
            points.push_back({s, p});
    const auto at = std::find(points.begin(), points.end(), m_focus);
    if (at == points.end() || (next && at + 1 == points.end()) || (!next && at == points.begin()))
        return QWidget::focusNextPrevChild(next);
    setFocusedPoint(next ? *(at + 1) : *(at - 1));
    return true;
}

void CurveEditor::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    if (event->reason() == Qt::MouseFocusReason || m_series.empty())
        return;
    const int last = int(m_series.size()) - 1;
    if (event->reason() == Qt::BacktabFocusReason)
        setFocusedPoint({last, int(m_series[std::size_t(last)].values.size()) - 1});
    else if (m_focus.series < 0 || event->reason() == Qt::TabFocusReason)
        setFocusedPoint({0, 0});
}

void CurveEditor::contextMenuEvent(QContextMenuEvent* event)
{
    if (m_series.empty() || !canEdit(m_current))
        return;
    const QPointF at = event->reason() == QContextMenuEvent::Keyboard && m_focus.series >= 0 ? positionOf(m_focus)
                                                                                             : QPointF(event->pos());
    const PointRef point = pointNear(at);
    const QRectF plot = plotRect();
    const bool constant = m_series[std::size_t(m_current)].values.size() == 1;
    QMenu menu(this);
    menu.addAction(tr("Add a point"), this,
                   [this, at, plot] { addPoint(m_current, (at.x() - plot.left()) / plot.width()); });
    QAction* remove = menu.addAction(tr("Remove this point"), this, [this, point] { removePoint(point); });
    remove->setEnabled(point.series >= 0 && m_series[std::size_t(point.series)].values.size() > 1);
    menu.addSeparator();
    menu.addAction(constant ? tr("Make it a curve") : tr("Make it a constant"), this,
                   [this, constant] { makeConstant(m_current, !constant); });
    menu.addAction(tr("Mirror left to right"), this, [this] {
        std::vector<double> values = m_series[std::size_t(m_current)].values;
        std::reverse(values.begin(), values.end());
        editOnce(m_current, std::move(values));
    });
    menu.exec(event->globalPos());
}

} // namespace crucible::widgets
