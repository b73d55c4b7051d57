// SPDX-License-Identifier: GPL-3.0-or-later
// Where a person writes: a field that grows with its text, Send and Stop, and how much of the context is used.
#pragma once

#include "playground/generation.h"
#include "widgets/card.h"

class QPlainTextEdit;
class QPushButton;

namespace crucible::widgets {
class Gauge;
}

namespace crucible::workbench {

class TokenLegend;
enum class TokenColoring;

class Composer : public widgets::Card {
    Q_OBJECT
public:
    explicit Composer(QWidget* parent = nullptr);

    void setMode(PlaygroundMode mode);
    // While it makes, Stop is offered; while it can not be sent, `reason` says why.
    void setState(bool making, const QString& reason);
    // Tokens of the context that are used, and of it all; 0 of 0: not known. `draft`: tokens of what is being written.
    void setContext(int used, int draft, int context);
    void setColoring(TokenColoring coloring);
    QString text() const;
    void setText(const QString& text);
    void focusText();

Q_SIGNALS:
    void sendRequested(const QString& text);
    void stopRequested();
    void textEdited();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void send();
    void fitHeight();

    PlaygroundMode m_mode = PlaygroundMode::Chat;
    bool m_making = false;
    QString m_reason;
    QPlainTextEdit* m_text;
    QPushButton* m_stop;
    QPushButton* m_send;
    TokenLegend* m_legend;
    widgets::Gauge* m_context;
};

} // namespace crucible::workbench
