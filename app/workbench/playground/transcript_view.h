// SPDX-License-Identifier: GPL-3.0-or-later
// The messages of one column, one under the other, scrolled along while they grow.
#pragma once

#include "playground/message_view.h"
#include "widgets/plain_scroll_area.h"

#include <QTimer>

class QPushButton;
class QVBoxLayout;

namespace crucible::workbench {

class PlaygroundSession;

class TranscriptView : public widgets::PlainScrollArea {
    Q_OBJECT
public:
    TranscriptView(PlaygroundSession& session, int column, QWidget* parent = nullptr);

    void setColumn(int column);
    void refresh();     // the path or a text changed
    void growLater();   // a message that is being made has more; shown together every few frames
    void setColoring(TokenColoring coloring);
    // Of the message that is looked at; -1: none.
    void setMarkedToken(int message, int token);
    QList<MessageView*> messages() const { return m_views; }
    MessageView* viewOf(int id) const;
    bool isEmpty() const { return m_views.isEmpty(); }
    void scrollToEnd();

Q_SIGNALS:
    void tokenHovered(int message, int token);
    void tokenChosen(int message, int token);

private:
    MessageView* makeView();
    MessageView::Place placeOf(const Message& message) const;
    QString waitingFor(const Message& message) const;
    void growNow();
    void showEarlier();
    void compare(MessageView* view, int turn);
    void act(MessageView* view, MessageView::Action action);

    PlaygroundSession& m_session;
    int m_column;
    QVBoxLayout* m_layout;
    QPushButton* m_earlier;
    QList<MessageView*> m_views; // of the path from m_offset on
    qsizetype m_offset = 0;      // earlier messages that are not shown: a long talk opens at its end
    int m_first = 0;             // of the path when that was decided
    TokenColoring m_coloring = TokenColoring::None;
    QTimer m_growth;
    bool m_following = true; // the end is in sight
};

} // namespace crucible::workbench
