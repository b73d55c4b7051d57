// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/log_view.h"

#include "widgets/icons.h"
#include "widgets/theme.h"

#include <QAction>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTextBlock>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace crucible::widgets {

using namespace Qt::StringLiterals;

LogView::LogView(QWidget* parent) : QWidget(parent)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::px(8));
    auto* row = new QHBoxLayout;
    row->setSpacing(Theme::px(8));
    m_level = new QComboBox(this);
    m_level->addItems({tr("Everything"), tr("Information"), tr("Warnings"), tr("Errors")});
    m_level->setCurrentIndex(1);
    m_level->setAccessibleName(tr("Least level shown"));
    m_filter = new QLineEdit(this);
    m_filter->setPlaceholderText(tr("Filter the log"));
    m_filter->setAccessibleName(tr("Filter the log"));
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(Icons::icon(u"search"_s, IconRole::Faint), QLineEdit::LeadingPosition);
    m_follow = new QToolButton(this);
    m_follow->setIcon(Icons::icon(u"arrow-down"_s, IconRole::Muted));
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    m_follow->setToolTip(tr("Follow the end of the log"));
    m_follow->setAccessibleName(m_follow->toolTip());
    row->addWidget(m_level);
    row->addWidget(m_filter, 1);
    row->addWidget(m_follow);
    column->addLayout(row);
    m_text = new QPlainTextEdit(this);
    m_text->setReadOnly(true);
    m_text->setUndoRedoEnabled(false);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setMaximumBlockCount(kMaximumLines);
    m_text->setFont(Theme::fixedFont());
    m_text->setAccessibleName(tr("Log"));
    m_text->setTabChangesFocus(true);
    column->addWidget(m_text, 1);
    m_timer = new QTimer(this);
    m_timer->setSingleShot(true);
    m_timer->setInterval(50);
    connect(m_timer, &QTimer::timeout, this, &LogView::flush);
    connect(m_filter, &QLineEdit::textChanged, this, &LogView::rebuild);
    connect(m_level, &QComboBox::currentIndexChanged, this, &LogView::rebuild);
    connect(&Theme::current(), &Theme::changed, this, &LogView::rebuild);
    connect(m_follow, &QToolButton::toggled, this, [this](bool on) {
        if (on)
            m_text->verticalScrollBar()->setValue(m_text->verticalScrollBar()->maximum());
    });
    // Scrolling up by hand stops the following; coming back to the end starts it again.
    connect(m_text->verticalScrollBar(), &QScrollBar::actionTriggered, this, [this] {
        const QScrollBar* bar = m_text->verticalScrollBar();
        m_follow->setChecked(bar->sliderPosition() >= bar->maximum() - 1);
    });
}

void LogView::setEmptyText(const QString& text)
{
    m_text->setPlaceholderText(text);
}

void LogView::append(const Line& line)
{
    m_lines.push_back(line);
    if (int(m_lines.size()) > kMaximumLines)
        m_lines.pop_front();
    if (!passes(line))
        return;
    m_pending << line;
    if (!m_timer->isActive())
        m_timer->start();
}

void LogView::flush()
{
    show(m_pending);
    m_pending.clear();
}

void LogView::clear()
{
    m_lines.clear();
    m_pending.clear();
    m_text->clear();
}

void LogView::setLeastLevel(Level level)
{
    m_level->setCurrentIndex(int(level));
}

void LogView::setFilter(const QString& text)
{
    m_filter->setText(text);
}

bool LogView::followsTail() const
{
    return m_follow->isChecked();
}

QString LogView::toPlainText() const
{
    return m_text->toPlainText();
}

bool LogView::passes(const Line& line) const
{
    return int(line.level) >= m_level->currentIndex() &&
           (m_filter->text().isEmpty() || line.text.contains(m_filter->text(), Qt::CaseInsensitive));
}

void LogView::rebuild()
{
    m_pending.clear();
    m_text->clear();
    QList<Line> lines;
    for (const Line& line : m_lines)
        if (passes(line))
            lines << line;
    show(lines);
}

void LogView::show(const QList<Line>& lines)
{
    if (lines.isEmpty())
        return;
    const ThemeColors& c = Theme::colors();
    QTextCursor cursor(m_text->document());
    cursor.beginEditBlock();
    cursor.movePosition(QTextCursor::End);
    for (const Line& line : lines) {
        QTextCharFormat faint, word, body;
        faint.setForeground(c.faint);
        body.setForeground(line.level == Level::Debug ? c.muted : c.text);
        QString mark;
        switch (line.level) {
        case Level::Debug: word.setForeground(c.faint), mark = tr("detail"); break;
        case Level::Info: word.setForeground(c.muted), mark = tr("info"); break;
        case Level::Warning: word.setForeground(c.warning), mark = u"! "_s + tr("warning"); break;
        case Level::Error: word.setForeground(c.error), mark = u"× "_s + tr("error"); break;
        }
        if (!m_text->document()->isEmpty())
            cursor.insertBlock();
        if (line.time.isValid())
            cursor.insertText(line.time.toString(u"HH:mm:ss  "_s), faint);
        cursor.insertText(mark.leftJustified(10), word);
        cursor.insertText(line.text, body);
    }
    cursor.endEditBlock();
    if (m_follow->isChecked())
        m_text->verticalScrollBar()->setValue(m_text->verticalScrollBar()->maximum());
}

} // namespace crucible::widgets
