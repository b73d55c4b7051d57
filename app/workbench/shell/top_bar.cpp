// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/top_bar.h"

#include "widgets/elided_label.h"
#include "widgets/icons.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QKeySequence>
#include <QLabel>
#include <QMenuBar>
#include <QPainter>
#include <QPushButton>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::TextRole;
using widgets::Theme;

namespace {

// Looks like a field, because it opens one.
class PaletteButton : public QPushButton {
public:
    explicit PaletteButton(QWidget* parent) : QPushButton(parent) 
    {
        setCursor(Qt::PointingHandCursor);
        setFocusPolicy(Qt::TabFocus);
    }
    QSize sizeHint() const override { return {Theme::px(280), Theme::px(28)}; }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const widgets::ThemeColors& colors = Theme::colors();
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(hasFocus() ? colors.accent : underMouse() ? colors.border : colors.hairline, 1));
        painter.setBrush(colors.field);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(6), Theme::px(6));
        painter.setFont(Theme::secondaryFont());
        painter.setPen(colors.muted);
        const QRect room = rect().adjusted(Theme::px(12), 0, -Theme::px(12), 0);
        const QString keys = QKeySequence(Qt::CTRL | Qt::Key_K).toString(QKeySequence::NativeText);
        const int keysWidth = painter.fontMetrics().horizontalAdvance(keys);
        const Qt::Alignment start = isRightToLeft() ? Qt::AlignRight : Qt::AlignLeft;
        const Qt::Alignment end = isRightToLeft() ? Qt::AlignLeft : Qt::AlignRight;
        painter.drawText(room, int(start | Qt::AlignVCenter),
                         painter.fontMetrics().elidedText(text(), Qt::ElideRight, room.width() - keysWidth - Theme::px(8)));
        painter.drawText(room, int(end | Qt::AlignVCenter), keys);
    }
};

} // namespace

TopBar::TopBar(QWidget* parent) : QWidget(parent), m_menus(new QMenuBar(this)), m_project(new widgets::ElidedLabel(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(Theme::px(14), Theme::px(4), Theme::px(14), Theme::px(5));
    layout->setSpacing(Theme::px(8));
    auto* mark = new QLabel(u"Crucible"_s, this);
    Theme::setTextRole(mark, TextRole::Strong);
    m_menus->setNativeMenuBar(false);
    m_menus->setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Preferred);
    Theme::setTextRole(m_project, TextRole::Muted);
    auto* palette = new PaletteButton(this);
    palette->setText(tr("Find an action, model or run"));
    palette->setAccessibleName(palette->text());
    layout->addWidget(mark);
    layout->addWidget(m_menus, 0, Qt::AlignVCenter);
    layout->addSpacing(Theme::px(16));
    layout->addWidget(m_project, 1);
    layout->addWidget(palette);
    connect(palette, &QPushButton::clicked, this, &TopBar::paletteRequested);
}

void TopBar::setProject(const QString& name, const QString& path)
{
    m_project->setText(name);
    m_project->setToolTip(path);
}

void TopBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::colors().surface);
    painter.fillRect(QRect(0, height() - 1, width(), 1), Theme::colors().hairline);
}

} // namespace crucible::workbench
