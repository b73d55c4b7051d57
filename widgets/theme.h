// SPDX-License-Identifier: GPL-3.0-or-later
// The look in one place: colours by meaning, sizes from the system font, and the colours of data. Widgets and pages ask
// here and carry no colour and no pixel size of their own. Theme::apply installs palette, style and style sheet; a change
// (also of the system's scheme) repaints everything and emits changed().
#pragma once

#include <QColor>
#include <QFont>
#include <QObject>
#include <QPalette>
#include <QVector>

class QApplication;
class QLabel;
class QPainter;
class QPointF;
class QPushButton;
class QWidget;

namespace crucible::widgets {

struct ThemeColors {
    QColor window, surface, field, sunken, hairline, border;
    QColor text, muted, faint;
    QColor accent, onAccent, selection, hover;
    QColor good, warning, error;
    QColor goodSurface, warningSurface, errorSurface, infoSurface;
    QColor grid, tooltip, tooltipText;
};

// Marks of a series, so that colour is never the only difference.
enum class Marker { Circle, Square, Triangle, Diamond, TriangleDown, Cross };

// What a text is for; see Theme::setTextRole.
enum class TextRole { Body, Secondary, Muted, Caption, Faint, Title, Strong, Good, Warning, Error, Fixed };

class Theme : public QObject {
    Q_OBJECT
public:
    enum class Mode { System, Light, Dark };
    Q_ENUM(Mode)

    // Sets style, palette, font and style sheet of the application; may be called again at any time.
    static void apply(QApplication& app, Mode mode);
    static Theme& current();

    static const ThemeColors& colors() { return current().m_colors; }
    static bool isDark() { return current().m_dark; }
    Mode mode() const { return m_mode; }
    // The tokens of one scheme, whichever is current; for tests and previews.
    static ThemeColors colorsFor(bool dark);

    // `pixels` at a 13 px body font, scaled to the system's font.
    static int px(double pixels);
    static QFont bodyFont();
    static QFont secondaryFont(); // 12 px at a 13 px body
    static QFont captionFont();   // secondary, semibold
    static QFont titleFont();     // 18 px semibold
    static QFont strongFont();    // body, semibold
    static QFont fixedFont();     // the system's fixed font, secondary size

    // Gives a label the font and colour of a role; follows the theme.
    static void setTextRole(QLabel* label, TextRole role);
    // The filled button, at most one per page.
    static void setPrimary(QPushButton* button);
    // A button without a frame until the pointer is over it.
    static void setQuiet(QWidget* button);
    // Set on a widget that does not paint by itself that it has the focus: whoever owns the window frames it then.
    static constexpr const char* kFramedFocus = "framedFocus";

    // Okabe-Ito, lightened in the dark. Colour, dash and marker repeat after six, in different rhythms.
    static QColor seriesColor(int index);
    static QVector<qreal> seriesDash(int index); // in pen widths; empty is solid
    static Marker seriesMarker(int index);
    // viridis, t from 0 (dark) to 1 (yellow); clamped.
    static QColor viridis(double t);
    // A readable text colour on top of `background`.
    static QColor textOn(const QColor& background);
    // Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.1 relative luminance).
    static double contrast(const QColor& a, const QColor& b);

Q_SIGNALS:
    void changed();

private:
    Theme();
    void rebuild(QApplication& app);
    bool eventFilter(QObject* object, QEvent* event) override;

    ThemeColors m_colors;
    Mode m_mode = Mode::System;
    bool m_dark = false;
    bool m_systemDark = false;
    bool m_applying = false;
    double m_scale = 1;
};

// Draws the mark of a series around `center`: outline in `color`, filled with `fill`.
void drawMarker(QPainter& painter, QPointF center, double radius, Marker marker, const QColor& color, const QColor& fill);

} // namespace crucible::widgets
