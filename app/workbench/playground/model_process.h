// SPDX-License-Identifier: GPL-3.0-or-later
// One loaded model: the worker process that has it (`crucible-cli playground`), spoken to in lines of JSON. It belongs to the
// window: it ends with this object, and by itself when the window is gone. Whatever happens to it is told in sentences.
#pragma once

#include "playground/model_choice.h"

#include <QElapsedTimer>
#include <QJsonObject>
#include <QObject>
#include <QPointer>
#include <QProcess>
#include <QTimer>

#include <deque>
#include <functional>

namespace crucible::workbench {

// How the program that loads models is started; for tests and unusual installations.
struct ModelProgram {
    QString program; // empty: it was not found
    QStringList leadingArguments;
    int threads = 0; // 0: one per processor
    QString device; // as --device names it; empty: the processor
    quint64 deviceBytes = 0; // of the device's memory; 0: it computes in the machine's
    int context = 0; // tokens; 0: as much as the model has, within what the worker thinks sensible
};

class ModelProcess : public QObject {
    Q_OBJECT
public:
    enum class State {
        Idle,    // not started
        Loading,
        Ready,
        Failed,  // could not be loaded; problem() says why
        Gone,    // ended without being asked; problem() says how
    };

    ModelProcess(const ModelChoice& choice, const ModelProgram& program, QObject* parent = nullptr);
    ~ModelProcess() override;

    void start(); // also again, after it failed or is gone
    // Tells whoever waits that it was ended, and deletes this object when the process has gone: without holding anybody up.
    void endLater();
    State state() const { return m_state; }
    const ModelChoice& choice() const { return m_choice; }
    const LoadedModel& model() const { return m_model; }
    const ModelProblem& problem() const { return m_problem; }
    QString loadingWhat() const { return m_loadingWhat; }
    qint64 processId() const { return m_process.processId(); }

    // Called with every answer to one request; the last of them is told by isLast().
    using OnEvent = std::function<void(const QJsonObject& event)>;
    // Sends `request` (without an id) when the model is ready and, for what makes it think, when it has nothing else to do.
    // An error, and the end of the process, come as an event "error" with what, where and remedy. Nothing is called any more
    // once `context` is gone. Returns the request's id.
    quint64 ask(QJsonObject request, QObject* context, OnEvent onEvent);
    // The request ends soon with reason "cancelled"; at once when it had not begun.
    void stop(quint64 id);
    bool isThinking() const { return m_thinking != 0; }
    static bool isLast(const QJsonObject& event);

Q_SIGNALS:
    void stateChanged();
    void thinkingChanged();

private:
    struct Request {
        quint64 id = 0;
        QJsonObject body;
        QPointer<QObject> context;
        OnEvent onEvent;
        bool thinks = false; // generate, score: one at a time
    };
    void enter(State state);
    void sendWaiting();
    void read();
    void takeLine(const QByteArray& line);
    void answer(const QJsonObject& event);
    void finishAll(const ModelProblem& problem);
    void processEnded(int exitCode, QProcess::ExitStatus status);
    void startFailed(QProcess::ProcessError error);
    ModelProblem whyGone(int exitCode, QProcess::ExitStatus status) const;

    ModelChoice m_choice;
    ModelProgram m_program;
    QProcess m_process;
    QByteArray m_errors; // the end of what it said on stderr
    State m_state = State::Idle;
    LoadedModel m_model;
    ModelProblem m_problem;
    QString m_loadingWhat;
    std::deque<Request> m_waiting;
    std::deque<Request> m_sent;
    quint64 m_nextId = 1;
    quint64 m_thinking = 0; // id of the request it thinks about
    QTimer m_reader;        // goes on reading after other events had their turn
    QTimer m_stopWatch;     // asks again to stop, and ends a process that does not
    QElapsedTimer m_stopping;
    double m_memoryLeft = 1; // share of the machine's, when the last token came
};

} // namespace crucible::workbench
