// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/metric_plot.h"

#include "widgets/number_format.h"
#include "widgets/paint_parts.h"
#include "widgets/plot_data.h"
#include "widgets/table_window.h"
#include "widgets/theme.h"

#include <qcustomplot.h>

#include <QContextMenuEvent>
#include <QFileDialog>
#include <QMenu>
#include <QSaveFile>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>
#include <limits>

namespace crucible::widgets {
namespace {

using namespace Qt::StringLiterals;

constexpr int kReplotMilliseconds = 100;

class LabelTicker : public QCPAxisTicker {
public:
    LabelTicker(const MetricPlot::Format* format, const bool* binary) : m_format(format), m_binary(binary) { setTickCount(5); }

protected:
    double getTickStep(const QCPRange& range) override 
    {
        if (*m_binary) // 512 MiB and 1 GiB, not 476.8 MiB and 953.7 MiB
            return std::exp2(std::round(std::log2(std::max(range.size(), 1.0) / tickCount())));
        return niceStep(range.size(), tickCount());
    }
    QString getTickLabel(double tick, const QLocale&, QChar, int) override { return (*m_format)(std::abs(tick) < 1e-12 ? 0 : tick); }
    // A label that would repeat the one before is left out.
    QVector<QString> createLabelVector(const QVector<double>& ticks, const QLocale& locale, QChar format, int precision) override
    {
        QVector<QString> labels = QCPAxisTicker::createLabelVector(ticks, locale, format, precision);
        for (qsizetype i = labels.size() - 1; i > 0; --i)
            if (labels[i] == labels[i - 1])
                labels[i].clear();
        return labels;
    }

private:
    const MetricPlot::Format* m_format;
    const bool* m_binary;
};

struct SeriesState {
    QString name;
    int style = 0;
    PlotSeries data;
    QCPGraph* raw = nullptr;
    QCPGraph* strong = nullptr;
};

struct MarkerState {
    double x = 0;
    QString text;
};

} // namespace

struct MetricPlot::Private {
    MetricPlot* q = nullptr;
    QCustomPlot* plot = nullptr;
    QWidget* overlay = nullptr;
    QTimer* timer = nullptr;
    std::vector<SeriesState> series;
    std::vector<MarkerState> markers;
    Format formatX, formatY;
    QString unitX, unitY, emptyText;
    double smoothing = 0;
    bool zeroBased = false;
    bool binaryX = false; // never
    bool binaryY = false;
    bool manual = false; // the reader has zoomed; the view is theirs until reset
    GrowingRange x, y;
    std::optional<double> crosshair;

    void schedule()
    {
        if (!timer->isActive())
            timer->start();
    }
    bool isEmpty() const
    {
        return std::all_of(series.begin(), series.end(), [](const SeriesState& s) { return s.data.x.empty(); });
    }
    void refresh();
    void restyle();
    void layout();
    void paintOverlay(QPainter& painter) const;
    void paintLabels(QPainter& painter) const;
    void paintCrosshair(QPainter& painter) const;
};

void MetricPlot::Private::restyle()
{
    const ThemeColors& c = Theme::colors();
    plot->setBackground(QBrush(Qt::NoBrush));
    for (QCPAxis* axis : {plot->xAxis, plot->yAxis}) {
        axis->setBasePen(Qt::NoPen);
        axis->setTickPen(Qt::NoPen);
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelColor(c.muted);
        axis->setTickLabelFont(axisFont());
        axis->setTickLabelPadding(Theme::px(6));
        axis->grid()->setZeroLinePen(Qt::NoPen);
    }
    plot->xAxis->grid()->setVisible(false);
    plot->yAxis->grid()->setPen(QPen(c.grid, 1));
    QColor band = c.accent;
    band.setAlpha(40);
    plot->selectionRect()->setPen(QPen(c.accent, 1));
    plot->selectionRect()->setBrush(band);
    for (SeriesState& s : series) {
        const QColor color = Theme::seriesColor(s.style);
        QColor faint = color;
        faint.setAlphaF(0.28F);
        s.raw->setPen(QPen(faint, 1));
        QPen pen(color, 2, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
        if (const QVector<qreal> dash = Theme::seriesDash(s.style); !dash.isEmpty())
            pen.setDashPattern(dash);
        s.strong->setPen(pen);
    }
}

void MetricPlot::Private::layout()
{
    const QFontMetricsF metrics(axisFont());
    double left = 0, right = 0;
    for (const double v : {y.low, y.high, y.low + (y.high - y.low) / 3})
        left = std::max(left, metrics.horizontalAdvance(formatY(v)));
    if (series.size() > 1 || (series.size() == 1 && !series.front().name.isEmpty()))
        for (const SeriesState& s : series)
            right = std::max(right, metrics.horizontalAdvance(s.name));
    const int most = int(q->width() * 0.28);
    plot->axisRect()->setAutoMargins(QCP::msNone);
    plot->axisRect()->setMargins({int(left) + Theme::px(14), Theme::px(unitY.isEmpty() ? 8 : 22),
                                  std::min(int(right) + Theme::px(14), most), Theme::px(26)});
    const int labelWidth = Theme::px(76);
    plot->xAxis->ticker()->setTickCount(std::clamp(plot->axisRect()->width() / labelWidth, 2, 8));
    plot->yAxis->ticker()->setTickCount(std::clamp(int(q->height() / Theme::px(46)), 2, 7));
    overlay->setGeometry(q->rect());
}

void MetricPlot::Private::refresh()
{
    if (plot->size().isEmpty()) // nothing to paint on; the next size comes with a refresh
        return;
    for (const SeriesState& s : series) {
        x.include(s.data.minX, s.data.maxX);
        y.include(s.data.minY, s.data.maxY);
    }
    if (zeroBased && y.isValid())
        y.include(0, 0);
    if (!manual) {
        if (x.isValid())
            plot->xAxis->setRange(x.low, x.high);
        if (y.isValid())
            plot->yAxis->setRange(y.low, y.high);
    }
    layout();
    const QCPRange visible = plot->xAxis->range();
    for (SeriesState& s : series) {
        const std::vector<double> smooth = s.data.smoothed(smoothing);
        const bool faint = smoothing > 0;
        s.raw->setVisible(faint);
        if (faint)
            s.raw->setData(QVector<double>(s.data.x.begin(), s.data.x.end()),
                           QVector<double>(s.data.y.begin(), s.data.y.end()), true);
        // A wide pen is dear per point, so the strong line is thinned to least and most per pixel column.
        const auto [tx, ty] = thinned(s.data.x, smooth, visible.lower, visible.upper, std::max(50, plot->axisRect()->width()));
        s.strong->setData(QVector<double>(tx.begin(), tx.end()), QVector<double>(ty.begin(), ty.end()), true);
        s.strong->setScatterStyle(tx.size() == 1 ? QCPScatterStyle(QCPScatterStyle::ssCircle, Theme::px(8)) : QCPScatterStyle());
    }
    plot->xAxis->setVisible(!isEmpty());
    plot->yAxis->setVisible(!isEmpty());
    plot->yAxis->grid()->setVisible(!isEmpty());
    plot->replot(QCustomPlot::rpQueuedReplot);
    overlay->update();
}

void MetricPlot::Private::paintLabels(QPainter& painter) const
{
    const QRectF area(plot->axisRect()->rect());
    const QFontMetricsF metrics(painter.font());
    struct Label {
        double y;
        int series;
    };
    std::vector<Label> labels;
    for (int i = 0; i < int(series.size()); ++i) {
        const SeriesState& s = series[std::size_t(i)];
        if (s.data.x.empty() || s.name.isEmpty() || s.strong->data()->isEmpty())
            continue;
        const double last = (s.strong->data()->constEnd() - 1)->value;
        if (!std::isfinite(last))
            continue;
        labels.push_back({std::clamp(plot->yAxis->coordToPixel(last), area.top(), area.bottom()), i});
    }
    std::sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) { return a.y < b.y; });
    std::vector<double> places;
    for (const Label& label : labels)
        places.push_back(label.y);
    spreadLabels(places, metrics.height(), area.top(), area.bottom());
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const SeriesState& s = series[std::size_t(labels[i].series)];
        painter.setPen(Theme::seriesColor(s.style));
        const double room = q->width() - area.right() - Theme::px(8);
        painter.drawText(QRectF(area.right() + Theme::px(8), places[i] - metrics.height() / 2, room, metrics.height()),
                         Qt::AlignLeft | Qt::AlignVCenter, metrics.elidedText(s.name, Qt::ElideRight, room));
    }
}

void MetricPlot::Private::paintOverlay(QPainter& painter) const
{
    const ThemeColors& c = Theme::colors();
    painter.setRenderHint(QPainter::Antialiasing);
    if (isEmpty()) {
        painter.setFont(Theme::secondaryFont());
        painter.setPen(c.muted);
        painter.drawText(q->rect().adjusted(Theme::px(16), 0, -Theme::px(16), 0), Qt::AlignCenter | Qt::TextWordWrap, emptyText);
        return;
    }
    painter.setFont(axisFont());
    const QRectF area(plot->axisRect()->rect());
    painter.setPen(c.faint);
    painter.drawText(QRectF(0, 0, area.left() + Theme::px(120), Theme::px(16)), Qt::AlignLeft | Qt::AlignTop, unitY);
    if (!unitX.isEmpty()) {
        // After the last tick label where the margin has room, else just above the axis.
        const QFontMetricsF metrics(painter.font());
        const double after = metrics.horizontalAdvance(formatX(x.high)) / 2 + Theme::px(8);
        const bool beside = q->width() - area.right() >= after + metrics.horizontalAdvance(unitX);
        const QRectF box = beside ? QRectF(area.right() + after, area.bottom() + Theme::px(6), q->width() - area.right(), Theme::px(16))
                                  : QRectF(area.left(), area.bottom() - Theme::px(17), area.width(), Theme::px(16));
        painter.drawText(box, (beside ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignTop, unitX);
    }
    for (const MarkerState& marker : markers) {
        const double px = std::round(plot->xAxis->coordToPixel(marker.x)) + 0.5;
        if (px < area.left() || px > area.right())
            continue;
        painter.setPen(QPen(c.border, 1));
        painter.drawLine(QPointF(px, area.top()), QPointF(px, area.bottom()));
        drawMarker(painter, {px, area.bottom()}, Theme::px(4), Marker::Diamond, c.muted, c.surface);
        painter.setPen(c.muted);
        painter.drawText(QPointF(px + Theme::px(4), area.bottom() - Theme::px(8)), marker.text);
    }
    paintLabels(painter);
    paintCrosshair(painter);
}

void MetricPlot::Private::paintCrosshair(QPainter& painter) const
{
    if (!crosshair)
        return;
    const ThemeColors& c = Theme::colors();
    const QRectF area(plot->axisRect()->rect());
    const double px = std::round(plot->xAxis->coordToPixel(*crosshair)) + 0.5;
    if (px < area.left() || px > area.right())
        return;
    painter.setPen(QPen(c.faint, 1, Qt::DashLine));
    painter.drawLine(QPointF(px, area.top()), QPointF(px, area.bottom()));
    QList<ValueRow> rows;
    for (const SeriesState& s : series) {
        const std::optional<std::size_t> at = s.data.nearest(*crosshair);
        if (!at)
            continue;
        const std::vector<double> smooth = s.data.smoothed(smoothing);
        const double value = smooth[*at];
        drawMarker(painter, {plot->xAxis->coordToPixel(s.data.x[*at]), plot->yAxis->coordToPixel(value)}, Theme::px(3.5),
                   Theme::seriesMarker(s.style), Theme::seriesColor(s.style), c.surface);
        rows << ValueRow{s.name, formatY(value), Theme::seriesColor(s.style)};
    }
    const QString title = unitX.isEmpty() ? formatX(*crosshair) : formatX(*crosshair) + QChar(format::kNoBreakSpace) + unitX;
    drawValueTable(painter, {px, area.top()}, area, title, rows);
}

MetricPlot::MetricPlot(QWidget* parent) : QWidget(parent), d(std::make_unique<Private>())
{
    d->q = this;
    d->formatX = d->formatY = [](double v) { return format::compact(v); };
    d->plot = new QCustomPlot(this);
    d->plot->setAttribute(Qt::WA_OpaquePaintEvent, false);
    d->plot->setFocusPolicy(Qt::NoFocus);
    d->plot->setInteractions(QCP::iRangeZoom);
    d->plot->setSelectionRectMode(QCP::srmZoom);
    d->plot->axisRect()->setRangeZoom(Qt::Horizontal);
    d->plot->setNoAntialiasingOnDrag(true);
    d->plot->setAntialiasedElements(QCP::aePlottables);
    d->plot->setNotAntialiasedElements(QCP::aeGrid);
    d->plot->xAxis->setTicker(QSharedPointer<QCPAxisTicker>(new LabelTicker(&d->formatX, &d->binaryX)));
    d->plot->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new LabelTicker(&d->formatY, &d->binaryY)));
    d->plot->installEventFilter(this);
    d->plot->setMouseTracking(true);
    d->plot->setContextMenuPolicy(Qt::NoContextMenu);
    d->overlay = new QWidget(this);
    d->overlay->setAttribute(Qt::WA_TransparentForMouseEvents);
    d->overlay->installEventFilter(this);
    d->timer = new QTimer(this);
    d->timer->setSingleShot(true);
    d->timer->setInterval(kReplotMilliseconds);
    connect(d->timer, &QTimer::timeout, this, [this] { d->refresh(); });
    connect(d->plot, &QCustomPlot::mouseWheel, this, [this] {
        d->manual = true;
        d->schedule();
    });
    connect(d->plot->selectionRect(), &QCPSelectionRect::accepted, this, [this] {
        d->manual = true;
        d->schedule();
    });
    connect(d->plot, &QCustomPlot::mouseDoubleClick, this, &MetricPlot::resetView);
    connect(&Theme::current(), &Theme::changed, this, [this] {
        d->restyle();
        d->refresh();
    });
    setFocusPolicy(Qt::StrongFocus);
    setProperty(Theme::kFramedFocus, true);
    setAccessibleName(tr("Chart"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    d->restyle();
    d->schedule();
}

MetricPlot::~MetricPlot() = default;

int MetricPlot::addSeries(const QString& name, int style)
{
    SeriesState s;
    s.name = name;
    s.style = style;
    s.raw = d->plot->addGraph();
    s.strong = d->plot->addGraph();
    d->series.push_back(std::move(s));
    d->restyle();
    d->schedule();
    return int(d->series.size()) - 1;
}

void MetricPlot::clearSeries()
{
    d->plot->clearGraphs();
    d->series.clear();
    d->x = d->y = {};
    d->manual = false;
    d->schedule();
}

int MetricPlot::seriesCount() const { return int(d->series.size()); }

void MetricPlot::append(int series, double x, double y)
{
    d->series.at(std::size_t(series)).data.append(x, y);
    d->schedule();
}

void MetricPlot::setData(int series, std::vector<double> x, std::vector<double> y)
{
    PlotSeries fresh;
    for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i)
        fresh.append(x[i], y[i]);
    d->series.at(std::size_t(series)).data = std::move(fresh);
    d->schedule();
}

std::vector<double> MetricPlot::xValues(int series) const { return d->series.at(std::size_t(series)).data.x; }
std::vector<double> MetricPlot::yValues(int series) const { return d->series.at(std::size_t(series)).data.y; }

std::vector<double> MetricPlot::smoothedValues(int series) const
{
    return d->series.at(std::size_t(series)).data.smoothed(d->smoothing);
}

void MetricPlot::addMarker(double x, const QString& text)
{
    d->markers.push_back({x, text});
    d->overlay->update();
}

void MetricPlot::clearMarkers()
{
    d->markers.clear();
    d->overlay->update();
}

void MetricPlot::setSmoothing(double weight)
{
    d->smoothing = std::clamp(weight, 0.0, 0.999);
    d->schedule();
}

void MetricPlot::setUnits(const QString& x, const QString& y)
{
    d->unitX = x;
    d->unitY = y;
    d->schedule();
}

void MetricPlot::setFormats(Format x, Format y)
{
    if (x)
        d->formatX = std::move(x);
    if (y)
        d->formatY = std::move(y);
    d->schedule();
}

void MetricPlot::setEmptyText(const QString& text)
{
    d->emptyText = text;
    d->overlay->update();
}

void MetricPlot::setBinarySteps(bool binary)
{
    d->binaryY = binary;
    d->schedule();
}

void MetricPlot::setZeroBased(bool zeroBased)
{
    d->zeroBased = zeroBased;
    d->schedule();
}

void MetricPlot::resetView()
{
    d->manual = false;
    d->x = d->y = {};
    d->refresh();
}

double MetricPlot::visibleLow() const { return d->plot->yAxis->range().lower; }
double MetricPlot::visibleHigh() const { return d->plot->yAxis->range().upper; }

void MetricPlot::replotNow()
{
    d->timer->stop();
    d->plot->resize(size());
    d->refresh();
    d->plot->replot(QCustomPlot::rpImmediateRefresh);
    d->refresh(); // the axis rectangle is known only now; thinning and labels follow it
    d->plot->replot(QCustomPlot::rpImmediateRefresh);
}

QString MetricPlot::toCsv() const
{
    QString text = u"series,x,y\n"_s;
    for (const SeriesState& s : d->series) {
        QString name = s.name;
        name.replace(u'"', u"\"\""_s);
        for (std::size_t i = 0; i < s.data.x.size(); ++i)
            text += u"\"%1\",%2,%3\n"_s.arg(name, QString::number(s.data.x[i], 'g', QLocale::FloatingPointShortest),
                                            QString::number(s.data.y[i], 'g', QLocale::FloatingPointShortest));
    }
    return text;
}

bool MetricPlot::saveImage(const QString& path)
{
    replotNow();
    if (path.endsWith(u".svg"_s, Qt::CaseInsensitive)) {
        QSvgGenerator generator;
        generator.setFileName(path);
        generator.setSize(size());
        generator.setViewBox(rect());
        QCPPainter painter;
        if (!painter.begin(&generator))
            return false;
        painter.setMode(QCPPainter::pmVectorized);
        painter.fillRect(rect(), Theme::colors().surface);
        d->plot->toPainter(&painter, width(), height());
        d->paintOverlay(painter);
        return painter.end();
    }
    QPixmap picture(size() * 2);
    picture.setDevicePixelRatio(2);
    picture.fill(Theme::colors().surface);
    render(&picture, {}, {}, QWidget::DrawChildren);
    return picture.save(path);
}

QSize MetricPlot::sizeHint() const { return {Theme::px(480), Theme::px(260)}; }
QSize MetricPlot::minimumSizeHint() const { return {Theme::px(200), Theme::px(110)}; }

void MetricPlot::setCrosshair(std::optional<double> x)
{
    d->crosshair = x;
    d->overlay->update();
}

void MetricPlot::showTable()
{
    const QString unit = d->unitX.isEmpty() ? tr("x") : d->unitX;
    QList<QStringList> rows;
    for (const SeriesState& s : d->series)
        for (std::size_t i = 0; i < s.data.x.size(); ++i)
            rows << QStringList{s.name, d->formatX(s.data.x[i]), d->formatY(s.data.y[i])};
    showTableWindow(this, accessibleName(), {tr("series"), unit, d->unitY.isEmpty() ? tr("value") : d->unitY}, rows);
}

void MetricPlot::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (rect().isEmpty())
        return;
    d->plot->setGeometry(rect());
    d->layout();
    d->schedule();
}

void MetricPlot::keyPressEvent(QKeyEvent* event)
{
    const QCPRange range = d->plot->xAxis->range();
    const double step = range.size() / 50;
    const auto zoom = [this](double factor) {
        d->manual = true;
        d->plot->xAxis->scaleRange(factor, d->crosshair.value_or(d->plot->xAxis->range().center()));
        d->refresh();
    };
    const auto moveTo = [this](double x) {
        setCrosshair(x);
        Q_EMIT crosshairMoved(d->crosshair);
    };
    switch (event->key()) {
    case Qt::Key_Left: moveTo(std::max(range.lower, d->crosshair.value_or(range.upper) - step)); break;
    case Qt::Key_Right: moveTo(std::min(range.upper, d->crosshair.value_or(range.lower) + step)); break;
    case Qt::Key_Plus: zoom(0.8); break;
    case Qt::Key_Minus: zoom(1.25); break;
    case Qt::Key_0: resetView(); break;
    case Qt::Key_T:
    case Qt::Key_Return: showTable(); break;
    case Qt::Key_Escape:
        if (d->crosshair) {
            setCrosshair({});
            Q_EMIT crosshairMoved({});
            break;
        }
        [[fallthrough]];
    default: QWidget::keyPressEvent(event);
    }
}

void MetricPlot::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    menu.addAction(tr("Show everything"), this, &MetricPlot::resetView);
    menu.addAction(tr("Show as a table…"), this, &MetricPlot::showTable);
    menu.addSeparator();
    const auto save = [this](const QString& filter, const QString& suffix) {
        const QString path = QFileDialog::getSaveFileName(this, tr("Save the chart"), u"chart."_s + suffix, filter);
        if (path.isEmpty())
            return;
        bool saved = false;
        if (suffix == u"csv"_s) {
            QSaveFile file(path);
            const QByteArray bytes = toCsv().toUtf8();
            saved = file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit();
        } else {
            saved = saveImage(path);
        }
        if (!saved)
            QMessageBox::warning(this, tr("Save the chart"), tr("%1 could not be written. Choose another folder.").arg(path));
    };
    menu.addAction(tr("Save as PNG…"), this, [save] { save(MetricPlot::tr("PNG picture (*.png)"), u"png"_s); });
    menu.addAction(tr("Save as SVG…"), this, [save] { save(MetricPlot::tr("SVG drawing (*.svg)"), u"svg"_s); });
    menu.addAction(tr("Save the values as CSV…"), this, [save] { save(MetricPlot::tr("Comma-separated values (*.csv)"), u"csv"_s); });
    menu.exec(event->globalPos());
}

bool MetricPlot::eventFilter(QObject* object, QEvent* event)
{
    if (object == d->overlay && event->type() == QEvent::Paint) {
        QPainter painter(d->overlay);
        d->paintOverlay(painter);
        return true;
    }
    if (object == d->plot && event->type() == QEvent::MouseMove && !d->isEmpty()) {
        const double x = d->plot->xAxis->pixelToCoord(static_cast<QMouseEvent*>(event)->position().x());
        setCrosshair(x);
        Q_EMIT crosshairMoved(d->crosshair);
    }
    if (object == d->plot && event->type() == QEvent::MouseButtonPress)
        setFocus(Qt::MouseFocusReason);
    if (object == d->plot && event->type() == QEvent::Leave) {
        setCrosshair({});
        Q_EMIT crosshairMoved({});
    }
    return QWidget::eventFilter(object, event);
}

} // namespace crucible::widgets
