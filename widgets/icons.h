// SPDX-License-Identifier: GPL-3.0-or-later
// Our line icons by name (resources/icons/<name>.svg), recoloured for theme and state and sharp on every screen.
// An icon keeps its meaning, not its colour: it is painted anew whenever it is drawn, so a theme change needs no reload.
#pragma once

#include <QIcon>
#include <QPixmap>
#include <QStringList>

class QPainter;

namespace crucible::widgets {

enum class IconRole { Normal, Muted, Accent, OnAccent, Good, Warning, Error, Faint };

struct Icons {
    // An unknown name gives an icon that draws nothing; tests ask has().
    static QIcon icon(const QString& name, IconRole role = IconRole::Normal);
    static void paint(QPainter& painter, const QRectF& rect, const QString& name, const QColor& color);
    static QPixmap pixmap(const QString& name, int size, const QColor& color, double devicePixelRatio = 1);
    static QColor color(IconRole role);
    static bool has(const QString& name);
    static QStringList names();
};

} // namespace crucible::widgets
