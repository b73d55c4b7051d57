// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/composer.h"

#include "playground/token_colors.h"
#include "widgets/gauge.h"
#include "widgets/icons.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTextBlock>

#include <algorithm>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Icons;
using widgets::Theme;
namespace format = widgets::format;

namespace {
constexpr int kMostLines = 8;
constexpr double kNearlyFull = 0.9;
}

Composer::Composer(QWidget* parent)
    : widgets::Card(QString(), parent), m_text(new QPlainTextEdit), m_stop(new QPushButton(Icons::icon(u"stop"_s), tr("Stop"))),
      m_send(new QPushButton), m_legend(new TokenLegend), m_context(new widgets::Gauge)
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    body()->setContentsMargins(Theme::px(12), Theme::px(10), Theme::px(12), Theme::px(8));
    m_text->setObjectName(u"composerText"_s);
    m_text->setTabChangesFocus(true);
    m_text->installEventFilter(this);
    m_stop->setObjectName(u"stopAnswer"_s);
    m_stop->setToolTip(tr("Stop the answer (Escape)"));
    m_send->setObjectName(u"sendMessage"_s);
    Theme::setPrimary(m_send);
    m_context->setWarnAt(kNearlyFull);
    m_context->setBarWidth(Theme::px(96));
    auto* row = new QHBoxLayout;
    row->setSpacing(Theme::px(8));
    row->addWidget(m_text, 1);
    row->addWidget(m_stop, 0, Qt::AlignBottom);
    row->addWidget(m_send, 0, Qt::AlignBottom);
    auto* facts = new QHBoxLayout;
    facts->addWidget(m_legend);
    facts->addStretch(1);
    facts->addWidget(m_context);
    addLayout(row);
    addLayout(facts);
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] {
        fitHeight();
        setState(m_making, m_reason);
        Q_EMIT textEdited();
    });
    connect(m_send, &QPushButton::clicked, this, &Composer::send);
    connect(m_stop, &QPushButton::clicked, this, &Composer::stopRequested);
    setMode(PlaygroundMode::Chat);
    setState(false, {});
    setContext(0, 0, 0);
    setColoring(TokenColoring::None);
    fitHeight();
}

void Composer::setMode(PlaygroundMode mode)
{
    m_mode = mode;
    const QString name = mode == PlaygroundMode::Chat         ? tr("Message")
                         : mode == PlaygroundMode::Completion ? tr("Text to go on from")
                                                              : tr("Text to measure");
    m_text->setAccessibleName(name);
    m_text->setPlaceholderText(mode == PlaygroundMode::Chat         ? tr("Write a message. Enter sends it, Shift+Enter begins a line.")
                               : mode == PlaygroundMode::Completion ? tr("Write the beginning of a text. Ctrl+Enter lets the model go on.")
                                                                    : tr("Paste a text to see what in it surprises the model. Ctrl+Enter measures it."));
    m_send->setText(mode == PlaygroundMode::Chat ? tr("Send") : mode == PlaygroundMode::Completion ? tr("Complete") : tr("Measure"));
}

void Composer::setState(bool making, const QString& reason)
{
    m_making = making;
    m_reason = reason;
    m_stop->setVisible(making);
    m_send->setVisible(!making);
    m_send->setEnabled(reason.isEmpty() && !text().isEmpty());
    m_send->setToolTip(reason);
}

void Composer::setContext(int used, int draft, int context)
{
    m_context->setVisible(context > 0);
    if (context <= 0)
        return;
    const int all = used + draft;
    m_context->setValue(static_cast<double>(all) / context, tr("context %1 of %2 tokens").arg(format::count(all), format::count(context)));
    m_context->setToolTip(draft > 0 ? tr("%1 so far, %2 in what is being written").arg(format::count(used), format::count(draft)) : QString());
}

void Composer::setColoring(TokenColoring coloring)
{
    m_legend->setVisible(coloring != TokenColoring::None);
    m_legend->setColoring(coloring);
}

QString Composer::text() const { return m_text->toPlainText(); }

void Composer::setText(const QString& text) { m_text->setPlainText(text); }

void Composer::focusText() { m_text->setFocus(); }

void Composer::send()
{
    const QString written = text();
    if (m_making || !m_reason.isEmpty() || written.isEmpty())
        return;
    m_text->clear();
    Q_EMIT sendRequested(written);
}

bool Composer::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_text && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            const bool control = key->modifiers() & Qt::ControlModifier;
            const bool shift = key->modifiers() & Qt::ShiftModifier;
            // A text to complete or to measure has lines of its own.
            if (control || (!shift && m_mode == PlaygroundMode::Chat)) {
                send();
                return true;
            }
        }
    }
    if (object == m_text && event->type() == QEvent::ShortcutOverride) {
        auto* key = static_cast<QKeyEvent*>(event);
        if (key->modifiers() & Qt::ControlModifier && (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter)) {
            event->accept(); // it sends; no other page's shortcut gets it
            return true;
        }
    }
    return widgets::Card::eventFilter(object, event);
}

void Composer::resizeEvent(QResizeEvent* event)
{
    widgets::Card::resizeEvent(event);
    fitHeight();
}

void Composer::fitHeight()
{
    int lines = 0;
    for (QTextBlock block = m_text->document()->begin(); block.isValid() && lines < kMostLines; block = block.next())
        lines += std::max(1, block.layout()->lineCount());
    lines = std::clamp(lines, m_mode == PlaygroundMode::Chat ? 1 : 3, kMostLines);
    const int height = lines * m_text->fontMetrics().lineSpacing() + Theme::px(14);
    if (height != m_text->height())
        m_text->setFixedHeight(height);
}

} // namespace crucible::workbench
