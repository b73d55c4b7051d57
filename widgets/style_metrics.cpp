// SPDX-License-Identifier: GPL-3.0-or-later
// The measures of the style: heights, paddings, where the parts of a control lie, and hints.
#include "widgets/icons.h"
#include "widgets/style.h"
#include "widgets/theme.h"

#include <QAbstractItemView>
#include <QComboBox>

#include <algorithm>

namespace crucible::widgets {

using namespace Qt::StringLiterals;

namespace {

constexpr int kFieldHeight = 30;

} // namespace

int Style::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    switch (metric) {
    case PM_DefaultFrameWidth: return widget != nullptr && widget->inherits("QMenu") ? 1 : 2;
    case PM_ComboBoxFrameWidth: return 2;
    case PM_SpinBoxFrameWidth: return 2;
    case PM_ScrollBarExtent: return Theme::px(10);
    case PM_ScrollBarSliderMin: return Theme::px(28);
    case PM_ScrollView_ScrollBarSpacing: return 0;
    case PM_ButtonMargin: return Theme::px(12);
    case PM_ButtonDefaultIndicator:
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical: return 0;
    case PM_MenuButtonIndicator: return Theme::px(16);
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight: return Theme::px(16);
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing: return Theme::px(8);
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_ListViewIconSize:
    case PM_TabBarIconSize: return Theme::px(16);
    case PM_ToolBarIconSize: return Theme::px(20);
    case PM_LayoutHorizontalSpacing:
    case PM_LayoutVerticalSpacing: return Theme::px(8);
    case PM_LayoutLeftMargin:
    case PM_LayoutRightMargin:
    case PM_LayoutTopMargin:
    case PM_LayoutBottomMargin: return Theme::px(12);
    case PM_SplitterWidth: return Theme::px(12);
    case PM_DockWidgetSeparatorExtent: return Theme::px(8);
    case PM_DockWidgetTitleMargin: return Theme::px(6);
    case PM_TabBarTabHSpace: return Theme::px(16);
    case PM_TabBarTabVSpace: return Theme::px(12);
    case PM_TabBarBaseOverlap:
    case PM_TabBarTabShiftHorizontal:
    case PM_TabBarTabShiftVertical:
    case PM_TabBarTabOverlap: return 0;
    case PM_HeaderMargin: return Theme::px(6);
    case PM_HeaderGripMargin: return Theme::px(4);
    case PM_HeaderDefaultSectionSizeVertical: return Theme::px(28);
    case PM_FocusFrameHMargin: return Theme::px(5);
    case PM_MenuPanelWidth: return 1;
    case PM_MenuVMargin: return Theme::px(4);
    case PM_MenuHMargin: return 0;
    case PM_MenuBarItemSpacing: return 0;
    case PM_MenuBarVMargin:
    case PM_MenuBarPanelWidth: return 0;
    case PM_MenuBarHMargin: return Theme::px(8);
    case PM_SliderThickness:
    case PM_SliderLength: return Theme::px(16);
    case PM_SliderControlThickness: return Theme::px(16);
    case PM_ToolTipLabelFrameWidth: return 0;
    default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                     QStyleHintReturn* returnData) const
{
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
    case SH_ComboBox_Popup:
    case SH_DockWidget_ButtonsHaveFrame:
    case SH_UnderlineShortcut: return 0;
    case SH_ItemView_ShowDecorationSelected: return 1;
    case SH_Slider_AbsoluteSetButtons: return Qt::LeftButton;
    case SH_TabBar_Alignment: return Qt::AlignLeft;
    case SH_FocusFrame_AboveWidget: return 1;
    case SH_FocusFrame_Mask: return 0; // it lies on the widget's edge, see CE_FocusFrame
    case SH_Table_GridLineColor: return int(Theme::colors().hairline.rgba());
    case SH_Header_ArrowAlignment: return Qt::AlignRight | Qt::AlignVCenter;
    case SH_ToolTip_WakeUpDelay: return 400;
    case SH_Widget_Animation_Duration: return 0;
    default: return QProxyStyle::styleHint(hint, option, widget, returnData);
    }
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                              const QWidget* widget) const
{
    const int field = Theme::px(kFieldHeight);
    switch (type) {
    case CT_PushButton: {
        int width = size.width() + 2 * Theme::px(12);
        if (const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option)) {
            const bool iconOnly = button->text.isEmpty() && !button->icon.isNull();
            const bool menu = button->features.testFlag(QStyleOptionButton::HasMenu);
            width = iconOnly ? field : width + (menu ? Theme::px(8) : 0);
        }
        return {width, std::max(field, size.height() + Theme::px(8))};
    }
    case CT_LineEdit: return {size.width() + Theme::px(12), std::max(field, size.height() + Theme::px(6))};
    case CT_ComboBox: return {size.width() + Theme::px(8 + 30), std::max(field, size.height() + Theme::px(6))};
    case CT_SpinBox: return {size.width() + Theme::px(46), std::max(field, size.height())};
    case CT_ToolButton: {
        const auto* button = qstyleoption_cast<const QStyleOptionToolButton*>(option);
        const bool iconOnly = button != nullptr && button->toolButtonStyle == Qt::ToolButtonIconOnly;
        const bool menu = button != nullptr && button->features.testFlag(QStyleOptionToolButton::HasMenu) && !iconOnly;
        return {size.width() + Theme::px(iconOnly ? 10 : 16) + (menu ? Theme::px(14) : 0),
                std::max(size.height() + Theme::px(8), Theme::px(28))};
    }
    case CT_HeaderSection: {
        const QSize base = QProxyStyle::sizeFromContents(type, option, size, widget);
        return {base.width() + Theme::px(8), std::max(base.height(), Theme::px(30))};
    }
    case CT_ItemViewItem: {
        const QSize base = QProxyStyle::sizeFromContents(type, option, size, widget);
        return {base.width() + Theme::px(8), std::max(base.height(), Theme::px(28))};
    }
    case CT_MenuItem: {
        const auto* item = qstyleoption_cast<const QStyleOptionMenuItem*>(option);
        if (item != nullptr && item->menuItemType == QStyleOptionMenuItem::Separator)
            return {size.width(), Theme::px(9)};
        return {size.width() + Theme::px(34 + 28), std::max(Theme::px(28), size.height())};
    }
    case CT_MenuBarItem: return {size.width() + Theme::px(16), std::max(size.height() + Theme::px(6), Theme::px(28))};
    case CT_TabBarTab: return {size.width(), std::max(size.height(), Theme::px(32))};
    case CT_ProgressBar: return {size.width(), Theme::px(6)};
    default: return QProxyStyle::sizeFromContents(type, option, size, widget);
    }
}

QRect Style::subControlRect(ComplexControl control, const QStyleOptionComplex* option, SubControl subControl,
                            const QWidget* widget) const
{
    const QRect r = option->rect;
    const int arrow = Theme::px(26);
    if (control == CC_ComboBox) {
        if (subControl == SC_ComboBoxArrow)
            return visualRect(option->direction, r, QRect(r.right() - arrow + 1, r.top(), arrow, r.height()));
        if (subControl == SC_ComboBoxEditField)
            return visualRect(option->direction, r, r.adjusted(Theme::px(8), 2, -arrow, -2));
    }
    if (control == CC_SpinBox) {
        const int side = Theme::px(22);
        const int half = r.height() / 2;
        switch (subControl) {
        case SC_SpinBoxUp: return {r.right() - side, r.top() + 2, side, half - 2};
        case SC_SpinBoxDown: return {r.right() - side, r.top() + half, side, half - 2};
        case SC_SpinBoxEditField: return r.adjusted(Theme::px(2), 2, -side, -2);
        case SC_SpinBoxFrame: return r;
        default: break;
        }
    }
    if (control == CC_ScrollBar) {
        const auto* bar = qstyleoption_cast<const QStyleOptionSlider*>(option);
        if (bar != nullptr) {
            const bool horizontal = bar->orientation == Qt::Horizontal;
            const int length = horizontal ? r.width() : r.height();
            const int range = bar->maximum - bar->minimum;
            int handle = length;
            if (range > 0)
                handle = std::clamp(int(qint64(bar->pageStep) * length / (range + bar->pageStep)),
                                    std::min(Theme::px(28), length), length);
            const int start = sliderPositionFromValue(bar->minimum, bar->maximum, bar->sliderPosition, length - handle,
                                                      bar->upsideDown);
            const auto along = [&](int from, int size) {
                return horizontal ? QRect(r.left() + from, r.top(), size, r.height())
                                  : QRect(r.left(), r.top() + from, r.width(), size);
            };
            switch (subControl) {
            case SC_ScrollBarSubLine:
            case SC_ScrollBarAddLine:
            case SC_ScrollBarFirst:
            case SC_ScrollBarLast: return {};
            case SC_ScrollBarGroove: return r;
            case SC_ScrollBarSlider: return along(start, handle);
            case SC_ScrollBarSubPage: return along(0, start);
            case SC_ScrollBarAddPage: return along(start + handle, length - start - handle);
            default: break;
            }
        }
    }
    return QProxyStyle::subControlRect(control, option, subControl, widget);
}

QRect Style::subElementRect(SubElement element, const QStyleOption* option, const QWidget* widget) const
{
    switch (element) {
    case SE_LineEditContents: return option->rect.adjusted(Theme::px(6), 1, -Theme::px(6), -1);
    case SE_ItemViewItemText: {
        // An icon and its word belong together.
        QRect text = QProxyStyle::subElementRect(element, option, widget);
        const auto* item = qstyleoption_cast<const QStyleOptionViewItem*>(option);
        if (item != nullptr && item->features.testFlag(QStyleOptionViewItem::HasDecoration) &&
            item->decorationPosition == QStyleOptionViewItem::Left && item->direction == Qt::LeftToRight)
            text.setLeft(text.left() - Theme::px(7));
        return text;
    }
    case SE_TabWidgetTabContents: {
        QRect contents = QProxyStyle::subElementRect(element, option, widget);
        const auto* tabs = qstyleoption_cast<const QStyleOptionTabWidgetFrame*>(option);
        if (tabs != nullptr && tabs->tabBarSize.isValid() && !tabs->tabBarSize.isEmpty())
            contents.setTop(contents.top() + Theme::px(8));
        return contents;
    }
    case SE_PushButtonFocusRect: return option->rect;
    case SE_ProgressBarContents:
    case SE_ProgressBarGroove: return option->rect;
    default: return QProxyStyle::subElementRect(element, option, widget);
    }
}

QIcon Style::standardIcon(StandardPixmap pixmap, const QStyleOption* option, const QWidget* widget) const
{
    switch (pixmap) {
    case SP_LineEditClearButton:
    case SP_TitleBarCloseButton:
    case SP_DockWidgetCloseButton: return Icons::icon(u"cancel"_s, IconRole::Muted);
    case SP_TitleBarNormalButton: return Icons::icon(u"external"_s, IconRole::Muted);
    case SP_MessageBoxInformation: return Icons::icon(u"info"_s, IconRole::Accent);
    case SP_MessageBoxQuestion: return Icons::icon(u"help"_s, IconRole::Accent);
    case SP_MessageBoxWarning: return Icons::icon(u"warning"_s, IconRole::Warning);
    case SP_MessageBoxCritical: return Icons::icon(u"error"_s, IconRole::Error);
    case SP_DirIcon:
    case SP_DirClosedIcon: return Icons::icon(u"folder"_s, IconRole::Muted);
    case SP_FileIcon: return Icons::icon(u"file"_s, IconRole::Muted);
    default: return QProxyStyle::standardIcon(pixmap, option, widget);
    }
}

} // namespace crucible::widgets
