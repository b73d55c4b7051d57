// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/token_panel.h"

#include "playground/entropy_chart.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QLabel>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::TextRole;
using widgets::Theme;
namespace format = widgets::format;

namespace {

constexpr int kRowHeight = 23; // px at the standard font
constexpr int kRows = 6;       // five alternatives, and the token itself when it is none of them

QString percentText(double probability)
{
    return probability >= 0.1 ? format::percent(probability) : probability >= 0.001 ? format::percent(probability, 1) : u"< "_s + format::percent(0.001, 1);
}

QString shownPiece(const TokenRecord& token) { return quotedPiece(token.text.isEmpty() ? token.piece : token.text); }

} // namespace

AlternativesView::AlternativesView(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void AlternativesView::setToken(const TokenRecord& token)
{
    m_rows.clear();
    QStringList spoken;
    for (const TokenAlternative& other : token.alternatives)
        m_rows.append({quotedPiece(other.text), std::exp(other.logprob), other.token == token.token});
    if (token.rank() == 0 && token.hasProbability())
        m_rows.append({shownPiece(token), token.probability(), true});
    for (const Row& row : std::as_const(m_rows))
        spoken << u"%1 %2"_s.arg(row.piece, percentText(row.probability));
    setAccessibleName(tr("Likeliest tokens: %1").arg(spoken.join(u", "_s)));
    updateGeometry();
    update();
}

void AlternativesView::clear()
{
    m_rows.clear();
    setAccessibleName({});
    updateGeometry();
    update();
}

QSize AlternativesView::sizeHint() const { return {Theme::px(220), Theme::px(kRowHeight) * kRows}; }

QSize AlternativesView::minimumSizeHint() const { return {Theme::px(120), Theme::px(kRowHeight) * kRows}; }

void AlternativesView::paintEvent(QPaintEvent*)
{
    const widgets::ThemeColors& c = Theme::colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double rowHeight = Theme::px(kRowHeight);
    const double numbers = QFontMetrics(Theme::secondaryFont()).horizontalAdvance(u"< 0.1 %"_s) + Theme::px(6);
    const double pieces = std::min(width() * 0.42, Theme::px(150) * 1.0);
    for (qsizetype i = 0; i < m_rows.size(); ++i) {
        const Row& row = m_rows[i];
        const QRectF line(0, static_cast<double>(i) * rowHeight, width(), rowHeight);
        if (i > 0)
            painter.fillRect(QRectF(line.left(), line.top(), line.width(), 1), c.hairline);
        QFont font = Theme::fixedFont();
        font.setWeight(row.chosen ? QFont::DemiBold : QFont::Normal);
        painter.setFont(font);
        painter.setPen(c.text);
        painter.drawText(line.adjusted(0, 0, -(line.width() - pieces), 0), Qt::AlignVCenter | Qt::AlignLeft,
                         QFontMetrics(font).elidedText(row.piece, Qt::ElideRight, static_cast<int>(pieces)));
        const QRectF bar(pieces + Theme::px(8), line.center().y() - Theme::px(3), std::max(0.0, width() - pieces - numbers - Theme::px(16)), Theme::px(6));
        painter.setPen(Qt::NoPen);
        painter.setBrush(c.hairline);
        painter.drawRoundedRect(bar, bar.height() / 2, bar.height() / 2);
        QRectF part = bar;
        part.setWidth(std::max(2.0, bar.width() * std::clamp(row.probability, 0.0, 1.0)));
        painter.setBrush(row.chosen ? c.accent : c.faint);
        painter.drawRoundedRect(part, std::min(part.width(), part.height()) / 2, part.height() / 2);
        painter.setFont(Theme::secondaryFont());
        painter.setPen(c.text);
        painter.drawText(line, Qt::AlignVCenter | Qt::AlignRight, percentText(row.probability));
    }
    if (m_rows.isEmpty()) {
        painter.setFont(Theme::secondaryFont());
        painter.setPen(c.muted);
        painter.drawText(rect(), Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, tr("Point at a token of an answer, or move the cursor through it, to see what else the model thought of."));
    }
}

TokenPanel::TokenPanel(QWidget* parent)
    : widgets::Card(tr("Token"), parent), m_alternatives(new AlternativesView), m_facts(new QLabel), m_chart(new EntropyChart)
{
    Theme::setTextRole(m_facts, TextRole::Muted);
    m_facts->setWordWrap(true);
    addWidget(m_facts);
    addWidget(m_alternatives);
    auto* caption = new QLabel(tr("Entropy along the text, bits"));
    Theme::setTextRole(caption, TextRole::Caption);
    addWidget(caption);
    addWidget(m_chart, 1);
    connect(m_chart, &EntropyChart::tokenHovered, this, &TokenPanel::tokenHovered);
    connect(m_chart, &EntropyChart::tokenChosen, this, &TokenPanel::tokenChosen);
    setCurrent(-1);
}

void TokenPanel::setTokens(const QList<TokenRecord>& tokens)
{
    m_tokens = tokens;
    m_chart->setTokens(tokens);
    setCurrent(m_current < tokens.size() ? m_current : -1);
}

void TokenPanel::setCurrent(int token)
{
    m_current = token;
    m_chart->setCurrent(token);
    if (token < 0 || token >= m_tokens.size()) {
        setTitle(tr("Token"));
        setHint({});
        m_alternatives->clear();
        m_facts->hide();
        return;
    }
    const TokenRecord& record = m_tokens[token];
    setTitle(tr("Token %1").arg(shownPiece(record)));
    setHint(tr("%1 of %2").arg(token + 1).arg(m_tokens.size()));
    m_alternatives->setToken(record);
    QStringList facts;
    if (std::isfinite(record.entropy))
        facts << tr("entropy %1 bits").arg(format::fixed(record.entropyBits(), 2));
    if (record.hasProbability()) {
        facts << (record.rank() > 0 ? tr("rank %1").arg(record.rank()) : tr("rank over %1").arg(record.alternatives.size()));
        facts << tr("surprise %1 bits").arg(format::fixed(-record.logprob / std::log(2.0), 2));
    } else {
        facts << tr("nothing came before it");
    }
    facts << tr("id %1").arg(record.token);
    m_facts->setText(facts.join(u" · "_s));
    m_facts->show();
}

QString TokenPanel::toHtml(const TokenRecord& token)
{
    QString rows;
    for (const TokenAlternative& other : token.alternatives) {
        const QString piece = quotedPiece(other.text).toHtmlEscaped();
        const QString percent = percentText(std::exp(other.logprob));
        const bool chosen = other.token == token.token;
        rows += u"<tr><td>%1</td><td align=right>&nbsp;&nbsp;%2</td></tr>"_s.arg(chosen ? u"<b>"_s + piece + u"</b>"_s : piece, percent);
    }
    if (token.rank() == 0 && token.hasProbability())
        rows += u"<tr><td><b>%1</b></td><td align=right>&nbsp;&nbsp;%2</td></tr>"_s.arg(shownPiece(token).toHtmlEscaped(), percentText(token.probability()));
    return rows.isEmpty() ? QString() : u"<table cellspacing=0>"_s + rows + u"</table>"_s;
}

} // namespace crucible::workbench
