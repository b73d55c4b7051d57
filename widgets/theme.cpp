// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme.h"

#include "widgets/style.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontInfo>
#include <QStyle>
#include <QToolTip>
#include <QWidget>

#include <algorithm>
#include <array>
#include <cmath>

namespace crucible::widgets {
namespace {

using namespace Qt::StringLiterals;

constexpr double kBodyPixels = 13;

QColor rgb(unsigned value)
{
    return QColor::fromRgb(value);
}

QPalette paletteOf(const ThemeColors& c)
{
    QPalette p;
    p.setColor(QPalette::Window, c.window);
    p.setColor(QPalette::WindowText, c.text);
    p.setColor(QPalette::Base, c.surface);
    p.setColor(QPalette::AlternateBase, c.sunken);
    p.setColor(QPalette::Text, c.text);
    p.setColor(QPalette::PlaceholderText, c.faint);
    p.setColor(QPalette::Button, c.surface);
    p.setColor(QPalette::ButtonText, c.text);
    p.setColor(QPalette::BrightText, c.onAccent);
    p.setColor(QPalette::Light, c.surface);
    p.setColor(QPalette::Midlight, c.hairline);
    p.setColor(QPalette::Mid, c.border);
    p.setColor(QPalette::Dark, c.border);
    p.setColor(QPalette::Shadow, c.hairline);
    p.setColor(QPalette::Highlight, c.selection);
    p.setColor(QPalette::HighlightedText, c.text);
    p.setColor(QPalette::Link, c.accent);
    p.setColor(QPalette::LinkVisited, c.accent);
    p.setColor(QPalette::ToolTipBase, c.tooltip);
    p.setColor(QPalette::ToolTipText, c.tooltipText);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        p.setColor(QPalette::Disabled, role, c.faint);
    return p;
}

// What palette roles cannot say: text roles of labels. Everything else is drawn by Style.
QString styleSheetOf(const ThemeColors& c)
{
    const auto rule = [](const char* role, const QColor& color) {
        return u"QLabel[textRole=\"%1\"]{color:%2;}"_s.arg(QLatin1String(role), color.name());
    };
    return rule("secondary", c.text) + rule("muted", c.muted) + rule("caption", c.muted) + rule("faint", c.faint) +
           rule("title", c.text) + rule("strong", c.text) + rule("good", c.good) + rule("warning", c.warning) +
           rule("error", c.error) + rule("fixed", c.text) +
           u"QToolTip{color:%1;background:%2;border:1px solid %3;padding:%4px %5px;}"_s.arg(
               c.tooltipText.name(), c.tooltip.name(), c.hairline.name(), QString::number(Theme::px(4)),
               QString::number(Theme::px(6)));
}

const char* roleName(TextRole role)
{
    switch (role) {
    case TextRole::Body: return "body";
    case TextRole::Secondary: return "secondary";
    case TextRole::Muted: return "muted";
    case TextRole::Caption: return "caption";
    case TextRole::Faint: return "faint";
    case TextRole::Title: return "title";
    case TextRole::Strong: return "strong";
    case TextRole::Good: return "good";
    case TextRole::Warning: return "warning";
    case TextRole::Error: return "error";
    case TextRole::Fixed: return "fixed";
    }
    return "body";
}

QFont scaled(double pixels, QFont::Weight weight)
{
    QFont font = Theme::bodyFont();
    font.setPixelSize(Theme::px(pixels));
    font.setWeight(weight);
    return font;
}

// The system's font. Where no desktop names one (a bare X server, offscreen) Qt falls back to a generic family; a face
// made for screens is taken then when there is one.
QFont systemBodyFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    const bool generic = font.family().isEmpty() || font.family().startsWith(u"Sans"_s, Qt::CaseInsensitive) ||
                         font.family().startsWith(u"DejaVu"_s) || font.family() == u"Bitstream Vera Sans"_s;
    if (generic && QFontDatabase::hasFamily(u"Inter"_s))
        font.setFamilies({u"Inter"_s, u"Noto Sans CJK SC"_s});
    font.setPixelSize(std::max(int(kBodyPixels), QFontInfo(font).pixelSize()));
    return font;
}

} // namespace

Theme::Theme() = default;

Theme& Theme::current()
{
    static Theme theme;
    return theme;
}

ThemeColors Theme::colorsFor(bool dark)
{
    ThemeColors c;
    c.window = rgb(dark ? 0x15181C : 0xF5F6F8);
    c.surface = rgb(dark ? 0x1D2126 : 0xFFFFFF);
    c.field = rgb(dark ? 0x21262C : 0xFFFFFF);
    c.sunken = rgb(dark ? 0x191C20 : 0xF5F6F8);
    c.hairline = rgb(dark ? 0x2D333A : 0xE2E6EB);
    c.border = rgb(dark ? 0x3A424B : 0xD3D9E0);
    c.text = rgb(dark ? 0xE5E8EC : 0x1B1F24);
    c.muted = rgb(dark ? 0x9AA4AF : 0x5D6772);
    c.faint = rgb(dark ? 0x737D88 : 0x8A949E);
    c.accent = rgb(dark ? 0x7AAEFF : 0x2563C9);
    c.onAccent = rgb(dark ? 0x101418 : 0xFFFFFF);
    c.selection = rgb(dark ? 0x22324A : 0xE6EEFB);
    c.hover = rgb(dark ? 0x262C33 : 0xF0F3F6);
    c.good = rgb(dark ? 0x56C28B : 0x1A7F4B);
    c.warning = rgb(dark ? 0xE0B252 : 0x9A6700);
    c.error = rgb(dark ? 0xF2897F : 0xB42318);
    c.goodSurface = rgb(dark ? 0x1B2C24 : 0xE6F4EC);
    c.warningSurface = rgb(dark ? 0x302919 : 0xFFF3D6);
    c.errorSurface = rgb(dark ? 0x351F1F : 0xFDECEA);
    c.infoSurface = c.selection;
    c.grid = rgb(dark ? 0x262B31 : 0xEDF0F3);
    c.tooltip = rgb(dark ? 0x14171A : 0x1B1F24);
    c.tooltipText = rgb(dark ? 0xE5E8EC : 0xFFFFFF);
    return c;
}

void Theme::apply(QApplication& app, Mode mode)
{
    Theme& theme = current();
    static const bool first = [&] {
        theme.m_systemDark = app.palette().color(QPalette::Window).lightness() < 128;
        const QFont body = systemBodyFont();
        app.setStyle(new Style);
        app.setFont(body);
        theme.m_scale = body.pixelSize() / kBodyPixels;
        app.installEventFilter(&theme);
        return true;
    }();
    Q_UNUSED(first);
    theme.m_mode = mode;
    theme.rebuild(app);
}

void Theme::rebuild(QApplication& app)
{
    m_dark = m_mode == Mode::Dark || (m_mode == Mode::System && m_systemDark);
    m_colors = colorsFor(m_dark);
    m_applying = true;
    app.setPalette(paletteOf(m_colors));
    app.setStyleSheet(styleSheetOf(m_colors));
    QToolTip::setFont(secondaryFont());
    m_applying = false;
    for (QWidget* widget : QApplication::allWidgets())
        widget->update();
    Q_EMIT changed();
}

// The desktop's scheme arrives as a new application palette.
bool Theme::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::ThemeChange && object == qApp && !m_applying && m_mode == Mode::System) {
        const bool dark = QApplication::style()->standardPalette().color(QPalette::Window).lightness() < 128;
        if (dark != m_systemDark) {
            m_systemDark = dark;
            rebuild(*qApp);
        }
    }
    return QObject::eventFilter(object, event);
}

int Theme::px(double pixels)
{
    return int(std::lround(pixels * current().m_scale));
}

QFont Theme::bodyFont()
{
    return QApplication::font();
}

QFont Theme::secondaryFont()
{
    return scaled(12, QFont::Normal);
}

QFont Theme::captionFont()
{
    return scaled(12, QFont::DemiBold);
}

QFont Theme::titleFont()
{
    return scaled(18, QFont::DemiBold);
}

QFont Theme::strongFont()
{
    return scaled(13, QFont::DemiBold);
}

QFont Theme::fixedFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPixelSize(px(12));
    font.setStyleHint(QFont::Monospace);
    return font;
}

void Theme::setTextRole(QLabel* label, TextRole role)
{
    label->setProperty("textRole", QLatin1String(roleName(role)));
    switch (role) {
    case TextRole::Secondary:
    case TextRole::Muted:
    case TextRole::Faint: label->setFont(secondaryFont()); break;
    case TextRole::Caption: label->setFont(captionFont()); break;
    case TextRole::Title: label->setFont(titleFont()); break;
    case TextRole::Strong: label->setFont(strongFont()); break;
    case TextRole::Fixed: label->setFont(fixedFont()); break;
    default: label->setFont(bodyFont()); break;
    }
    label->style()->unpolish(label);
    label->style()->polish(label);
}

void Theme::setPrimary(QPushButton* button)
{
    button->setProperty("kind", u"primary"_s);
    button->update();
}

void Theme::setQuiet(QWidget* button)
{
    button->setProperty("kind", u"quiet"_s);
    button->update();
}

QColor Theme::seriesColor(int index)
{
    static constexpr std::array<unsigned, 6> kLight = {0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9};
    static constexpr std::array<unsigned, 6> kDark = {0x56B4E9, 0xE69F00, 0x2DC79A, 0xDD95C0, 0xF08A4B, 0x9AD0F5};
    const auto i = std::size_t(std::max(index, 0)) % kLight.size();
    return rgb(isDark() ? kDark[i] : kLight[i]);
}

QVector<qreal> Theme::seriesDash(int index)
{
    switch (std::max(index, 0) % 5) {
    case 1: return {5, 3};
    case 2: return {1.2, 2.4};
    case 3: return {6, 2.5, 1.2, 2.5};
    case 4: return {9, 3};
    default: return {};
    }
}

Marker Theme::seriesMarker(int index)
{
    return Marker(std::max(index, 0) % 6);
}

QColor Theme::viridis(double t)
{
    // Nine stops of the map by Smith and van der Walt, linear between them.
    static constexpr std::array<unsigned, 9> kStops = {0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C,
                                                       0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725};
    if (std::isnan(t))
        return {};
    const double position = std::clamp(t, 0.0, 1.0) * double(kStops.size() - 1);
    const auto low = std::min(std::size_t(position), kStops.size() - 2);
    const double part = position - double(low);
    const QColor a = rgb(kStops[low]), b = rgb(kStops[low + 1]);
    const auto mix = [part](int x, int y) { return int(std::lround(x + (y - x) * part)); };
    return {mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue())};
}

QColor Theme::textOn(const QColor& background)
{
    const QColor dark = rgb(0x14171A);
    return contrast(background, dark) >= contrast(background, Qt::white) ? dark : QColor(Qt::white);
}

double Theme::contrast(const QColor& a, const QColor& b)
{
    const auto luminance = [](const QColor& color) {
        const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
        return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
    };
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

void drawMarker(QPainter& painter, QPointF center, double radius, Marker marker, const QColor& color,
                const QColor& fill)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(color, std::max(1.5, radius * 0.36)));
    painter.setBrush(fill);
    const auto polygon = [&](std::initializer_list<QPointF> points) {
        QPolygonF shape;
        for (const QPointF& p : points)
            shape << center + p * radius;
        painter.drawPolygon(shape);
    };
    switch (marker) {
    case Marker::Circle: painter.drawEllipse(center, radius, radius); break;
    case Marker::Square: polygon({{-0.86, -0.86}, {0.86, -0.86}, {0.86, 0.86}, {-0.86, 0.86}}); break;
    case Marker::Triangle: polygon({{0, -1.05}, {1, 0.8}, {-1, 0.8}}); break;
    case Marker::Diamond: polygon({{0, -1.15}, {1.05, 0}, {0, 1.15}, {-1.05, 0}}); break;
    case Marker::TriangleDown: polygon({{0, 1.05}, {1, -0.8}, {-1, -0.8}}); break;
    case Marker::Cross:
        painter.drawLine(center + QPointF(-0.8, -0.8) * radius, center + QPointF(0.8, 0.8) * radius);
        painter.drawLine(center + QPointF(-0.8, 0.8) * radius, center + QPointF(0.8, -0.8) * radius);
        break;
    }
    painter.restore();
}

} // namespace crucible::widgets
