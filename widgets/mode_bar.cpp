// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/mode_bar.h"

#include "widgets/icons.h"
#include "widgets/theme.h"

#include <QAbstractButton>
#include <QKeyEvent>
#include <QPainter>
#include <QVBoxLayout>

namespace crucible::widgets {

class ModeButton : public QAbstractButton {
public:
    ModeButton(const QString& icon, const QString& text, QWidget* parent) : QAbstractButton(parent), m_icon(icon)
    {
        setText(text);
        setAccessibleName(text);
        setCheckable(true);
        setAttribute(Qt::WA_Hover);
        setFocusPolicy(Qt::NoFocus);
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    }
    QSize sizeHint() const override { return {Theme::px(76), Theme::px(60)}; }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const ThemeColors& c = Theme::colors();
        QPainter painter(this);
        if (isChecked()) {
            painter.fillRect(rect(), c.selection);
            painter.fillRect(QRect(0, 0, Theme::px(3), height()), c.accent);
        } else if (underMouse()) {
            painter.fillRect(rect().adjusted(0, 0, -1, 0), c.hover);
        }
        const QColor tone = isChecked() ? c.accent : underMouse() ? c.text : c.muted;
        const int side = Theme::px(20);
        Icons::paint(painter, QRectF((width() - side) / 2, Theme::px(10), side, side), m_icon, tone);
        QFont font = Theme::secondaryFont();
        font.setPixelSize(Theme::px(11));
        font.setWeight(isChecked() ? QFont::DemiBold : QFont::Normal);
        painter.setFont(font);
        painter.setPen(tone);
        const QRect room(Theme::px(4), Theme::px(32), width() - Theme::px(8), Theme::px(20));
        painter.drawText(room, Qt::AlignHCenter | Qt::AlignVCenter,
                         QFontMetrics(font).elidedText(text(), Qt::ElideRight, room.width()));
        const auto* bar = static_cast<const ModeBar*>(parentWidget());
        if (isChecked() && bar->hasFocus() && bar->m_showsFocus) {
            painter.setPen(QPen(c.accent, 1));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(QRectF(rect()).adjusted(5.5, 3.5, -4.5, -3.5), Theme::px(6), Theme::px(6));
        }
    }

private:
    QString m_icon;
};

ModeBar::ModeBar(QWidget* parent) : QWidget(parent)
{
    m_layout = new QVBoxLayout(this);
    m_layout->setContentsMargins(0, Theme::px(8), 1, Theme::px(8));
    m_layout->setSpacing(Theme::px(2));
    m_layout->addStretch(1);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Modes"));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
}

int ModeBar::addMode(const QString& icon, const QString& text, const QString& toolTip)
{
    auto* button = new ModeButton(icon, text, this);
    button->setToolTip(toolTip);
    const int index = int(m_buttons.size());
    m_buttons << button;
    m_layout->insertWidget(index, button);
    connect(button, &QAbstractButton::clicked, this, [this, index] { setCurrentIndex(index); });
    if (m_current < 0)
        setCurrentIndex(0);
    return index;
}

void ModeBar::setModeText(int index, const QString& text)
{
    m_buttons.at(index)->setText(text);
    m_buttons.at(index)->setAccessibleName(text);
}

void ModeBar::setCurrentIndex(int index)
{
    if (index < 0 || index >= m_buttons.size())
        return;
    for (int i = 0; i < m_buttons.size(); ++i)
        m_buttons[i]->setChecked(i == index);
    if (index == m_current)
        return;
    m_current = index;
    setAccessibleDescription(m_buttons.at(index)->text());
    Q_EMIT currentChanged(index);
}

QSize ModeBar::sizeHint() const
{
    return {Theme::px(76), Theme::px(62) * count() + Theme::px(16)};
}

QSize ModeBar::minimumSizeHint() const
{
    return {Theme::px(76), Theme::px(120)};
}

void ModeBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), Theme::colors().surface);
    painter.fillRect(QRect(width() - 1, 0, 1, height()), Theme::colors().hairline);
}

void ModeBar::focusInEvent(QFocusEvent* event)
{
    m_showsFocus = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason ||
                   event->reason() == Qt::ShortcutFocusReason;
    QWidget::focusInEvent(event);
}

void ModeBar::keyPressEvent(QKeyEvent* event)
{
    m_showsFocus = true;
    switch (event->key()) {
    case Qt::Key_Down: setCurrentIndex(m_current + 1); break;
    case Qt::Key_Up: setCurrentIndex(m_current - 1); break;
    case Qt::Key_Home: setCurrentIndex(0); break;
    case Qt::Key_End: setCurrentIndex(count() - 1); break;
    default: QWidget::keyPressEvent(event);
    }
}

} // namespace crucible::widgets
