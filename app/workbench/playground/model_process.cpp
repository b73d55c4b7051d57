// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/model_process.h"

#include "base/platform.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonDocument>

#include <algorithm>

namespace crucible::workbench {

using namespace Qt::StringLiterals;

namespace {

constexpr int kReadSliceMs = 12;        // of reading at a time, so that a fast model never holds the window up
constexpr int kStopAgainMs = 100;       // a stop that came before the request began means nothing to the worker
constexpr int kStopPatienceMs = 5000;   // it should take 100 ms
constexpr int kEndPatienceMs = 200;     // it holds nothing that could be lost
constexpr qsizetype kErrorsKept = 4096; // bytes
constexpr qsizetype kLongestLine = qsizetype(64) << 20;
constexpr double kLittleMemory = 0.08; // share of the machine's; a sudden end is then most likely the system's doing
constexpr int kKilled = 9;

double memoryLeft()
{
    const double total = static_cast<double>(platform::totalMemory());
    return total > 0 ? static_cast<double>(platform::availableMemory()) / total : 1;
}

bool thinks(const QJsonObject& request)
{
    const QString op = request.value("op"_L1).toString();
    return op == "generate"_L1 || op == "score"_L1 || op == "beam"_L1;
}

QByteArray lineOf(const QJsonObject& json) { return QJsonDocument(json).toJson(QJsonDocument::Compact) + '\n'; }

} // namespace

ModelProcess::ModelProcess(const ModelChoice& choice, const ModelProgram& program, QObject* parent)
    : QObject(parent), m_choice(choice), m_program(program)
{
    m_reader.setSingleShot(true);
    m_reader.setInterval(0);
    m_stopWatch.setInterval(kStopAgainMs);
    connect(&m_reader, &QTimer::timeout, this, &ModelProcess::read);
    connect(&m_stopWatch, &QTimer::timeout, this, [this] {
        if (m_stopping.hasExpired(kStopPatienceMs))
            m_process.kill();
        else
            m_process.write(lineOf({{u"op"_s, u"stop"_s}}));
    });
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &ModelProcess::read);
    connect(&m_process, &QProcess::readyReadStandardError, this,
            [this] { m_errors = QByteArray(m_errors + m_process.readAllStandardError()).right(kErrorsKept); });
    connect(&m_process, &QProcess::finished, this, &ModelProcess::processEnded);
    connect(&m_process, &QProcess::errorOccurred, this, &ModelProcess::startFailed);
}

ModelProcess::~ModelProcess()
{
    m_process.disconnect(this);
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.closeWriteChannel(); // its sign to end
    if (!m_process.waitForFinished(kEndPatienceMs)) {
        m_process.kill();
        m_process.waitForFinished(kEndPatienceMs);
    }
}

void ModelProcess::start()
{
    if (m_process.state() != QProcess::NotRunning)
        return;
    m_errors.clear();
    m_problem = {};
    m_loadingWhat.clear();
    m_memoryLeft = memoryLeft();
    if (m_program.program.isEmpty()) {
        m_problem = {tr("The program crucible-cli, which runs models, was not found."), {},
                     tr("Install it beside this program or put it on the PATH.")};
        finishAll(m_problem);
        return enter(State::Failed);
    }
    QStringList arguments = m_program.leadingArguments;
    arguments << u"playground"_s << m_choice.path;
    if (!m_choice.adapter.isEmpty())
        arguments << u"--adapter"_s << m_choice.adapter;
    if (m_program.threads > 0)
        arguments << u"--threads"_s << QString::number(m_program.threads);
    if (!m_program.device.isEmpty() && m_program.device != u"cpu"_s)
        arguments << u"--device"_s << m_program.device;
    if (m_program.context > 0)
        arguments << u"--context"_s << QString::number(m_program.context);
    enter(State::Loading);
    m_process.start(m_program.program, arguments);
}

void ModelProcess::endLater()
{
    finishAll({tr("%1 was put away to make room for another model.").arg(m_choice.title()), {}, tr("Send the message again to load it.")});
    m_process.disconnect(this);
    disconnect();
    setParent(QCoreApplication::instance()); // who quits meanwhile ends it too
    if (m_process.state() == QProcess::NotRunning)
        return deleteLater();
    connect(&m_process, &QProcess::finished, this, &QObject::deleteLater);
    connect(&m_process, &QProcess::errorOccurred, this, &QObject::deleteLater);
    m_process.closeWriteChannel();
    QTimer::singleShot(kStopPatienceMs, &m_process, &QProcess::kill);
}

void ModelProcess::enter(State state)
{
    m_state = state;
    Q_EMIT stateChanged();
}

bool ModelProcess::isLast(const QJsonObject& event)
{
    const QString name = event.value("event"_L1).toString();
    return name != "token"_L1 && name != "prompt"_L1 && name != "searching"_L1;
}

quint64 ModelProcess::ask(QJsonObject request, QObject* context, OnEvent onEvent)
{
    const quint64 id = m_nextId++;
    request.insert(u"id"_s, static_cast<qint64>(id));
    const bool heavy = thinks(request);
    m_waiting.push_back({id, std::move(request), context, std::move(onEvent), heavy});
    if (m_state == State::Failed || m_state == State::Gone) {
        // Not from inside ask(): the caller may not know the id yet.
        QTimer::singleShot(0, this, [this] {
            if (m_state == State::Failed || m_state == State::Gone)
                finishAll(m_problem);
        });
    } else {
        sendWaiting();
    }
    return id;
}

void ModelProcess::sendWaiting()
{
    if (m_state != State::Ready)
        return;
    for (auto request = m_waiting.begin(); request != m_waiting.end();) {
        if (!request->context) {
            request = m_waiting.erase(request);
        } else if (request->thinks && m_thinking != 0) {
            ++request;
        } else {
            if (request->thinks) {
                m_thinking = request->id;
                Q_EMIT thinkingChanged();
            }
            m_process.write(lineOf(request->body));
            m_sent.push_back(std::move(*request));
            request = m_waiting.erase(request);
        }
    }
}

void ModelProcess::stop(quint64 id)
{
    const auto waiting = std::ranges::find(m_waiting, id, &Request::id);
    if (waiting != m_waiting.end()) {
        const Request request = std::move(*waiting);
        m_waiting.erase(waiting);
        if (request.context)
            request.onEvent({{u"event"_s, u"finished"_s}, {u"reason"_s, u"cancelled"_s}});
        return;
    }
    if (m_thinking != id || m_process.state() != QProcess::Running)
        return;
    m_process.write(lineOf({{u"op"_s, u"stop"_s}}));
    if (!m_stopWatch.isActive()) {
        m_stopping.start();
        m_stopWatch.start();
    }
}

void ModelProcess::read()
{
    QElapsedTimer clock;
    clock.start();
    while (m_process.canReadLine()) {
        takeLine(m_process.readLine());
        if (clock.elapsed() >= kReadSliceMs)
            return m_reader.start();
    }
    if (m_process.bytesAvailable() > kLongestLine)
        m_process.kill(); // this is no conversation
}

void ModelProcess::takeLine(const QByteArray& line)
{
    const QJsonObject event = QJsonDocument::fromJson(line).object();
    const QString name = event.value("event"_L1).toString();
    if (name == "loading"_L1) {
        m_loadingWhat = event.value("what"_L1).toString();
        Q_EMIT stateChanged();
    } else if (name == "ready"_L1) {
        m_model = LoadedModel::fromJson(event.value("model"_L1).toObject());
        enter(State::Ready);
        sendWaiting();
    } else if (name == "failed"_L1) {
        m_problem = ModelProblem::fromJson(event); // the process ends by itself
    } else if (event.contains("id"_L1)) {
        answer(event);
    }
}

void ModelProcess::answer(const QJsonObject& event)
{
    const auto id = static_cast<quint64>(event.value("id"_L1).toInteger());
    const auto found = std::ranges::find(m_sent, id, &Request::id);
    if (found == m_sent.end())
        return;
    if (!isLast(event)) {
        if (found->context)
            found->onEvent(event);
        return;
    }
    const Request request = std::move(*found);
    m_sent.erase(found);
    if (m_thinking == id) {
        m_thinking = 0;
        m_stopWatch.stop();
        m_memoryLeft = memoryLeft();
        Q_EMIT thinkingChanged();
    }
    if (request.context)
        request.onEvent(event);
    sendWaiting();
}

// Everybody who waits hears the same.
void ModelProcess::finishAll(const ModelProblem& problem)
{
    const QJsonObject event{{u"event"_s, u"error"_s}, {u"what"_s, problem.what}, {u"where"_s, problem.where}, {u"remedy"_s, problem.remedy}};
    std::deque<Request> all = std::exchange(m_sent, {});
    all.insert(all.end(), std::make_move_iterator(m_waiting.begin()), std::make_move_iterator(m_waiting.end()));
    m_waiting.clear();
    m_stopWatch.stop();
    if (std::exchange(m_thinking, 0) != 0)
        Q_EMIT thinkingChanged();
    for (const Request& request : all)
        if (request.context)
            request.onEvent(event);
}

void ModelProcess::processEnded(int exitCode, QProcess::ExitStatus status)
{
    m_errors = QByteArray(m_errors + m_process.readAllStandardError()).right(kErrorsKept);
    m_reader.stop();
    while (m_process.canReadLine()) // its last words
        takeLine(m_process.readLine());
    const bool said = !m_problem.isEmpty();
    if (!said)
        m_problem = whyGone(exitCode, status);
    enter(said ? State::Failed : State::Gone);
    finishAll(m_problem);
}

void ModelProcess::startFailed(QProcess::ProcessError error)
{
    if (error != QProcess::FailedToStart)
        return; // the others end with finished()
    m_problem = {tr("The program %1 could not be started: %2").arg(m_program.program, m_process.errorString()), {},
                 tr("Check that it is complete and may be run.")};
    enter(State::Failed);
    finishAll(m_problem);
}

ModelProblem ModelProcess::whyGone(int exitCode, QProcess::ExitStatus status) const
{
    QString last = QString::fromUtf8(m_errors).trimmed();
    last = last.mid(last.lastIndexOf(u'\n') + 1);
    const QString name = m_choice.title();
    if (status == QProcess::CrashExit && exitCode == kKilled) {
        if (std::min(m_memoryLeft, memoryLeft()) < kLittleMemory || m_state == State::Loading)
            return {tr("The system ended the process of %1, most likely because memory ran out.").arg(name), last,
                    tr("Close other models or programs, or choose a smaller model; then restart it.")};
        return {tr("The process of %1 was ended from outside.").arg(name), last, tr("Restart it to go on. The conversation is kept.")};
    }
    if (status == QProcess::CrashExit)
        return {tr("The process of %1 crashed (signal %2).").arg(name).arg(exitCode), last,
                tr("Restart it to go on. The conversation is kept.")};
    return {tr("The process of %1 ended unexpectedly (exit status %2).").arg(name).arg(exitCode), last,
            tr("Restart it to go on. The conversation is kept.")};
}

} // namespace crucible::workbench
