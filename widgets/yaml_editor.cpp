// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/yaml_editor.h"

#include "widgets/icons.h"
#include "widgets/theme.h"
#include "widgets/yaml_highlighter.h"

#include <QAction>
#include <QHelpEvent>
#include <QLineEdit>
#include <QPainter>
#include <QScrollBar>
#include <QTextBlock>
#include <QToolTip>

#include <algorithm>

namespace crucible::widgets {
namespace {

using namespace Qt::StringLiterals;

QColor colorOf(YamlEditor::Severity severity)
{
    const ThemeColors& c = Theme::colors();
    return severity == YamlEditor::Severity::Error ? c.error : severity == YamlEditor::Severity::Warning ? c.warning : c.accent;
}

QString iconOf(YamlEditor::Severity severity)
{
    return severity == YamlEditor::Severity::Error ? u"error"_s : severity == YamlEditor::Severity::Warning ? u"warning"_s : u"info"_s;
}

class Gutter : public QWidget {
public:
    explicit Gutter(YamlEditor* editor) : QWidget(editor), m_editor(editor) {}

protected:
    void paintEvent(QPaintEvent* event) override { m_editor->paintGutter(event); }

private:
    YamlEditor* m_editor;
};

} // namespace

YamlEditor::YamlEditor(QWidget* parent) : QPlainTextEdit(parent)
{
    m_highlighter = new YamlHighlighter(document());
    m_gutter = new Gutter(this);
    setFont(Theme::fixedFont());
    setLineWrapMode(QPlainTextEdit::NoWrap);
    setTabChangesFocus(true);
    setAccessibleName(tr("Recipe as YAML"));
    setFrameShape(QFrame::NoFrame);
    viewport()->setAutoFillBackground(false);
    m_find = new QLineEdit(this);
    m_find->setPlaceholderText(tr("Find"));
    m_find->setAccessibleName(tr("Find in the text"));
    m_find->setClearButtonEnabled(true);
    m_find->addAction(Icons::icon(u"search"_s, IconRole::Faint), QLineEdit::LeadingPosition);
    m_find->hide();
    connect(m_find, &QLineEdit::returnPressed, this, [this] { findNext(false); });
    auto* close = new QAction(this);
    close->setShortcut(Qt::Key_Escape);
    close->setShortcutContext(Qt::WidgetShortcut);
    m_find->addAction(close);
    connect(close, &QAction::triggered, this, [this] {
        m_find->hide();
        setFocus();
    });
    connect(this, &QPlainTextEdit::blockCountChanged, this, &YamlEditor::updateGutter);
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, &YamlEditor::updateSelections);
    connect(this, &QPlainTextEdit::updateRequest, this, [this](const QRect&, int dy) {
        if (dy != 0)
            m_gutter->scroll(0, dy);
        m_gutter->update();
    });
    connect(&Theme::current(), &Theme::changed, this, [this] {
        m_highlighter->rehighlight();
        updateSelections();
    });
    updateGutter();
    updateSelections();
}

void YamlEditor::setLineNumbersVisible(bool visible)
{
    m_lineNumbers = visible;
    m_gutter->setVisible(visible);
    updateGutter();
}

int YamlEditor::gutterWidth() const
{
    if (!m_lineNumbers)
        return Theme::px(10);
    const int digits = std::max(2, int(QString::number(blockCount()).size()));
    return fontMetrics().horizontalAdvance(u'9') * digits + Theme::px(14 + 4 + 12);
}

void YamlEditor::updateGutter()
{
    setViewportMargins(gutterWidth(), Theme::px(6), Theme::px(4), Theme::px(6));
    m_gutter->setGeometry(1, Theme::px(6), gutterWidth() - Theme::px(4), height() - Theme::px(12));
    m_gutter->update();
}

void YamlEditor::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    updateGutter();
    const int width_ = std::min(Theme::px(220), width() - Theme::px(24));
    m_find->setGeometry(width() - width_ - Theme::px(14), Theme::px(6), width_, Theme::px(30));
}

void YamlEditor::paintEvent(QPaintEvent* event)
{
    {
        QPainter painter(viewport());
        painter.fillRect(event->rect(), Theme::colors().sunken);
        if (!isReadOnly() && hasFocus()) {
            const QRectF line = blockBoundingGeometry(textCursor().block()).translated(contentOffset());
            painter.fillRect(QRectF(0, line.top(), viewport()->width(), line.height()), Theme::colors().hover);
        }
    }
    QPlainTextEdit::paintEvent(event);
}

void YamlEditor::paintGutter(QPaintEvent*)
{
    const ThemeColors& c = Theme::colors();
    QPainter painter(m_gutter);
    painter.setFont(font());
    const int side = Theme::px(13);
    for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
        const QRectF box = blockBoundingGeometry(block).translated(contentOffset());
        if (box.top() > m_gutter->height())
            break;
        const int line = block.blockNumber() + 1;
        const bool current = block == textCursor().block();
        const TextProblem* worst = nullptr;
        for (const TextProblem& problem : m_problems)
            if (problem.line == line && (worst == nullptr || problem.severity > worst->severity))
                worst = &problem;
        if (worst != nullptr)
            Icons::paint(painter, QRectF(Theme::px(5), box.center().y() - side / 2.0, side, side), iconOf(worst->severity),
                         colorOf(worst->severity));
        painter.setPen(current && hasFocus() ? c.text : c.faint);
        painter.drawText(QRectF(0, box.top(), m_gutter->width() - Theme::px(4), box.height()), Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(line));
    }
}

void YamlEditor::setProblems(std::vector<TextProblem> problems)
{
    m_problems = std::move(problems);
    updateSelections();
    m_gutter->update();
}

QStringList YamlEditor::messagesAt(int line) const
{
    std::vector<const TextProblem*> found;
    for (const TextProblem& problem : m_problems)
        if (problem.line == line)
            found.push_back(&problem);
    std::stable_sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->severity > b->severity; });
    QStringList messages;
    for (const TextProblem* problem : found)
        messages << problem->message;
    return messages;
}

void YamlEditor::updateSelections()
{
    QList<QTextEdit::ExtraSelection> selections;
    for (const TextProblem& problem : m_problems) {
        const QTextBlock block = document()->findBlockByNumber(problem.line - 1);
        if (problem.line < 1 || !block.isValid())
            continue;
        const QString text = block.text();
        int start = std::clamp(problem.column - 1, 0, int(text.size()));
        int end = start;
        if (problem.column > 0) {
            // The word at the column; readers report where a value starts.
            while (end < text.size() && !text[end].isSpace() && text[end] != u',' && text[end] != u']')
                ++end;
        }
        if (end == start) {
            start = 0;
            while (start < text.size() && text[start].isSpace())
                ++start;
            end = int(text.size());
        }
        QTextEdit::ExtraSelection selection;
        selection.cursor = QTextCursor(block);
        selection.cursor.setPosition(block.position() + start);
        selection.cursor.setPosition(block.position() + end, QTextCursor::KeepAnchor);
        selection.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        selection.format.setUnderlineColor(colorOf(problem.severity));
        selections << selection;
    }
    setExtraSelections(selections);
    viewport()->update();
    m_gutter->update();
}

void YamlEditor::goTo(int line, int column)
{
    const QTextBlock block = document()->findBlockByNumber(std::max(0, line - 1));
    if (!block.isValid())
        return;
    QTextCursor cursor(block);
    cursor.setPosition(block.position() + std::clamp(column - 1, 0, std::max(0, block.length() - 1)));
    setTextCursor(cursor);
    centerCursor();
    setFocus();
}

void YamlEditor::replaceText(const QString& text)
{
    if (text == toPlainText())
        return;
    const int position = textCursor().position();
    const int scroll = verticalScrollBar()->value();
    QTextCursor cursor(document());
    cursor.beginEditBlock();
    cursor.select(QTextCursor::Document);
    cursor.insertText(text);
    cursor.endEditBlock();
    cursor.setPosition(std::min(position, int(text.size())));
    setTextCursor(cursor);
    verticalScrollBar()->setValue(scroll);
}

int YamlEditor::lineAt(const QPoint& position) const
{
    return cursorForPosition(position).blockNumber() + 1;
}

// The ground around gutter and text, with the corners of a field.
bool YamlEditor::event(QEvent* event)
{
    // Without a history of its own the keys for undo and redo are somebody else's shortcuts.
    if (event->type() == QEvent::ShortcutOverride && !isUndoRedoEnabled()) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            event->ignore();
            return true;
        }
    }
    if (event->type() == QEvent::Paint) {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(hasFocus() ? QPen(Theme::colors().accent, 1) : QPen(Qt::NoPen));
        painter.setBrush(Theme::colors().sunken);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(6), Theme::px(6));
        return true;
    }
    return QPlainTextEdit::event(event);
}

bool YamlEditor::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QStringList messages = messagesAt(lineAt(help->pos()));
        if (messages.isEmpty())
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), messages.join(u'\n'), this);
        return true;
    }
    return QPlainTextEdit::viewportEvent(event);
}

void YamlEditor::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Find)) {
        showFind();
        return;
    }
    if (event->key() == Qt::Key_F3) {
        findNext(event->modifiers().testFlag(Qt::ShiftModifier));
        return;
    }
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && !isReadOnly()) {
        // The next line starts where this one does, one level in after a colon.
        const QString text = textCursor().block().text().left(textCursor().positionInBlock());
        const auto first = std::find_if(text.begin(), text.end(), [](QChar ch) { return ch != u' '; });
        QString indent(first - text.begin(), u' ');
        if (text.trimmed().endsWith(u':'))
            indent += u"  "_s;
        textCursor().insertText(u'\n' + indent);
        ensureCursorVisible();
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
}

void YamlEditor::showFind()
{
    if (textCursor().hasSelection())
        m_find->setText(textCursor().selectedText());
    m_find->show();
    m_find->raise();
    m_find->selectAll();
    m_find->setFocus();
}

void YamlEditor::findNext(bool backward)
{
    const QTextDocument::FindFlags flags = backward ? QTextDocument::FindBackward : QTextDocument::FindFlags();
    if (m_find->text().isEmpty() || find(m_find->text(), flags))
        return;
    QTextCursor cursor = textCursor(); // from the other end
    cursor.movePosition(backward ? QTextCursor::End : QTextCursor::Start);
    setTextCursor(cursor);
    find(m_find->text(), flags);
}

} // namespace crucible::widgets
