// SPDX-License-Identifier: GPL-3.0-or-later
// What goes on in the Playground, without its widgets: one to four columns (a model, settings, a tree of messages), the
// requests to their models, one after the other so that timings are comparable, and the conversation in the project.
#pragma once

#include "playground/conversation.h"
#include "playground/model_pool.h"
#include "services.h"

#include <QObject>

#include <deque>
#include <vector>

namespace crucible::project {
struct Conversation;
}

namespace crucible::workbench {

class PlaygroundSession : public QObject {
    Q_OBJECT
public:
    static constexpr int kMostColumns = 4;

    struct Column {
        ModelChoice model;
        GenerationSettings settings;
        Conversation talk;
        int making = 0;        // the message that is being made, or waits for its turn
        int promptDone = 0;    // tokens of the prompt that were read, while it is being made
        int promptTokens = 0;
        int searched = 0; // tokens that the beams have, while they are searched
    };

    PlaygroundSession(Services& services, ModelPool& pool, QObject* parent = nullptr);
    ~PlaygroundSession() override;

    PlaygroundMode mode() const { return m_mode; }
    void setMode(PlaygroundMode mode); // begins another conversation when this one has messages
    int columnCount() const { return static_cast<int>(m_columns.size()); }
    const Column& column(int index) const { return m_columns[static_cast<std::size_t>(index)]; }
    // A column like the last one; its talk too.
    void addColumn();
    void removeColumn(int index);
    void setModel(int index, const ModelChoice& model); // and loads it
    void restoreModel(int index, const ModelChoice& model); // it is loaded when it is asked something
    void setSettings(int index, const GenerationSettings& settings);
    // nullptr while no model is chosen or it was never loaded.
    ModelProcess* processOf(int index) const;
    // The model is loaded and has no chat template, and none of the library was chosen: it can not chat.
    bool lacksTemplate(int index) const;

    // --- talking; messages are meant by column and id
    void send(const QString& text); // to every column
    // Another go at an answer, or at what follows a message of a person.
    void regenerate(int index, int id);
    // A changed copy beside the message. What a person wrote is changed in every column that has the same at this turn, and
    // answered anew.
    void edit(int index, int id, const QString& text);
    void goOn(int index, int id); // from where the answer ended
    void remove(int index, int id);
    void show(int index, int id); // this go instead of its sibling
    void stop();
    bool isMaking() const { return !m_turns.empty(); }
    void restart(int index); // a model that failed or is gone

    // --- the conversation
    QString conversationId() const { return m_id; } // empty: nothing was kept yet
    QString title() const { return m_title; }
    void begin();                                   // a new one, with the same models and settings
    // What `stored` is, read once; the tokens of its messages in their order. Not for the window's thread: they may be many.
    static QList<QList<TokenRecord>> readTokens(const project::Conversation& stored);
    void open(const project::Conversation& stored, const QList<QList<TokenRecord>>& tokens); // its models are loaded when the next message is sent
    void rename(const QString& title);

Q_SIGNALS:
    void columnsChanged();            // count, models or mode
    void settingsChanged();
    void modelChanged();              // a model is in another state
    void messagesChanged(int index);  // the path is another one, or a message has another text
    void messageGrew(int index, int id);
    void makingChanged();
    void conversationChanged();       // id or title

private:
    struct Turn {
        int column = 0;
        int id = 0;
        bool goesOn = false;   // the message has a beginning already
        quint64 request = 0;   // 0: waits
        ModelProcess* process = nullptr;
    };

    Column& columnAt(int index) { return m_columns[static_cast<std::size_t>(index)]; }
    void answer(int index, int parent);
    void enqueue(int index, int id, bool goesOn);
    void runNext();
    void takeEvent(const QJsonObject& event);
    void finishTurn();
    QJsonObject requestOf(const Turn& turn, const Column& column, qint64 seed) const;
    void loadModels();
    // --- keeping
    bool ensureConversation(const QString& firstText);
    void store(int index, int id);
    void storeColumns();

    Services& m_services;
    ModelPool& m_pool;
    PlaygroundMode m_mode = PlaygroundMode::Chat;
    std::vector<Column> m_columns{1};
    std::deque<Turn> m_turns; // the first is under way
    QString m_id;
    QString m_title;
};

} // namespace crucible::workbench
