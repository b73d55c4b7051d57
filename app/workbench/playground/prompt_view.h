// SPDX-License-Identifier: GPL-3.0-or-later
// Exactly what the model reads: the conversation as its template writes it, token by token, special tokens marked.
#pragma once

#include "widgets/card.h"

#include <QJsonArray>

class QPlainTextEdit;
class QPushButton;
class QStackedWidget;

namespace crucible::widgets {
class EmptyState;
class InlineMessage;
}

namespace crucible::workbench {

class PlaygroundSession;

class PromptView : public widgets::Card {
    Q_OBJECT
public:
    explicit PromptView(PlaygroundSession& session, QWidget* parent = nullptr);
    // Asks the model of `column` how it would read the path, with `draft` as the next message.
    void refresh(int column, const QString& draft);
    bool isBusy() const { return m_asked != 0; }

Q_SIGNALS:
    void busyChanged();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void show(const QJsonObject& event);
    void say(const QString& title, const QString& text);
    int tokenAt(int character) const;
    void showTable();

    struct Token {
        int id = 0;
        QString piece;
        bool special = false;
        int begin = 0; // characters of the text
        int end = 0;
    };
    PlaygroundSession& m_session;
    quint64 m_asked = 0;
    QList<Token> m_tokens;
    QPlainTextEdit* m_text;
    QStackedWidget* m_stack;
    widgets::EmptyState* m_empty;
    widgets::InlineMessage* m_problem;
    QPushButton* m_copy;
    QPushButton* m_table;
};

} // namespace crucible::workbench
