// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/page_header.h"

#include "widgets/chip.h"
#include "widgets/icons.h"
#include "widgets/theme.h"

#include <QAction>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace crucible::widgets {

using namespace Qt::StringLiterals;

PageHeader::PageHeader(const QString& title, QWidget* parent) : QWidget(parent)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Theme::px(10));
    m_title = new QLabel(title, this);
    Theme::setTextRole(m_title, TextRole::Title);
    row->addWidget(m_title);
    m_left = new QHBoxLayout;
    m_left->setSpacing(Theme::px(8));
    row->addLayout(m_left);
    m_chipsLayout = new QHBoxLayout;
    m_chipsLayout->setSpacing(Theme::px(6));
    row->addLayout(m_chipsLayout);
    row->addStretch(1);
    m_right = new QHBoxLayout;
    m_right->setSpacing(Theme::px(8));
    row->addLayout(m_right);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_nameLeast = Theme::px(140);
    setMinimumHeight(Theme::px(32));
}

void PageHeader::setTitle(const QString& title)
{
    m_title->setText(title);
    fit();
}

QLineEdit* PageHeader::addNameField(const QString& label, const QString& placeholder)
{
    if (m_name == nullptr) {
        m_name = new QLineEdit(this);
        connect(m_name, &QLineEdit::textChanged, this, &PageHeader::fit);
        m_name->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
        m_left->insertWidget(0, m_name);
    }
    m_name->setAccessibleName(label);
    m_name->setToolTip(label);
    m_name->setPlaceholderText(placeholder);
    return m_name;
}

Chip* PageHeader::addChip(const QString& text)
{
    auto* chip = new Chip(text, this);
    m_chips << chip;
    m_chipsLayout->addWidget(chip);
    fit();
    return chip;
}

void PageHeader::clearChips()
{
    qDeleteAll(m_chips);
    m_chips.clear();
}

void PageHeader::addWidget(QWidget* widget)
{
    m_left->addWidget(widget);
}

QPushButton* PageHeader::addAction(const QString& text, const QString& icon)
{
    auto* button = new QPushButton(text, this);
    if (!icon.isEmpty())
        button->setIcon(Icons::icon(icon, IconRole::Muted));
    m_right->addWidget(button);
    fit();
    return button;
}

QPushButton* PageHeader::addPrimaryAction(const QString& text, const QString& icon)
{
    QPushButton* button = addAction(text, icon);
    Theme::setPrimary(button);
    if (!icon.isEmpty())
        button->setIcon(Icons::icon(icon, IconRole::OnAccent));
    return button;
}

void PageHeader::addActionWidget(QWidget* widget)
{
    m_right->addWidget(widget);
    fit();
}

QSize PageHeader::minimumSizeHint() const
{
    const int name = m_name != nullptr ? m_nameLeast + Theme::px(10) : 0;
    return {m_title->sizeHint().width() + name + m_right->sizeHint().width() + Theme::px(20), Theme::px(32)};
}

void PageHeader::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    fit();
}

// Chips are the first to go: shown from the left while they fit whole.
void PageHeader::fit()
{
    if (m_name != nullptr) {
        // The name takes what title and actions leave, between its least and a comfortable width.
        int others = m_title->sizeHint().width() + m_right->sizeHint().width() + Theme::px(60);
        for (int i = 1; i < m_left->count(); ++i)
            others += m_left->itemAt(i)->sizeHint().width() + m_left->spacing();
        const int wanted = std::max(Theme::px(220), m_name->fontMetrics().horizontalAdvance(m_name->text()) + Theme::px(32));
        m_name->setFixedWidth(std::clamp(width() - others, m_nameLeast, std::clamp(wanted, m_nameLeast, Theme::px(320))));
    }
    int room = width() - m_title->sizeHint().width() - m_right->sizeHint().width() - m_left->sizeHint().width() - Theme::px(60);
    for (Chip* chip : std::as_const(m_chips)) {
        room -= chip->sizeHint().width() + Theme::px(6);
        chip->setVisible(room >= 0);
    }
}

} // namespace crucible::widgets
