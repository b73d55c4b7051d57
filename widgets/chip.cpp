// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/chip.h"

#include "widgets/icons.h"
#include "widgets/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

namespace crucible::widgets {

using namespace Qt::StringLiterals;

Chip::Chip(const QString& text, QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    setFont(Theme::secondaryFont());
    setText(text);
}

void Chip::setText(const QString& text)
{
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

void Chip::setIcon(const QString& name)
{
    m_icon = name;
    updateGeometry();
    update();
}

void Chip::setTone(Tone tone)
{
    m_tone = tone;
    update();
}

void Chip::setRemovable(bool removable)
{
    m_removable = removable;
    setFocusPolicy(removable ? Qt::TabFocus : Qt::NoFocus);
    updateGeometry();
    update();
}

QSize Chip::sizeHint() const
{
    const int icon = m_icon.isEmpty() ? 0 : Theme::px(14 + 5);
    const int cross = m_removable ? Theme::px(12 + 6) : 0;
    return {fontMetrics().horizontalAdvance(m_text) + icon + cross + 2 * Theme::px(10), Theme::px(24)};
}

QSize Chip::minimumSizeHint() const
{
    return {Theme::px(48), Theme::px(24)};
}

QRectF Chip::crossRect() const
{
    const double side = Theme::px(12);
    return {width() - Theme::px(8) - side, (height() - side) / 2.0, side, side};
}

void Chip::paintEvent(QPaintEvent*)
{
    const ThemeColors& c = Theme::colors();
    QColor text = c.muted, fill = c.surface, border = c.hairline;
    switch (m_tone) {
    case Tone::Plain: break;
    case Tone::Accent: text = c.accent, fill = c.selection, border = c.selection; break;
    case Tone::Good: text = c.good, fill = c.goodSurface, border = c.goodSurface; break;
    case Tone::Warning: text = c.warning, fill = c.warningSurface, border = c.warningSurface; break;
    case Tone::Error: text = c.error, fill = c.errorSurface, border = c.errorSurface; break;
    }
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(hasFocus() ? c.accent : border, 1));
    painter.setBrush(fill);
    const double radius = (height() - 1) / 2.0;
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    int left = Theme::px(10);
    if (!m_icon.isEmpty()) {
        const int side = Theme::px(14);
        Icons::paint(painter, QRectF(left, (height() - side) / 2, side, side), m_icon, text);
        left += side + Theme::px(5);
    }
    const int right = m_removable ? Theme::px(8 + 12 + 6) : Theme::px(10);
    painter.setPen(text);
    const QRect room(left, 0, width() - left - right + 1, height());
    painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft, fontMetrics().elidedText(m_text, Qt::ElideRight, room.width()));
    if (m_removable)
        Icons::paint(painter, crossRect(), u"cancel"_s, text);
}

void Chip::mouseReleaseEvent(QMouseEvent* event)
{
    if (m_removable && crossRect().adjusted(-4, -6, 8, 6).contains(event->position()))
        Q_EMIT removed();
    else
        Q_EMIT clicked();
}

void Chip::keyPressEvent(QKeyEvent* event)
{
    if (m_removable && (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace))
        Q_EMIT removed();
    else
        QWidget::keyPressEvent(event);
}

StateLabel::StateLabel(QWidget* parent) : QWidget(parent)
{
    setFont(Theme::secondaryFont());
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

void StateLabel::setState(State state, const QString& word)
{
    m_state = state;
    m_word = word;
    setAccessibleName(word);
    updateGeometry();
    update();
}

QString StateLabel::iconName(State state)
{
    switch (state) {
    case State::None: return {};
    case State::Queued: return u"clock"_s;
    case State::Running: return u"play"_s;
    case State::Paused: return u"pause"_s;
    case State::Done: return u"check"_s;
    case State::Cancelled: return u"stop"_s;
    case State::Interrupted: return u"interrupted"_s;
    case State::Failed: return u"error"_s;
    case State::Warning: return u"warning"_s;
    case State::Info: return u"info"_s;
    }
    return {};
}

QColor StateLabel::color(State state)
{
    const ThemeColors& c = Theme::colors();
    switch (state) {
    case State::Running:
    case State::Done: return c.good;
    case State::Interrupted:
    case State::Warning:
    case State::Paused: return c.warning;
    case State::Failed: return c.error;
    case State::Info: return c.accent;
    default: return c.muted;
    }
}

QSize StateLabel::sizeHint() const
{
    const int icon = m_state == State::None ? 0 : Theme::px(14 + 5);
    return {icon + fontMetrics().horizontalAdvance(m_word) + 2, qMax(fontMetrics().height(), Theme::px(18))};
}

QSize StateLabel::minimumSizeHint() const
{
    return {Theme::px(20), sizeHint().height()};
}

void StateLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QColor tone = color(m_state);
    int left = 0;
    if (m_state != State::None) {
        const int side = Theme::px(14);
        Icons::paint(painter, QRectF(0, (height() - side) / 2, side, side), iconName(m_state), tone);
        left = side + Theme::px(5);
    }
    painter.setPen(tone);
    const QRect room = rect().adjusted(left, 0, 0, 0);
    painter.drawText(room, Qt::AlignVCenter | Qt::AlignLeft, fontMetrics().elidedText(m_word, Qt::ElideRight, room.width()));
}

} // namespace crucible::widgets
