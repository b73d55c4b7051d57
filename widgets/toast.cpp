// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/toast.h"

#include "widgets/theme.h"

#include <QEvent>
#include <QGraphicsOpacityEffect>
#include <QPainter>
#include <QPropertyAnimation>
#include <QTimer>
#include <QVBoxLayout>

namespace crucible::widgets {
namespace {

constexpr int kFadeMilliseconds = 120;
constexpr int kMostToasts = 4;

class ToastFrame : public QWidget {
public:
    using QWidget::QWidget;

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(Theme::colors().border, 1));
        painter.setBrush(Theme::colors().surface);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), Theme::px(8), Theme::px(8));
    }
};

void fade(QWidget* widget, double from, double to, const std::function<void()>& done = {})
{
    auto* effect = new QGraphicsOpacityEffect(widget);
    effect->setOpacity(from);
    widget->setGraphicsEffect(effect);
    auto* animation = new QPropertyAnimation(effect, "opacity", widget);
    animation->setDuration(kFadeMilliseconds);
    animation->setStartValue(from);
    animation->setEndValue(to);
    QObject::connect(animation, &QPropertyAnimation::finished, widget, [widget, done] {
        widget->setGraphicsEffect(nullptr);
        if (done)
            done();
    });
    animation->start(QAbstractAnimation::DeleteWhenStopped);
}

} // namespace

ToastOverlay::ToastOverlay(QWidget* window) : QWidget(window)
{
    window->installEventFilter(this);
    hide();
}

int ToastOverlay::count() const
{
    return int(m_toasts.size());
}

void ToastOverlay::post(InlineMessage::Kind kind, const QString& text, int milliseconds)
{
    while (m_toasts.size() >= kMostToasts)
        delete m_toasts.takeFirst();
    auto* frame = new ToastFrame(this);
    auto* layout = new QVBoxLayout(frame);
    layout->setContentsMargins(Theme::px(12), Theme::px(10), Theme::px(10), Theme::px(10));
    auto* message = new InlineMessage(kind, text, frame);
    message->setFlat(true);
    message->setDismissible(true);
    layout->addWidget(message);
    m_toasts << frame;
    connect(message, &InlineMessage::linkActivated, this, &ToastOverlay::linkActivated);
    connect(message, &InlineMessage::dismissed, this, [this, frame] { remove(frame); });
    if (kind != InlineMessage::Kind::Error)
        QTimer::singleShot(milliseconds, frame, [this, frame] { fade(frame, 1, 0, [this, frame] { remove(frame); }); });
    place();
    frame->show();
    fade(frame, 0, 1);
}

void ToastOverlay::remove(QWidget* toast)
{
    m_toasts.removeOne(toast);
    toast->hide();
    toast->deleteLater();
    place();
}

void ToastOverlay::place()
{
    const int width_ = std::min(Theme::px(360), parentWidget()->width() - Theme::px(32));
    int height_ = 0;
    for (QWidget* toast : std::as_const(m_toasts)) {
        const int needed = toast->layout()->hasHeightForWidth() ? toast->layout()->totalHeightForWidth(width_) : toast->sizeHint().height();
        toast->setGeometry(0, height_, width_, needed);
        height_ += needed + Theme::px(8);
    }
    setVisible(height_ > 0);
    setGeometry(parentWidget()->width() - width_ - Theme::px(16), parentWidget()->height() - height_ - Theme::px(40), width_,
                std::max(1, height_));
    raise();
}

bool ToastOverlay::eventFilter(QObject* object, QEvent* event)
{
    if (object == parentWidget() && event->type() == QEvent::Resize)
        place();
    return QWidget::eventFilter(object, event);
}

} // namespace crucible::widgets
