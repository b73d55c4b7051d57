// SPDX-License-Identifier: GPL-3.0-or-later
// A short notice in the window's corner that goes by itself: "Merged marcoro14-7b-slerp. Open". Fades in 120 ms.
#pragma once

#include "widgets/inline_message.h"

class QGraphicsOpacityEffect;

namespace crucible::widgets {

class ToastOverlay : public QWidget {
    Q_OBJECT
public:
    explicit ToastOverlay(QWidget* window);
    // Errors stay until they are dismissed. `link` in the text's anchors emits linkActivated.
    void post(InlineMessage::Kind kind, const QString& text, int milliseconds = 6000);
    int count() const;

Q_SIGNALS:
    void linkActivated(const QString& link);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void place();
    void remove(QWidget* toast);

    QList<QWidget*> m_toasts;
};

} // namespace crucible::widgets
