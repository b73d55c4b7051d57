// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/inline_message.h"

#include "widgets/icons.h"
#include "widgets/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QTextDocumentFragment>
#include <QToolButton>

namespace crucible::widgets {
namespace {

using namespace Qt::StringLiterals;

struct Look {
    QString icon;
    QColor color, ground;
};

Look lookOf(InlineMessage::Kind kind, bool flat)
{
    const ThemeColors& c = Theme::colors();
    switch (kind) {
    case InlineMessage::Kind::Good: return {flat ? u"check"_s : u"good"_s, c.good, c.goodSurface};
    case InlineMessage::Kind::Warning: return {u"warning"_s, c.warning, c.warningSurface};
    case InlineMessage::Kind::Error: return {u"error"_s, c.error, c.errorSurface};
    case InlineMessage::Kind::Info: break;
    }
    return {u"info"_s, c.accent, c.infoSurface};
}

} // namespace

InlineMessage::InlineMessage(QWidget* parent) : InlineMessage(Kind::Info, {}, parent) {}

InlineMessage::InlineMessage(Kind kind, const QString& text, QWidget* parent) : QWidget(parent)
{
    auto* grid = new QGridLayout(this);
    grid->setHorizontalSpacing(Theme::px(8));
    grid->setVerticalSpacing(Theme::px(8));
    m_text = new QLabel(this);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    m_text->setProperty(Theme::kFramedFocus, true);
    m_action = new QPushButton(this);
    m_action->hide();
    m_dismiss = new QToolButton(this);
    m_dismiss->setIcon(Icons::icon(u"cancel"_s, IconRole::Muted));
    m_dismiss->setIconSize(QSize(Theme::px(14), Theme::px(14)));
    m_dismiss->setAutoRaise(true);
    m_dismiss->setAccessibleName(tr("Dismiss"));
    m_dismiss->setToolTip(tr("Dismiss"));
    m_dismiss->hide();
    grid->addWidget(m_text, 0, 0);
    grid->addWidget(m_dismiss, 0, 1, Qt::AlignTop);
    grid->addWidget(m_action, 1, 0, Qt::AlignLeft);
    grid->setColumnStretch(0, 1);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    connect(m_text, &QLabel::linkActivated, this, &InlineMessage::linkActivated);
    connect(m_action, &QPushButton::clicked, this, &InlineMessage::actionTriggered);
    connect(m_dismiss, &QToolButton::clicked, this, [this] {
        hide();
        Q_EMIT dismissed();
    });
    updateMargins();
    setMessage(kind, text);
}

void InlineMessage::setMessage(Kind kind, const QString& text)
{
    m_kind = kind;
    m_text->setText(text);
    // A link is a control.
    m_text->setFocusPolicy(text.contains("<a "_L1) ? Qt::StrongFocus : Qt::NoFocus);
    m_text->setAccessibleName(QTextDocumentFragment::fromHtml(text).toPlainText());
    update();
}

QString InlineMessage::text() const
{
    return m_text->text();
}

void InlineMessage::setActionText(const QString& text)
{
    m_action->setText(text);
    m_action->setVisible(!text.isEmpty());
}

void InlineMessage::setDismissible(bool dismissible)
{
    m_dismiss->setVisible(dismissible);
}

void InlineMessage::setFlat(bool flat)
{
    m_flat = flat;
    updateMargins();
    update();
}

void InlineMessage::updateMargins()
{
    const int side = m_flat ? 0 : Theme::px(10);
    const int vertical = m_flat ? Theme::px(2) : Theme::px(8);
    layout()->setContentsMargins(side + Theme::px(16 + 8), vertical, side, vertical);
}

void InlineMessage::paintEvent(QPaintEvent*)
{
    const Look look = lookOf(m_kind, m_flat);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (!m_flat) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(look.ground);
        painter.drawRoundedRect(rect(), Theme::px(6), Theme::px(6));
    }
    const int side = Theme::px(16);
    const int lineCenter = m_text->geometry().top() + fontMetrics().height() / 2;
    Icons::paint(painter, QRectF(m_flat ? 0 : Theme::px(10), lineCenter - side / 2, side, side), look.icon, look.color);
}

void InlineMessage::changeEvent(QEvent* event)
{
    // Links keep the colour they were laid out with; setting the text again lays them out in the new palette.
    if (event->type() == QEvent::PaletteChange) {
        const QString text = m_text->text();
        m_text->setText(QString());
        m_text->setText(text);
    }
    QWidget::changeEvent(event);
}

} // namespace crucible::widgets
