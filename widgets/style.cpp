// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/style.h"

#include "widgets/icons.h"
#include "widgets/style_parts.h"
#include "widgets/theme.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QSlider>
#include <QStyleFactory>
#include <QTabBar>

#include <algorithm>

namespace crucible::widgets {

using namespace Qt::StringLiterals;

Style::Style() : QProxyStyle(QStyleFactory::create(u"Fusion"_s))
{
    setObjectName(u"crucible"_s);
}

void Style::polish(QWidget* widget)
{
    QProxyStyle::polish(widget);
    const bool hovers = qobject_cast<QAbstractButton*>(widget) != nullptr || qobject_cast<QComboBox*>(widget) != nullptr ||
                        qobject_cast<QTabBar*>(widget) != nullptr || qobject_cast<QHeaderView*>(widget) != nullptr ||
                        qobject_cast<QAbstractSpinBox*>(widget) != nullptr || qobject_cast<QScrollBar*>(widget) != nullptr ||
                        qobject_cast<QSlider*>(widget) != nullptr || widget->inherits("QSplitterHandle");
    if (hovers)
        widget->setAttribute(Qt::WA_Hover);
    // Room for two digits beside the arrows, whatever the layout.
    if (qobject_cast<QAbstractSpinBox*>(widget) != nullptr && widget->minimumWidth() == 0)
        widget->setMinimumSize(Theme::px(72), Theme::px(30));
    if (auto* header = qobject_cast<QHeaderView*>(widget))
        header->setFont(Theme::captionFont());
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                          const QWidget* widget) const
{
    const ThemeColors& c = Theme::colors();
    const QRectF rect(option->rect);
    switch (element) {
    case PE_PanelButtonCommand: parts::drawButton(*painter, *option, widget); return;
    case PE_FrameDefaultButton: return;
    case PE_FrameFocusRect:
        if (option->state.testFlag(State_KeyboardFocusChange) || (widget != nullptr && widget->inherits("QCheckBox")))
            parts::drawFocusRing(*painter, rect);
        return;
    case PE_PanelLineEdit:
        if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
            frame == nullptr || frame->lineWidth > 0)
            parts::drawField(*painter, *option, widget);
        return;
    case PE_FrameLineEdit: return;
    case PE_Frame: parts::drawFrame(*painter, *option); return;
    case PE_FrameGroupBox:
    case PE_FrameStatusBarItem:
    case PE_FrameDockWidget:
    case PE_FrameTabWidget: return;
    case PE_FrameTabBarBase:
        if (const auto* tabs = qobject_cast<const QTabBar*>(widget); tabs != nullptr && !tabs->drawBase())
            return; // what lies below has a frame of its own
        painter->fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), c.hairline);
        return;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck: parts::drawCheckMark(*painter, *option); return;
    case PE_IndicatorRadioButton: parts::drawRadioMark(*painter, *option); return;
    case PE_IndicatorBranch:
        if (option->state.testFlag(State_Children))
            Icons::paint(*painter, parts::centered(rect, Theme::px(14)),
                         option->state.testFlag(State_Open) ? u"chevron-down"_s : u"chevron-right"_s, c.muted);
        return;
    case PE_IndicatorArrowDown:
    case PE_IndicatorSpinDown:
        Icons::paint(*painter, parts::centered(rect, Theme::px(12)), u"chevron-down"_s, c.muted);
        return;
    case PE_IndicatorArrowUp:
    case PE_IndicatorSpinUp:
        Icons::paint(*painter, parts::centered(rect, Theme::px(12)), u"chevron-up"_s, c.muted);
        return;
    case PE_IndicatorArrowRight:
        Icons::paint(*painter, parts::centered(rect, Theme::px(12)), u"chevron-right"_s, c.muted);
        return;
    case PE_IndicatorArrowLeft:
        Icons::paint(*painter, parts::centered(rect, Theme::px(12)), u"chevron-left"_s, c.muted);
        return;
    case PE_IndicatorHeaderArrow:
        if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option);
            header != nullptr && header->sortIndicator != QStyleOptionHeader::None)
            Icons::paint(*painter, parts::centered(rect, Theme::px(12)),
                         header->sortIndicator == QStyleOptionHeader::SortUp ? u"chevron-up"_s : u"chevron-down"_s,
                         c.muted);
        return;
    case PE_PanelItemViewItem:
    case PE_PanelItemViewRow: {
        const auto* item = qstyleoption_cast<const QStyleOptionViewItem*>(option);
        if (item == nullptr)
            return;
        if (item->state.testFlag(State_Selected))
            painter->fillRect(rect, c.selection);
        else if (item->state.testFlag(State_MouseOver) && item->state.testFlag(State_Enabled))
            painter->fillRect(rect, c.hover);
        else if (item->backgroundBrush.style() != Qt::NoBrush)
            painter->fillRect(rect, item->backgroundBrush);
        return;
    }
    case PE_PanelMenu: painter->fillRect(rect, c.surface); return;
    case PE_FrameMenu:
        painter->setPen(c.border);
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        return;
    case PE_PanelMenuBar: painter->fillRect(rect, c.surface); return;
    case PE_PanelStatusBar:
        painter->fillRect(rect, c.surface);
        painter->fillRect(QRectF(rect.left(), rect.top(), rect.width(), 1), c.hairline);
        return;
    case PE_IndicatorDockWidgetResizeHandle: return;
    default: QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                        const QWidget* widget) const
{
    const ThemeColors& c = Theme::colors();
    switch (element) {
    case CE_PushButtonBevel: parts::drawButton(*painter, *option, widget); return; // the label draws a menu's arrow
    case CE_PushButtonLabel:
        if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) {
            parts::drawButtonLabel(*painter, *button, widget);
            return;
        }
        break;
    case CE_TabBarTabShape:
        if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option)) {
            parts::drawTab(*painter, *tab);
            return;
        }
        break;
    case CE_TabBarTabLabel:
        if (const auto* tab = qstyleoption_cast<const QStyleOptionTab*>(option)) {
            parts::drawTabLabel(*painter, *tab);
            return;
        }
        break;
    case CE_HeaderSection:
        painter->fillRect(option->rect, c.surface);
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), c.hairline);
        return;
    case CE_HeaderLabel:
        if (const auto* header = qstyleoption_cast<const QStyleOptionHeader*>(option)) {
            QStyleOptionHeaderV2 copy;
            if (const auto* v2 = qstyleoption_cast<const QStyleOptionHeaderV2*>(option))
                copy = *v2;
            else
                copy.QStyleOptionHeader::operator=(*header);
            copy.palette.setColor(QPalette::ButtonText, c.muted);
            copy.state &= ~State_On;
            copy.text = painter->fontMetrics().elidedText(copy.text, Qt::ElideRight, copy.rect.width());
            QProxyStyle::drawControl(element, &copy, painter, widget);
            return;
        }
        break;
    case CE_HeaderEmptyArea:
        painter->fillRect(option->rect, c.surface);
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1), c.hairline);
        return;
    case CE_ProgressBarGroove:
    case CE_ProgressBarLabel: return;
    case CE_ProgressBarContents:
        if (const auto* bar = qstyleoption_cast<const QStyleOptionProgressBar*>(option)) {
            parts::drawProgress(*painter, *bar);
            return;
        }
        break;
    case CE_Splitter: return;
    case CE_MenuBarEmptyArea: painter->fillRect(option->rect, c.surface); return;
    case CE_MenuBarItem:
        if (const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option)) {
            parts::drawMenuBarItem(*painter, *item);
            return;
        }
        break;
    case CE_MenuItem:
        if (const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option)) {
            parts::drawMenuItem(*painter, *item);
            return;
        }
        break;
    case CE_FocusFrame: {
        const int x = pixelMetric(PM_FocusFrameHMargin, option, widget), y = pixelMetric(PM_FocusFrameVMargin, option, widget);
        parts::drawFocusRing(*painter, QRectF(option->rect).adjusted(x, y, -x, -y));
        return;
    }
    case CE_DockWidgetTitle:
        if (const auto* dock = qstyleoption_cast<const QStyleOptionDockWidget*>(option)) {
            painter->setFont(Theme::captionFont());
            painter->setPen(c.muted);
            painter->drawText(option->rect.adjusted(Theme::px(12), 0, -Theme::px(8), 0), Qt::AlignVCenter | Qt::AlignLeft,
                              dock->title);
            return;
        }
        break;
    case CE_ShapedFrame:
        if (const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option)) {
            const QRect r = frame->rect;
            if (frame->frameShape == QFrame::HLine)
                painter->fillRect(QRect(r.left(), r.center().y(), r.width(), 1), c.hairline);
            else if (frame->frameShape == QFrame::VLine)
                painter->fillRect(QRect(r.center().x(), r.top(), 1, r.height()), c.hairline);
            else
                QProxyStyle::drawControl(element, option, painter, widget);
            return;
        }
        break;
    default: break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option, QPainter* painter,
                               const QWidget* widget) const
{
    switch (control) {
    case CC_ComboBox:
        if (const auto* combo = qstyleoption_cast<const QStyleOptionComboBox*>(option)) {
            if (combo->frame)
                parts::drawField(*painter, *option, widget);
            const QRect arrow = subControlRect(control, option, SC_ComboBoxArrow, widget);
            Icons::paint(*painter, parts::centered(arrow, Theme::px(12)), u"chevron-down"_s,
                         option->state.testFlag(State_Enabled) ? Theme::colors().muted : Theme::colors().faint);
            return;
        }
        break;
    case CC_SpinBox:
        if (const auto* spin = qstyleoption_cast<const QStyleOptionSpinBox*>(option)) {
            parts::drawSpinBox(*painter, *spin, widget, *this);
            return;
        }
        break;
    case CC_ScrollBar:
        if (const auto* slider = qstyleoption_cast<const QStyleOptionSlider*>(option)) {
            parts::drawScrollBar(*painter, *slider, subControlRect(control, option, SC_ScrollBarSlider, widget));
            return;
        }
        break;
    case CC_Slider:
        if (const auto* slider = qstyleoption_cast<const QStyleOptionSlider*>(option)) {
            parts::drawSlider(*painter, *slider, subControlRect(control, option, SC_SliderHandle, widget));
            return;
        }
        break;
    case CC_ToolButton:
        if (const auto* button = qstyleoption_cast<const QStyleOptionToolButton*>(option)) {
            parts::drawToolButton(*painter, *button);
            QStyleOptionToolButton label = *button;
            const bool popup = button->features.testFlag(QStyleOptionToolButton::HasMenu);
            if (popup && button->toolButtonStyle != Qt::ToolButtonIconOnly)
                label.rect.adjust(0, 0, -Theme::px(14), 0);
            drawControl(CE_ToolButtonLabel, &label, painter, widget);
            if (popup && button->toolButtonStyle != Qt::ToolButtonIconOnly)
                Icons::paint(*painter,
                             parts::centered(QRectF(option->rect.right() - Theme::px(20), option->rect.top(), Theme::px(16),
                                                    option->rect.height()),
                                             Theme::px(12)),
                             u"chevron-down"_s, Theme::colors().muted);
            return;
        }
        break;
    case CC_GroupBox:
        if (const auto* box = qstyleoption_cast<const QStyleOptionGroupBox*>(option)) {
            QStyleOptionGroupBox copy = *box;
            copy.subControls &= ~SC_GroupBoxFrame;
            copy.textColor = Theme::colors().muted;
            painter->setFont(Theme::captionFont());
            QProxyStyle::drawComplexControl(control, &copy, painter, widget);
            return;
        }
        break;
    default: break;
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

} // namespace crucible::widgets
