// SPDX-License-Identifier: GPL-3.0-or-later
// One message of a conversation: its text with its tokens, how it went, and what can be done with it: by small buttons, by
// the context menu, and by keys while it has the focus.
#pragma once

#include "playground/conversation.h"
#include "playground/token_colors.h"

#include <QFrame>

class QBoxLayout;
class QLabel;
class QMenu;
class QPlainTextEdit;
class QPushButton;
class QToolButton;

namespace crucible::widgets {
class ElidedLabel;
class InlineMessage;
}

namespace crucible::workbench {

class TokenText;

class MessageView : public QFrame {
    Q_OBJECT
public:
    enum class Action { Edit, Regenerate, GoOn, Copy, Delete, Previous, Next, How };

    explicit MessageView(QWidget* parent = nullptr);

    // What stands beside the message in its conversation.
    struct Place {
        int sibling = 1; // "2 of 3"
        int siblings = 1;
        bool isMaking = false;   // now, or it waits for its turn
        bool mayChange = true;   // nothing is being made in its column
        int promptDone = 0;      // tokens of the prompt that were read
        int promptTokens = 0;
        int searched = 0;        // tokens that its beams have
        QString waiting;         // what it waits for, in words
        bool isLast = false;     // its buttons are always seen; those of others under the pointer
        bool problemAbove = false; // what went wrong stands above the column already
        bool timed = true;       // its timing stands here, not above the column
    };
    void setMessage(const Message& message, const Place& place);
    void grow(const Message& message, const Place& place); // the same, with more at its end
    int id() const { return m_id; }
    void setColoring(TokenColoring coloring);
    // Where it parts from the answer of the first column; an empty sentence: nowhere.
    void setParted(int character, const QString& sentence);
    TokenText* text() const { return m_text; }
    void startEditing();
    bool isEditing() const;
    void addActions(QMenu* menu);

Q_SIGNALS:
    void actionRequested(crucible::workbench::MessageView::Action action);
    void edited(const QString& text);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    QToolButton* addButton(const char* icon, const QString& text, Action action);
    void showFacts(const Message& message, const Place& place);
    QString factsOf(const Message& message, const Place& place) const;
    void stopEditing();
    bool can(Action action) const;
    bool suits(Action action) const; // for what the message is
    bool isNarrow() const;
    void showButtons();

    int m_id = 0;
    Role m_role = Role::User;
    Place m_place;
    bool m_made = false; // a model's answer that is complete
    TokenText* m_text;
    widgets::ElidedLabel* m_facts;
    widgets::InlineMessage* m_problem;
    widgets::InlineMessage* m_parted;
    QBoxLayout* m_line;
    QWidget* m_footer;
    QLabel* m_sibling;
    QToolButton* m_previous;
    QToolButton* m_next;
    QList<QPair<Action, QToolButton*>> m_buttons;
    QWidget* m_editor = nullptr;
    QPlainTextEdit* m_edit = nullptr;
    QPushButton* m_keep = nullptr;
};

} // namespace crucible::workbench
