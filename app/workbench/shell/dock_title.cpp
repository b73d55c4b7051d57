// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/dock_title.h"

#include "widgets/icons.h"
#include "widgets/theme.h"

#include <QDockWidget>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace crucible::workbench {

using widgets::TextRole;
using widgets::Theme;

DockTitle::DockTitle(QDockWidget& dock) : QWidget(&dock), m_hint(new QLabel(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(Theme::px(18), Theme::px(4), Theme::px(16), Theme::px(4));
    layout->setSpacing(Theme::px(8));
    auto* name = new QLabel(dock.windowTitle(), this);
    Theme::setTextRole(name, TextRole::Caption);
    Theme::setTextRole(m_hint, TextRole::Muted);
    auto* close = new QToolButton(this);
    close->setIcon(widgets::Icons::icon(QStringLiteral("cancel"), widgets::IconRole::Muted));
    close->setAutoRaise(true);
    close->setAccessibleName(tr("Close %1").arg(dock.windowTitle()));
    close->setToolTip(close->accessibleName());
    close->setFixedSize(Theme::px(22), Theme::px(22));
    connect(close, &QToolButton::clicked, &dock, &QDockWidget::close);
    layout->addWidget(name);
    layout->addWidget(m_hint, 1);
    layout->addWidget(close);
}

void DockTitle::setHint(const QString& hint)
{
    m_hint->setText(hint);
}

} // namespace crucible::workbench
