// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/style_parts.h"

#include "widgets/icons.h"
#include "widgets/theme.h"

#include <QPainter>
#include <QStyleOption>
#include <QWidget>

#include <algorithm>

namespace crucible::widgets::parts {
namespace {

using namespace Qt::StringLiterals;

double radius()
{
    return Theme::px(6);
}

QString kindOf(const QWidget* widget)
{
    return widget != nullptr ? widget->property("kind").toString() : QString();
}

void roundedBox(QPainter& painter, const QRectF& rect, const QColor& fill, const QColor& border)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(border.isValid() ? QPen(border, 1) : QPen(Qt::NoPen));
    painter.setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    const double half = border.isValid() ? 0.5 : 0;
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius(), radius());
    painter.restore();
}

QColor mixed(const QColor& a, const QColor& b, double t)
{
    const auto mix = [t](float x, float y) { return float(x + (y - x) * t); };
    return QColor::fromRgbF(mix(a.redF(), b.redF()), mix(a.greenF(), b.greenF()), mix(a.blueF(), b.blueF()));
}

} // namespace

QRectF centered(const QRectF& rect, double side)
{
    return {rect.center().x() - side / 2, rect.center().y() - side / 2, side, side};
}

void drawFocusRing(QPainter& painter, const QRectF& rect)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(Theme::colors().accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius(), radius());
    painter.restore();
}

void drawButton(QPainter& painter, const QStyleOption& option, const QWidget* widget)
{
    const ThemeColors& c = Theme::colors();
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    const bool down = option.state.testFlag(QStyle::State_Sunken) || option.state.testFlag(QStyle::State_On);
    const bool hover = enabled && option.state.testFlag(QStyle::State_MouseOver);
    const QString kind = kindOf(widget);
    if (kind == u"primary" && enabled) {
        const QColor toward = Theme::isDark() ? QColor(Qt::white) : QColor(Qt::black);
        roundedBox(painter, option.rect, down ? mixed(c.accent, toward, 0.18) : hover ? mixed(c.accent, toward, 0.09) : c.accent,
                   {});
    } else if (kind == u"quiet") {
        if (enabled && (hover || down))
            roundedBox(painter, option.rect, down ? c.selection : c.hover, {});
    } else {
        roundedBox(painter, option.rect, !enabled ? c.window : down ? c.selection : hover ? c.hover : c.field,
                   enabled ? c.border : c.hairline);
    }
    const bool focus =
        option.state.testFlag(QStyle::State_HasFocus) && option.state.testFlag(QStyle::State_KeyboardFocusChange);
    if (focus && kind == u"primary" && enabled)
        roundedBox(painter, QRectF(option.rect).adjusted(3, 3, -3, -3), {}, c.onAccent);
    else if (focus)
        drawFocusRing(painter, option.rect);
}

void drawButtonLabel(QPainter& painter, const QStyleOptionButton& option, const QWidget* widget)
{
    const ThemeColors& c = Theme::colors();
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    const bool primary = kindOf(widget) == u"primary";
    const QColor color = !enabled ? c.faint : primary ? c.onAccent : c.text;
    QFont font = painter.font();
    font.setWeight(QFont::Medium);
    painter.setFont(font);
    const QFontMetrics metrics(font);
    QRect rect = option.rect;
    const int iconSide = option.icon.isNull() ? 0 : std::min(option.iconSize.height(), Theme::px(18));
    const bool menu = option.features.testFlag(QStyleOptionButton::HasMenu);
    const int gap = option.text.isEmpty() ? 0 : Theme::px(6);
    const int arrow = menu ? Theme::px(16) : 0;
    const int textWidth = std::min(metrics.horizontalAdvance(option.text.count(u'&') > 0 ? QString(option.text).remove(u'&') : option.text),
                                   rect.width() - iconSide - arrow - Theme::px(8));
    const int total = textWidth + (iconSide > 0 ? iconSide + gap : 0) + (arrow > 0 ? arrow + Theme::px(2) : 0);
    int x = rect.left() + (rect.width() - total) / 2;
    if (kindOf(widget) == u"quiet" && widget->property("alignLeft").toBool())
        x = rect.left() + Theme::px(8);
    if (iconSide > 0) {
        const QRect iconRect(x, rect.center().y() - iconSide / 2 + (rect.height() % 2 == 0 ? 1 : 0), iconSide, iconSide);
        // On the filled button an icon takes the text's colour, whatever its own role.
        if (primary && enabled && !option.icon.name().isEmpty())
            Icons::paint(painter, iconRect, option.icon.name(), color);
        else
            option.icon.paint(&painter, iconRect, Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
        x += iconSide + gap;
    }
    painter.setPen(color);
    painter.drawText(QRect(x, rect.top(), textWidth + 1, rect.height()), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextHideMnemonic,
                     metrics.elidedText(QString(option.text).remove(u'&'), Qt::ElideRight, textWidth + 1));
    if (menu)
        Icons::paint(painter, centered(QRectF(x + textWidth + Theme::px(4), rect.top(), Theme::px(12), rect.height()), Theme::px(12)),
                     u"chevron-down"_s, primary ? c.onAccent : c.muted);
}

void drawToolButton(QPainter& painter, const QStyleOptionToolButton& option)
{
    const ThemeColors& c = Theme::colors();
    const bool down = option.state.testFlag(QStyle::State_Sunken) || option.state.testFlag(QStyle::State_On);
    if (down)
        roundedBox(painter, option.rect, c.selection, {});
    else if (option.state.testFlag(QStyle::State_MouseOver) && option.state.testFlag(QStyle::State_Enabled))
        roundedBox(painter, option.rect, c.hover, {});
    if (option.state.testFlag(QStyle::State_HasFocus) && option.state.testFlag(QStyle::State_KeyboardFocusChange))
        drawFocusRing(painter, option.rect);
}

void drawField(QPainter& painter, const QStyleOption& option, const QWidget* widget)
{
    const ThemeColors& c = Theme::colors();
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    const bool focus = option.state.testFlag(QStyle::State_HasFocus);
    const bool hover = option.state.testFlag(QStyle::State_MouseOver);
    const bool invalid = widget != nullptr && widget->property("invalid").toBool();
    const QColor border = invalid ? c.error : focus ? c.accent : hover && enabled ? c.faint : enabled ? c.border : c.hairline;
    roundedBox(painter, option.rect, enabled ? c.field : c.window, border);
    if (focus || invalid) {
        QColor glow = invalid ? c.error : c.accent;
        glow.setAlpha(60);
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(glow, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(option.rect).adjusted(1.5, 1.5, -1.5, -1.5), radius() - 1, radius() - 1);
        painter.restore();
    }
}

void drawFrame(QPainter& painter, const QStyleOption& option)
{
    const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(&option);
    if (frame != nullptr && frame->lineWidth == 0 && frame->midLineWidth == 0)
        return;
    const ThemeColors& c = Theme::colors();
    const bool focus = option.state.testFlag(QStyle::State_HasFocus);
    roundedBox(painter, option.rect, {}, focus ? c.accent : c.hairline);
}

void drawCheckMark(QPainter& painter, const QStyleOption& option)
{
    const ThemeColors& c = Theme::colors();
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    const bool on = option.state.testFlag(QStyle::State_On);
    const bool partial = option.state.testFlag(QStyle::State_NoChange);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = centered(option.rect, Theme::px(16)).adjusted(0.5, 0.5, -0.5, -0.5);
    const bool filled = (on || partial) && enabled;
    painter.setPen(QPen(filled ? c.accent : option.state.testFlag(QStyle::State_MouseOver) ? c.faint : c.border, 1));
    painter.setBrush(filled ? c.accent : enabled ? c.field : c.window);
    painter.drawRoundedRect(box, Theme::px(4), Theme::px(4));
    if (on || partial) {
        painter.setPen(QPen(enabled ? c.onAccent : c.faint, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const double u = box.width() / 16;
        const QPointF o = box.topLeft();
        if (partial)
            painter.drawLine(o + QPointF(4, 8) * u, o + QPointF(12, 8) * u);
        else
            painter.drawPolyline(QPolygonF{o + QPointF(3.8, 8.4) * u, o + QPointF(6.8, 11.2) * u, o + QPointF(12.2, 5) * u});
    }
    painter.restore();
}

void drawRadioMark(QPainter& painter, const QStyleOption& option)
{
    const ThemeColors& c = Theme::colors();
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    const bool on = option.state.testFlag(QStyle::State_On);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = centered(option.rect, Theme::px(16)).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setPen(QPen(on && enabled ? c.accent : c.border, on && enabled ? Theme::px(5) : 1));
    painter.setBrush(enabled ? c.field : c.window);
    const double inset = on && enabled ? Theme::px(5) / 2.0 : 0;
    painter.drawEllipse(box.adjusted(inset, inset, -inset, -inset));
    painter.restore();
}

void drawTab(QPainter& painter, const QStyleOptionTab& option)
{
    const ThemeColors& c = Theme::colors();
    const QRect r = option.rect;
    painter.fillRect(QRect(r.left(), r.bottom(), r.width(), 1), c.hairline);
    if (option.state.testFlag(QStyle::State_Selected))
        painter.fillRect(QRect(r.left() + Theme::px(2), r.bottom() - 1, r.width() - Theme::px(4), 2), c.accent);
    if (option.state.testFlag(QStyle::State_HasFocus) && option.state.testFlag(QStyle::State_KeyboardFocusChange))
        drawFocusRing(painter, QRectF(r).adjusted(1, 2, -1, -4));
}

void drawTabLabel(QPainter& painter, const QStyleOptionTab& option)
{
    const ThemeColors& c = Theme::colors();
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const bool hover = option.state.testFlag(QStyle::State_MouseOver);
    QFont font = painter.font();
    font.setWeight(selected ? QFont::DemiBold : QFont::Normal);
    painter.setFont(font);
    painter.setPen(!option.state.testFlag(QStyle::State_Enabled) ? c.faint : selected || hover ? c.text : c.muted);
    QRect rect = option.rect.adjusted(0, 0, 0, -2);
    if (!option.icon.isNull()) {
        const int side = Theme::px(16);
        const int width = side + Theme::px(6) + QFontMetrics(font).horizontalAdvance(option.text);
        const int x = rect.left() + std::max(Theme::px(4), (rect.width() - width) / 2);
        option.icon.paint(&painter, QRect(x, rect.center().y() - side / 2, side, side));
        rect.setLeft(x + side + Theme::px(6));
        painter.drawText(rect, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextHideMnemonic, option.text);
        return;
    }
    painter.drawText(rect, Qt::AlignCenter | Qt::TextHideMnemonic, option.text);
}

void drawProgress(QPainter& painter, const QStyleOptionProgressBar& option)
{
    const ThemeColors& c = Theme::colors();
    const double height = std::min(option.rect.height(), Theme::px(6));
    QRectF groove(option.rect.left(), option.rect.center().y() + 0.5 - height / 2, option.rect.width(), height);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(c.hairline);
    painter.drawRoundedRect(groove, height / 2, height / 2);
    const bool busy = option.minimum == option.maximum;
    const double part = busy ? 0.25
                             : std::clamp(double(option.progress - option.minimum) / double(option.maximum - option.minimum), 0.0, 1.0);
    if (part > 0) {
        QRectF bar = groove;
        bar.setWidth(std::max(height, groove.width() * part));
        if (busy)
            bar.moveLeft(groove.left() + groove.width() * 0.375);
        painter.setBrush(option.state.testFlag(QStyle::State_Enabled) ? c.accent : c.faint);
        painter.drawRoundedRect(bar, height / 2, height / 2);
    }
    painter.restore();
}

void drawMenuBarItem(QPainter& painter, const QStyleOptionMenuItem& option)
{
    const ThemeColors& c = Theme::colors();
    painter.fillRect(option.rect, c.surface);
    const bool active = option.state.testFlag(QStyle::State_Selected) || option.state.testFlag(QStyle::State_Sunken);
    if (active)
        roundedBox(painter, option.rect, c.hover, {});
    painter.setPen(option.state.testFlag(QStyle::State_Enabled) ? (active ? c.text : c.muted) : c.faint);
    painter.drawText(option.rect, Qt::AlignCenter | Qt::TextHideMnemonic | Qt::TextSingleLine, option.text);
}

void drawMenuItem(QPainter& painter, const QStyleOptionMenuItem& option)
{
    const ThemeColors& c = Theme::colors();
    const QRect r = option.rect;
    if (option.menuItemType == QStyleOptionMenuItem::Separator) {
        painter.fillRect(QRect(r.left() + Theme::px(8), r.center().y(), r.width() - Theme::px(16), 1), c.hairline);
        return;
    }
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    if (option.state.testFlag(QStyle::State_Selected) && enabled)
        roundedBox(painter, r.adjusted(Theme::px(4), 1, -Theme::px(4), -1), c.selection, {});
    const int side = Theme::px(16);
    const QRect mark(r.left() + Theme::px(12), r.center().y() - side / 2 + 1, side, side);
    if (option.checkType != QStyleOptionMenuItem::NotCheckable) {
        if (option.checked)
            Icons::paint(painter, mark, u"check"_s, enabled ? c.accent : c.faint);
    } else if (!option.icon.isNull()) {
        option.icon.paint(&painter, mark, Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
    }
    const QStringList halves = option.text.split(u'\t');
    const QRect text = r.adjusted(Theme::px(12 + 16 + 8), 0, -Theme::px(16), 0);
    painter.setFont(option.font);
    painter.setPen(enabled ? c.text : c.faint);
    painter.drawText(text, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextHideMnemonic | Qt::TextSingleLine, halves.value(0));
    painter.setPen(enabled ? c.muted : c.faint);
    if (halves.size() > 1)
        painter.drawText(text, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, halves.at(1));
    if (option.menuItemType == QStyleOptionMenuItem::SubMenu)
        Icons::paint(painter, centered(QRectF(r.right() - Theme::px(22), r.top(), Theme::px(16), r.height()), Theme::px(12)),
                     u"chevron-right"_s, c.muted);
}

void drawSpinBox(QPainter& painter, const QStyleOptionSpinBox& option, const QWidget* widget, const QStyle& style)
{
    const ThemeColors& c = Theme::colors();
    if (option.frame)
        drawField(painter, option, widget);
    const auto arrow = [&](QStyle::SubControl part, const QString& icon, bool enabled) {
        const QRect rect = style.subControlRect(QStyle::CC_SpinBox, &option, part, widget);
        const bool active = option.activeSubControls == part;
        Icons::paint(painter, centered(rect, Theme::px(11)), icon, !enabled ? c.hairline : active ? c.text : c.muted);
    };
    if (option.buttonSymbols != QAbstractSpinBox::NoButtons) {
        arrow(QStyle::SC_SpinBoxUp, u"chevron-up"_s, option.stepEnabled.testFlag(QAbstractSpinBox::StepUpEnabled));
        arrow(QStyle::SC_SpinBoxDown, u"chevron-down"_s, option.stepEnabled.testFlag(QAbstractSpinBox::StepDownEnabled));
    }
}

void drawScrollBar(QPainter& painter, const QStyleOptionSlider& option, const QRectF& handle)
{
    if (option.minimum >= option.maximum)
        return;
    const bool active = option.state.testFlag(QStyle::State_MouseOver) || option.state.testFlag(QStyle::State_Sunken);
    const double inset = active ? Theme::px(2) : Theme::px(3);
    const QRectF bar = handle.adjusted(inset, inset, -inset, -inset);
    const double r = std::min(bar.width(), bar.height()) / 2;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(active ? Theme::colors().faint : Theme::colors().border);
    painter.drawRoundedRect(bar, r, r);
    painter.restore();
}

void drawSlider(QPainter& painter, const QStyleOptionSlider& option, const QRectF& handle)
{
    const ThemeColors& c = Theme::colors();
    const bool enabled = option.state.testFlag(QStyle::State_Enabled);
    const bool horizontal = option.orientation == Qt::Horizontal;
    const double thick = Theme::px(4);
    QRectF groove(option.rect);
    QRectF filled;
    if (horizontal) {
        groove = QRectF(groove.left(), groove.center().y() - thick / 2, groove.width(), thick);
        filled = QRectF(groove.left(), groove.top(), handle.center().x() - groove.left(), thick);
    } else {
        groove = QRectF(groove.center().x() - thick / 2, groove.top(), thick, groove.height());
        filled = QRectF(groove.left(), handle.center().y(), thick, groove.bottom() - handle.center().y());
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(c.hairline);
    painter.drawRoundedRect(groove, thick / 2, thick / 2);
    painter.setBrush(enabled ? c.accent : c.faint);
    painter.drawRoundedRect(filled, thick / 2, thick / 2);
    painter.setPen(QPen(enabled ? c.accent : c.faint, option.state.testFlag(QStyle::State_HasFocus) ? 3 : 2));
    painter.setBrush(c.surface);
    painter.drawEllipse(centered(handle, Theme::px(11)));
    painter.restore();
}

} // namespace crucible::widgets::parts
