// SPDX-License-Identifier: GPL-3.0-or-later
// How the style paints each part; pure functions of the option, used by style.cpp alone.
#pragma once

#include <QRectF>

class QPainter;
class QStyle;
class QStyleOption;
class QStyleOptionButton;
class QStyleOptionMenuItem;
class QStyleOptionProgressBar;
class QStyleOptionSlider;
class QStyleOptionSpinBox;
class QStyleOptionTab;
class QStyleOptionToolButton;
class QWidget;

namespace crucible::widgets::parts {

QRectF centered(const QRectF& rect, double side);
void drawFocusRing(QPainter& painter, const QRectF& rect);
void drawButton(QPainter& painter, const QStyleOption& option, const QWidget* widget);
void drawButtonLabel(QPainter& painter, const QStyleOptionButton& option, const QWidget* widget);
void drawToolButton(QPainter& painter, const QStyleOptionToolButton& option);
// Line edits, combo boxes and spin boxes. A widget's dynamic property "invalid" draws the error border.
void drawField(QPainter& painter, const QStyleOption& option, const QWidget* widget);
void drawFrame(QPainter& painter, const QStyleOption& option);
void drawCheckMark(QPainter& painter, const QStyleOption& option);
void drawRadioMark(QPainter& painter, const QStyleOption& option);
void drawTab(QPainter& painter, const QStyleOptionTab& option);
void drawTabLabel(QPainter& painter, const QStyleOptionTab& option);
void drawProgress(QPainter& painter, const QStyleOptionProgressBar& option);
void drawMenuBarItem(QPainter& painter, const QStyleOptionMenuItem& option);
void drawMenuItem(QPainter& painter, const QStyleOptionMenuItem& option);
void drawSpinBox(QPainter& painter, const QStyleOptionSpinBox& option, const QWidget* widget, const QStyle& style);
void drawScrollBar(QPainter& painter, const QStyleOptionSlider& option, const QRectF& handle);
void drawSlider(QPainter& painter, const QStyleOptionSlider& option, const QRectF& handle);

} // namespace crucible::widgets::parts
