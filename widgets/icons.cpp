// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/icons.h"

#include "widgets/theme.h"

#include <QDir>
#include <QFile>
#include <QIconEngine>
#include <QPainter>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <cmath>

// Resources of a static library must be asked for, from outside any namespace.
static void loadCrucibleIcons()
{
    Q_INIT_RESOURCE(widgets);
}

namespace crucible::widgets {
namespace {

using namespace Qt::StringLiterals;

QString pathOf(const QString& name)
{
    static const bool loaded = (loadCrucibleIcons(), true);
    Q_UNUSED(loaded);
    return u":/crucible/icons/"_s + name + u".svg"_s;
}

class LineIconEngine : public QIconEngine {
public:
    LineIconEngine(QString name, IconRole role) : m_name(std::move(name)), m_role(role) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        Icons::paint(*painter, rect, m_name, colorFor(mode));
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State) override
    {
        return Icons::pixmap(m_name, std::min(size.width(), size.height()), colorFor(mode));
    }
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State, qreal) override
    {
        return Icons::pixmap(m_name, std::min(size.width(), size.height()), colorFor(mode));
    }
    QIconEngine* clone() const override { return new LineIconEngine(*this); }
    QString key() const override { return u"crucible"_s; }
    QString iconName() override { return m_name; }
    bool isNull() override { return !Icons::has(m_name); }

private:
    QColor colorFor(QIcon::Mode mode) const
    {
        if (mode == QIcon::Disabled)
            return Theme::colors().faint;
        return Icons::color(m_role);
    }

    QString m_name;
    IconRole m_role;
};

} // namespace

QIcon Icons::icon(const QString& name, IconRole role)
{
    return QIcon(new LineIconEngine(name, role));
}

QPixmap Icons::pixmap(const QString& name, int size, const QColor& color, double devicePixelRatio)
{
    const int side = int(std::ceil(size * devicePixelRatio));
    const QString key = u"crucible/%1/%2/%3"_s.arg(name, QString::number(side), QString::number(color.rgba(), 16));
    QPixmap result;
    if (QPixmapCache::find(key, &result) && !result.isNull()) {
        result.setDevicePixelRatio(devicePixelRatio);
        return result;
    }
    result = QPixmap(side, side);
    result.fill(Qt::transparent);
    QFile file(pathOf(name));
    if (file.open(QIODevice::ReadOnly)) {
        QByteArray svg = file.readAll();
        svg.replace("currentColor", color.name().toLatin1());
        QSvgRenderer renderer(svg);
        QPainter painter(&result);
        painter.setOpacity(color.alphaF());
        renderer.render(&painter);
    }
    QPixmapCache::insert(key, result);
    result.setDevicePixelRatio(devicePixelRatio);
    return result;
}

void Icons::paint(QPainter& painter, const QRectF& rect, const QString& name, const QColor& color)
{
    const double ratio = painter.device() != nullptr ? painter.device()->devicePixelRatioF() : 1;
    const int side = int(std::min(rect.width(), rect.height()));
    const QPointF corner(std::round(rect.center().x() - side / 2.0), std::round(rect.center().y() - side / 2.0));
    painter.drawPixmap(corner, pixmap(name, side, color, ratio));
}

QColor Icons::color(IconRole role)
{
    const ThemeColors& c = Theme::colors();
    switch (role) {
    case IconRole::Normal: return c.text;
    case IconRole::Muted: return c.muted;
    case IconRole::Accent: return c.accent;
    case IconRole::OnAccent: return c.onAccent;
    case IconRole::Good: return c.good;
    case IconRole::Warning: return c.warning;
    case IconRole::Error: return c.error;
    case IconRole::Faint: return c.faint;
    }
    return c.text;
}

bool Icons::has(const QString& name)
{
    return QFile::exists(pathOf(name));
}

QStringList Icons::names()
{
    const QStringList files = QDir(pathOf(QString()).left(pathOf(QString()).lastIndexOf(u'/'))).entryList({u"*.svg"_s});
    QStringList result;
    for (const QString& file : files)
        result << file.chopped(4);
    return result;
}

} // namespace crucible::widgets
