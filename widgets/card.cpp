// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/card.h"

#include "widgets/elided_label.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>

namespace crucible::widgets {

Card::Card(const QString& title, QWidget* parent) : QFrame(parent)
{
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);

    m_header = new QWidget(this);
    auto* header = new QHBoxLayout(m_header);
    header->setContentsMargins(Theme::px(14), Theme::px(10), Theme::px(14), 0);
    header->setSpacing(Theme::px(8));
    m_title = new QLabel(m_header);
    Theme::setTextRole(m_title, TextRole::Caption);
    m_hint = new ElidedLabel(m_header);
    Theme::setTextRole(m_hint, TextRole::Faint);
    m_hint->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_titles = new QHBoxLayout;
    m_titles->setSpacing(Theme::px(8));
    m_titles->addWidget(m_title);
    m_actions = new QHBoxLayout;
    m_actions->setSpacing(Theme::px(4));
    header->addLayout(m_titles);
    header->addWidget(m_hint, 1);
    header->addLayout(m_actions);
    outer->addWidget(m_header);

    m_body = new QVBoxLayout;
    m_body->setSpacing(Theme::px(8));
    outer->addLayout(m_body, 1);
    setFlush(false);
    setTitle(title);
}

void Card::setTitle(const QString& title)
{
    m_title->setText(title);
    setAccessibleName(title);
    updateHeader();
}

QString Card::title() const
{
    return m_title->text();
}

void Card::setHint(const QString& hint)
{
    m_hint->setText(hint);
    m_hint->setToolTip(hint);
    updateHeader();
}

void Card::addTitleWidget(QWidget* widget)
{
    m_titles->addWidget(widget);
    m_hasExtras = true;
    updateHeader();
}

void Card::addAction(QWidget* widget)
{
    m_actions->addWidget(widget);
    m_hasExtras = true;
    updateHeader();
}

void Card::addWidget(QWidget* widget, int stretch)
{
    m_body->addWidget(widget, stretch);
}

void Card::addLayout(QLayout* layout, int stretch)
{
    m_body->addLayout(layout, stretch);
}

void Card::addStretch(int stretch)
{
    m_body->addStretch(stretch);
}

void Card::setFlush(bool flush)
{
    // A table's cells bring their own padding, so that its text starts where the card's title does.
    const int side = flush ? Theme::px(8) : Theme::px(14);
    m_body->setContentsMargins(side, Theme::px(8), side, flush ? Theme::px(4) : Theme::px(14));
}

void Card::updateHeader()
{
    const bool shown = !m_title->text().isEmpty() || !m_hint->text().isEmpty() || m_hasExtras;
    m_title->setVisible(!m_title->text().isEmpty());
    m_header->setVisible(shown);
}

void Card::paintEvent(QPaintEvent*)
{
    const ThemeColors& c = Theme::colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(c.hairline, 1));
    painter.setBrush(c.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(8), Theme::px(8));
}

} // namespace crucible::widgets
