// SPDX-License-Identifier: GPL-3.0-or-later
// Stands in for `crucible-cli playground` where a test wants a worker to do exactly this: it speaks the same lines of JSON and
// writes numbered words. What the model's folder is called decides how it behaves:
//     "broken"   cannot be loaded            "crash"  ends by a signal in its fourth token
//     "deaf"     never answers a stop        "slow"   takes half a second to load
//     "fast"     writes as fast as it can    "other"  writes other words from the third on
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMutex>
#include <QThread>
#include <QWaitCondition>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <deque>
#include <iostream>
#include <string>
#include <thread>

using namespace Qt::StringLiterals;

namespace {

// Lines of stdin, read by a thread of their own.
class Requests {
public:
    void read()
    {
        for (std::string line; std::getline(std::cin, line);)
            add(QJsonDocument::fromJson(QByteArray::fromStdString(line)).object());
        add({{u"op"_s, u"quit"_s}});
    }
    // The next one; an empty object when none came in time.
    QJsonObject take(int milliseconds)
    {
        const QMutexLocker lock(&m_mutex);
        if (m_all.empty())
            m_some.wait(&m_mutex, static_cast<unsigned long>(milliseconds));
        if (m_all.empty())
            return {};
        const QJsonObject first = m_all.front();
        m_all.pop_front();
        return first;
    }

private:
    void add(const QJsonObject& request)
    {
        const QMutexLocker lock(&m_mutex);
        m_all.push_back(request);
        m_some.wakeAll();
    }
    QMutex m_mutex;
    QWaitCondition m_some;
    std::deque<QJsonObject> m_all;
};

void say(const QJsonObject& event)
{
    const QByteArray line = QJsonDocument(event).toJson(QJsonDocument::Compact) + '\n';
    std::fwrite(line.constData(), 1, static_cast<std::size_t>(line.size()), stdout);
    std::fflush(stdout);
}

QJsonObject token(const QJsonValue& id, int number, const QString& text, bool first = false)
{
    const double probability = number % 4 == 3 ? 0.04 : 0.9;
    QJsonArray others{QJsonObject{{u"token"_s, number}, {u"piece"_s, text}, {u"logprob"_s, std::log(probability)}},
                      QJsonObject{{u"token"_s, 900}, {u"piece"_s, u"else"_s}, {u"logprob"_s, std::log(0.05)}}};
    QJsonObject event{{u"event"_s, u"token"_s}, {u"id"_s, id}, {u"token"_s, number}, {u"text"_s, text}, {u"piece"_s, text}};
    if (!first) {
        event.insert(u"logprob"_s, std::log(probability));
        event.insert(u"entropy"_s, number % 4 == 3 ? 2.0 : 0.3);
        event.insert(u"alternatives"_s, others);
    }
    return event;
}

} // namespace

int main(int argc, char* argv[])
{
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) != "playground"_L1)
        return 2;
    const QString name = QFileInfo(arguments.value(2)).fileName();
    say({{u"event"_s, u"loading"_s}, {u"what"_s, u"weights"_s}});
    if (name.contains("broken"_L1)) {
        say({{u"event"_s, u"failed"_s}, {u"what"_s, u"the weights are cut off"_s}, {u"where"_s, u"model.safetensors"_s}, {u"remedy"_s, u"copy it again"_s}});
        return 1;
    }
    if (name.contains("slow"_L1))
        QThread::msleep(500);
    say({{u"event"_s, u"ready"_s},
         {u"model"_s, QJsonObject{{u"path"_s, arguments.value(2)}, {u"name"_s, name}, {u"family"_s, u"llama"_s}, {u"parameters"_s, 1000},
                                  {u"dtype"_s, u"float32"_s}, {u"weight_bytes"_s, 4000}, {u"context"_s, 512}, {u"vocabulary"_s, 1000},
                                  {u"has_tokenizer"_s, true}, {u"has_template"_s, true}, {u"template_names"_s, QJsonArray{u"default"_s}},
                                  {u"load_seconds"_s, 0.1}}}});
    Requests requests;
    std::thread reader([&] { requests.read(); });
    reader.detach();
    for (;;) {
        const QJsonObject request = requests.take(1000);
        const QString op = request.value("op"_L1).toString();
        const QJsonValue id = request.value("id"_L1);
        if (op == "quit"_L1)
            std::_Exit(0);
        if (op == "count"_L1) {
            say({{u"event"_s, u"counted"_s}, {u"id"_s, id}, {u"tokens"_s, request.value("text"_L1).toString().split(u' ').size()}});
        } else if (op == "render"_L1) {
            QString text = u"<s>"_s;
            for (const auto& message : request.value("messages"_L1).toArray())
                text += message[u"role"_s].toString() + u": "_s + message[u"content"_s].toString() + u'\n';
            say({{u"event"_s, u"rendered"_s}, {u"id"_s, id}, {u"text"_s, text},
                 {u"tokens"_s, QJsonArray{QJsonObject{{u"token"_s, 1}, {u"piece"_s, u"<s>"_s}, {u"special"_s, true}, {u"begin"_s, 0}, {u"end"_s, 3}},
                                          QJsonObject{{u"token"_s, 2}, {u"piece"_s, text.mid(3)}, {u"special"_s, false}, {u"begin"_s, 3},
                                                      {u"end"_s, text.toUtf8().size()}}}}});
        } else if (op == "score"_L1) {
            const QStringList words = request.value("text"_L1).toString().split(u' ');
            for (int i = 0; i < words.size(); ++i)
                say(token(id, i, i == 0 ? words[i] : u' ' + words[i], i == 0));
            say({{u"event"_s, u"scored"_s}, {u"id"_s, id}, {u"tokens"_s, words.size()}, {u"loss"_s, 1.5}, {u"perplexity"_s, std::exp(1.5)}, {u"bits_per_byte"_s, 0.7}});
        } else if (op == "generate"_L1) {
            const int most = request.value("max_tokens"_L1).toInt();
            const bool hasPrompt = request.contains("messages"_L1) || request.contains("prompt"_L1);
            if (!hasPrompt) {
                say({{u"event"_s, u"error"_s}, {u"id"_s, id}, {u"what"_s, u"there is nothing to go on from"_s}, {u"where"_s, {}}, {u"remedy"_s, {}}});
                continue;
            }
            if (request.contains("num_beams"_L1)) { // nothing is told before the end, and samplers have no place
                if (request.contains("sampling"_L1) || request.contains("seed"_L1) || request.contains("stop"_L1)) {
                    say({{u"event"_s, u"error"_s}, {u"id"_s, id}, {u"what"_s, u"a search has no samplers"_s}, {u"where"_s, {}}, {u"remedy"_s, {}}});
                    continue;
                }
                for (int done = 1; done <= most; ++done)
                    say({{u"event"_s, u"searching"_s}, {u"id"_s, id}, {u"done"_s, done}, {u"most"_s, most}});
                const QString found = u"%1 beams, %2"_s.arg(request.value("num_beams"_L1).toInt()).arg(request.value("early_stopping"_L1).toVariant().toString());
                say({{u"event"_s, u"finished"_s}, {u"id"_s, id}, {u"reason"_s, u"length"_s}, {u"text"_s, found}, {u"prompt_tokens"_s, 12},
                     {u"completion_tokens"_s, most}, {u"context"_s, 512}, {u"seconds"_s, 0.5}});
                continue;
            }
            say({{u"event"_s, u"prompt"_s}, {u"id"_s, id}, {u"tokens"_s, 12}, {u"reused"_s, 0}, {u"done"_s, 12}});
            QString text, reason = u"length"_s;
            int written = 0;
            for (; written < most; ++written) {
                const QJsonObject next = requests.take(name.contains("fast"_L1) ? 0 : 5);
                if (next.value("op"_L1) == "quit"_L1)
                    std::_Exit(0);
                if (next.value("op"_L1) == "stop"_L1 && !name.contains("deaf"_L1)) {
                    reason = u"cancelled"_s;
                    break;
                }
                if (name.contains("crash"_L1) && written == 3)
                    std::raise(SIGABRT);
                const QString word = (written == 0 ? u""_s : u" "_s) + (name.contains("other"_L1) && written >= 2 ? u"other"_s : u"word"_s) + QString::number(written);
                text += word;
                say(token(id, written, word));
            }
            say({{u"event"_s, u"finished"_s}, {u"id"_s, id}, {u"reason"_s, reason}, {u"text"_s, text}, {u"prompt_tokens"_s, 12}, {u"reused_tokens"_s, 0},
                 {u"completion_tokens"_s, written}, {u"prefill_seconds"_s, 0.01}, {u"decode_seconds"_s, 0.1 + written * 0.005}, {u"context_used"_s, 12 + written},
                 {u"context"_s, 512}});
        }
    }
}
