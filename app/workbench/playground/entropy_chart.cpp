// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/entropy_chart.h"

#include "widgets/number_format.h"
#include "widgets/paint_parts.h"
#include "widgets/table_window.h"
#include "widgets/theme.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace crucible::workbench {

using widgets::Theme;
namespace format = widgets::format;

EntropyChart::EntropyChart(QWidget* parent) : QWidget(parent)
{
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setProperty(Theme::kFramedFocus, true);
    setAccessibleName(tr("Entropy along the text"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
}

void EntropyChart::setTokens(const QList<TokenRecord>& tokens)
{
    m_bits.clear();
    m_pieces.clear();
    double most = 1;
    for (const TokenRecord& token : tokens) {
        m_bits.push_back(token.entropyBits());
        m_pieces.append(token.text.isEmpty() ? token.piece : token.text);
        if (std::isfinite(m_bits.back()))
            most = std::max(most, m_bits.back());
    }
    const double step = widgets::niceStep(most, 3);
    m_most = std::ceil(most / step) * step;
    update();
}

void EntropyChart::setCurrent(int token)
{
    if (token == m_current)
        return;
    m_current = token;
    update();
}

QSize EntropyChart::sizeHint() const { return {Theme::px(220), Theme::px(96)}; }

QSize EntropyChart::minimumSizeHint() const { return {Theme::px(120), Theme::px(78)}; }

QRectF EntropyChart::plotRect() const
{
    return QRectF(rect()).adjusted(0, Theme::px(6), -Theme::px(30), -Theme::px(8));
}

int EntropyChart::tokenAt(double x) const
{
    const QRectF plot = plotRect();
    if (m_bits.empty() || x < plot.left() || x > plot.right())
        return -1;
    const int count = static_cast<int>(m_bits.size());
    return std::clamp(static_cast<int>((x - plot.left()) / plot.width() * count), 0, count - 1);
}

void EntropyChart::paintEvent(QPaintEvent*)
{
    const widgets::ThemeColors& c = Theme::colors();
    QPainter painter(this);
    painter.setFont(widgets::axisFont());
    const QRectF plot = plotRect();
    const bool known = std::ranges::any_of(m_bits, [](double bits) { return std::isfinite(bits); });
    if (!known) {
        painter.setFont(Theme::secondaryFont());
        painter.setPen(c.muted);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap, tr("How unsure the model was at each token appears here."));
        return;
    }
    const double step = widgets::niceStep(m_most, 3);
    const auto yOf = [&](double bits) { return plot.bottom() - bits / m_most * plot.height(); };
    for (double bits = 0; bits <= m_most + step / 2; bits += step) {
        const double y = std::round(yOf(bits)) + 0.5;
        painter.setPen(c.grid);
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
        painter.setPen(c.muted);
        painter.drawText(QRectF(plot.right() + Theme::px(4), y - Theme::px(8), Theme::px(30), Theme::px(16)), Qt::AlignVCenter | Qt::AlignLeft,
                         format::number(bits));
    }
    const double count = static_cast<double>(m_bits.size());
    const double column = std::max(1.0, plot.width() / count);
    const double gap = column >= 4 ? 1 : 0;
    const int columns = static_cast<int>(std::min(count, std::floor(plot.width())));
    painter.setPen(Qt::NoPen);
    for (int i = 0; i < columns; ++i) {
        const auto first = static_cast<std::size_t>(i * count / columns);
        const auto last = std::max(first + 1, static_cast<std::size_t>((i + 1) * count / columns));
        double bits = 0;
        for (std::size_t token = first; token < last && token < m_bits.size(); ++token)
            if (std::isfinite(m_bits[token]))
                bits = std::max(bits, m_bits[token]);
        const double x = plot.left() + plot.width() * i / columns;
        const bool current = m_current >= static_cast<int>(first) && m_current < static_cast<int>(last);
        painter.setBrush(current ? c.accent : Theme::seriesColor(0));
        painter.setOpacity(current || m_current < 0 ? 1 : 0.55);
        painter.drawRect(QRectF(x, yOf(bits), std::max(1.0, plot.width() / columns - gap), std::max(1.0, plot.bottom() - yOf(bits))));
    }
    painter.setOpacity(1);
    if (m_current >= 0 && m_current < static_cast<int>(m_bits.size())) {
        const double x = plot.left() + plot.width() * (m_current + 0.5) / count;
        painter.setPen(QPen(c.accent, 1, Qt::DotLine));
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    }
}

void EntropyChart::mouseMoveEvent(QMouseEvent* event) { Q_EMIT tokenHovered(tokenAt(event->position().x())); }

void EntropyChart::mousePressEvent(QMouseEvent* event)
{
    if (const int token = tokenAt(event->position().x()); token >= 0)
        Q_EMIT tokenChosen(token);
}

void EntropyChart::leaveEvent(QEvent*) { Q_EMIT tokenHovered(-1); }

void EntropyChart::keyPressEvent(QKeyEvent* event)
{
    const int step = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    if (step == 0 || m_bits.empty())
        return QWidget::keyPressEvent(event);
    Q_EMIT tokenChosen(std::clamp(m_current + step, 0, static_cast<int>(m_bits.size()) - 1));
}

void EntropyChart::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu menu(this);
    menu.addAction(tr("Show as a table"), this, &EntropyChart::showTable);
    menu.exec(event->globalPos());
}

void EntropyChart::showTable()
{
    QList<QStringList> rows;
    for (std::size_t i = 0; i < m_bits.size(); ++i)
        rows.append({QString::number(i + 1), quotedPiece(m_pieces[static_cast<qsizetype>(i)]), std::isfinite(m_bits[i]) ? format::fixed(m_bits[i], 2) : format::missing()});
    widgets::showTableWindow(this, accessibleName(), {tr("token"), tr("text"), tr("entropy (bits)")}, rows);
}

} // namespace crucible::workbench
