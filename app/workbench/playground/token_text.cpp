// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/token_text.h"

#include "widgets/theme.h"

#include <QAbstractTextDocumentLayout>
#include <QPainter>
#include <QTextBlock>
#include <QTextLayout>
#include <QWheelEvent>

#include <algorithm>

namespace crucible::workbench {

using widgets::Theme;

namespace {

// A text document takes some characters for its own structure; each is shown as one other, so that places stay the same.
QString displayable(QString text)
{
    for (QChar& c : text) {
        if (c == u'\r')
            c = u'␍';
        else if (c.unicode() == 0xFDD0 || c.unicode() == 0xFDD1 || c.unicode() == 0xFFFC || c.isNull())
            c = QChar::ReplacementCharacter;
    }
    return text;
}

} // namespace

TokenText::TokenText(QWidget* parent) : QTextEdit(parent)
{
    setReadOnly(true);
    setFrameShape(QFrame::NoFrame);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setTabChangesFocus(true);
    setUndoRedoEnabled(false);
    setAcceptDrops(false);
    document()->setDocumentMargin(0);
    viewport()->setAutoFillBackground(false);
    viewport()->setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setContextMenuPolicy(Qt::NoContextMenu); // the message has one for all of it
    connect(document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this, &TokenText::updateHeight);
    connect(this, &QTextEdit::cursorPositionChanged, this, [this] {
        if (hasFocus() && !m_ends.empty())
            Q_EMIT tokenChosen(tokenAtCharacter(textCursor().position()));
    });
}

void TokenText::setContent(const QString& text, const QList<TokenRecord>& tokens, int tokensFrom)
{
    if (m_shown != text) {
        m_shown = text;
        setPlainText(displayable(text));
    }
    m_ends.clear();
    m_levels[0].clear();
    m_levels[1].clear();
    m_from = tokensFrom;
    addTokens(tokens);
    m_hovered = -1;
    viewport()->update();
}

void TokenText::grow(const QString& text, const QList<TokenRecord>& tokens)
{
    const QString added = text.mid(m_shown.size());
    m_shown = text;
    if (!added.isEmpty()) {
        QTextCursor end(document());
        end.movePosition(QTextCursor::End);
        end.insertText(displayable(added));
    }
    addTokens(tokens);
}

void TokenText::addTokens(const QList<TokenRecord>& tokens)
{
    int end = m_ends.empty() ? m_from : m_ends.back();
    for (auto i = static_cast<qsizetype>(m_ends.size()); i < tokens.size(); ++i) {
        end = std::min(end + static_cast<int>(tokens[i].text.size()), static_cast<int>(m_shown.size()));
        m_ends.push_back(end);
        m_levels[0].push_back(static_cast<signed char>(tokenLevel(tokens[i], TokenColoring::Probability)));
        m_levels[1].push_back(static_cast<signed char>(tokenLevel(tokens[i], TokenColoring::Entropy)));
    }
}

void TokenText::setColoring(TokenColoring coloring)
{
    m_coloring = coloring;
    viewport()->update();
}

void TokenText::setPartedAt(int character)
{
    m_partedAt = character;
    viewport()->update();
}

void TokenText::setMarkedToken(int token)
{
    if (m_marked == token)
        return;
    m_marked = token;
    viewport()->update();
}

TokenText::Place TokenText::placeOf(int token) const
{
    return {token == 0 ? m_from : m_ends[static_cast<std::size_t>(token) - 1], m_ends[static_cast<std::size_t>(token)]};
}

int TokenText::tokenAtCharacter(int character) const
{
    if (character < m_from)
        return -1;
    const auto found = std::ranges::upper_bound(m_ends, character);
    if (found == m_ends.end()) // the cursor behind the last character means the last token
        return m_ends.empty() || character > m_ends.back() ? -1 : static_cast<int>(m_ends.size()) - 1;
    return static_cast<int>(found - m_ends.begin());
}

int TokenText::tokenAtPoint(const QPoint& point) const
{
    const int character = document()->documentLayout()->hitTest(point, Qt::ExactHit);
    if (character < 0)
        return -1;
    // hitTest gives the nearest gap between characters; the token is the one whose rectangle holds the point.
    for (const int near : {character, character - 1}) {
        const int token = near < 0 ? -1 : tokenAtCharacter(near);
        bool inside = false;
        if (token >= 0)
            visitRects(token, [&](const QRectF& rect) { inside = inside || rect.contains(point); });
        if (inside)
            return token;
    }
    return -1;
}

template<class Visit>
void TokenText::visitRects(int token, Visit visit) const
{
    const auto [begin, end] = placeOf(token);
    const QAbstractTextDocumentLayout* layout = document()->documentLayout();
    for (QTextBlock block = document()->findBlock(begin); block.isValid() && block.position() < end; block = block.next()) {
        const QPointF corner = layout->blockBoundingRect(block).topLeft();
        const int from = std::max(begin, block.position()) - block.position();
        const int to = std::min(end, block.position() + block.length() - 1) - block.position();
        for (int i = 0; i < block.layout()->lineCount(); ++i) {
            const QTextLine line = block.layout()->lineAt(i);
            const int first = std::max(from, line.textStart());
            const int last = std::min(to, line.textStart() + line.textLength());
            if (first >= last)
                continue;
            const double x1 = line.cursorToX(first), x2 = line.cursorToX(last);
            visit(QRectF(corner.x() + std::min(x1, x2), corner.y() + line.y(), std::abs(x2 - x1), line.height()));
        }
    }
}

QRectF TokenText::tokenRect(int token) const
{
    QRectF rect;
    if (token >= 0 && token < tokenCount())
        visitRects(token, [&](const QRectF& each) { rect = rect.isNull() ? each : rect; });
    return rect;
}

void TokenText::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    painter.setRenderHint(QPainter::Antialiasing);
    const QAbstractTextDocumentLayout* layout = document()->documentLayout();
    const QRectF seen = event->rect();
    const auto ground = [](const QRectF& rect) { return rect.adjusted(0.25, 0.5, -0.25, -0.5); };
    if (!m_ends.empty() && (m_coloring != TokenColoring::None || m_marked >= 0 || m_hovered >= 0)) {
        // From the first token of the first line that is seen to the last.
        const auto at = [&](const QPointF& point) { return layout->hitTest(point, Qt::FuzzyHit); };
        const int first = std::max(0, tokenAtCharacter(std::max(m_from, at({0, seen.top()}))));
        const int lastCharacter = at({static_cast<double>(viewport()->width()), seen.bottom()});
        const std::vector<signed char>& levels = m_levels[m_coloring == TokenColoring::Entropy];
        for (int token = first; token < tokenCount() && placeOf(token).begin <= lastCharacter; ++token) {
            const int level = m_coloring == TokenColoring::None ? -1 : levels[static_cast<std::size_t>(token)];
            const bool ringed = token == m_marked || token == m_hovered;
            if (level < 1 && !ringed)
                continue;
            visitRects(token, [&](const QRectF& rect) {
                paintTokenGround(painter, ground(rect), level);
                if (ringed) {
                    painter.setPen(QPen(Theme::colors().accent, token == m_marked ? 1.4 : 1));
                    painter.setBrush(Qt::NoBrush);
                    painter.drawRoundedRect(ground(rect), Theme::px(3), Theme::px(3));
                }
            });
        }
    }
    if (m_partedAt >= 0 && m_partedAt <= static_cast<int>(m_shown.size())) {
        const QTextBlock block = document()->findBlock(m_partedAt);
        const QTextLine line = block.layout()->lineForTextPosition(m_partedAt - block.position());
        if (line.isValid()) {
            const QPointF corner = layout->blockBoundingRect(block).topLeft();
            const double x = corner.x() + line.cursorToX(m_partedAt - block.position());
            const double y = corner.y() + line.y();
            painter.setPen(QPen(Theme::colors().warning, 2));
            painter.drawLine(QPointF(std::max(1.0, x), y), QPointF(std::max(1.0, x), y + line.height()));
        }
    }
    painter.end();
    QTextEdit::paintEvent(event);
}

void TokenText::updateHeight()
{
    const int height = std::max(fontMetrics().lineSpacing(), static_cast<int>(std::ceil(document()->size().height())));
    if (height == m_height)
        return;
    m_height = height;
    setFixedHeight(height);
}

QSize TokenText::sizeHint() const { return {Theme::px(200), std::max(m_height, fontMetrics().lineSpacing())}; }

QSize TokenText::minimumSizeHint() const { return {Theme::px(60), std::max(m_height, fontMetrics().lineSpacing())}; }

void TokenText::resizeEvent(QResizeEvent* event)
{
    QTextEdit::resizeEvent(event);
    updateHeight();
}

void TokenText::setHovered(int token)
{
    if (token == m_hovered)
        return;
    m_hovered = token;
    viewport()->update();
    Q_EMIT tokenHovered(token);
}

void TokenText::mouseMoveEvent(QMouseEvent* event)
{
    QTextEdit::mouseMoveEvent(event);
    setHovered(event->buttons() == Qt::NoButton ? tokenAtPoint(event->position().toPoint()) : -1);
}

void TokenText::leaveEvent(QEvent* event)
{
    QTextEdit::leaveEvent(event);
    setHovered(-1);
}

// The transcript scrolls, not the text.
void TokenText::wheelEvent(QWheelEvent* event) { event->ignore(); }

void TokenText::changeEvent(QEvent* event)
{
    QTextEdit::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        updateHeight();
}

} // namespace crucible::workbench
