// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/json_box.h"

#include "widgets/theme.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace crucible::workbench {

using widgets::Theme;

JsonBox::JsonBox(const QString& caption, const QString& placeholder, int lines, QWidget* parent)
    : QWidget(parent), m_edit(new QPlainTextEdit), m_problem(new QLabel)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::px(8));
    auto* label = new QLabel(caption);
    label->setFont(Theme::secondaryFont());
    label->setBuddy(m_edit);
    m_edit->setAccessibleName(caption);
    m_edit->setPlaceholderText(placeholder);
    m_edit->setTabChangesFocus(true);
    m_edit->setFont(Theme::fixedFont());
    m_edit->setFixedHeight(m_edit->fontMetrics().lineSpacing() * lines + Theme::px(16));
    m_problem->setWordWrap(true);
    Theme::setTextRole(m_problem, widgets::TextRole::Error);
    m_problem->hide();
    column->addWidget(label);
    column->addWidget(m_edit);
    column->addWidget(m_problem);
    connect(m_edit, &QPlainTextEdit::textChanged, this, [this] { Q_EMIT textChanged(m_edit->toPlainText()); });
}

void JsonBox::setText(const QString& text)
{
    if (m_edit->toPlainText() != text)
        m_edit->setPlainText(text);
}

QString JsonBox::text() const
{
    return m_edit->toPlainText();
}

void JsonBox::setProblem(const QString& problem)
{
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

QString JsonBox::problem() const
{
    return m_problem->text();
}

void JsonBox::setHelp(const QString& help)
{
    m_edit->setToolTip(help);
}

} // namespace crucible::workbench
