// SPDX-License-Identifier: GPL-3.0-or-later
// A window with the Playground, models of nothing and a stand-in for their worker, for the tests of the page.
#pragma once

#include "base/platform.h"
#include "jobs/job_service.h"
#include "jobs/model_library.h"
#include "jobs/project_service.h"
#include "pages/playground_page.h"
#include "playground/column_view.h"
#include "playground/composer.h"
#include "playground/conversation_list.h"
#include "playground/json_box.h"
#include "playground/message_view.h"
#include "playground/model_picker.h"
#include "playground/settings_panel.h"
#include "playground/token_panel.h"
#include "playground/token_text.h"
#include "playground/transcript_view.h"
#include "shell/main_window.h"
#include "shell/workbench.h"
#include "text.h"
#include "widgets/inline_message.h"

#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#ifdef Q_OS_UNIX
#include <csignal>

#include <sys/resource.h>
#endif

namespace crucible::workbench {

using namespace Qt::StringLiterals;

constexpr int kPatienceMs = 20'000;
constexpr int kAtOnceMs = 100;              // no slot may take longer, and a stop must be seen by then
constexpr int kPatientTurn = 5 * kAtOnceMs; // where tests run beside each other, or slowly under sanitizers

class PlaygroundRig : public QObject {
protected:
    void setUp()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("CRUCIBLE_HOME", m_folder->filePath(u"home"_s).toUtf8());
        for (const char* name : {"one", "other", "crash", "broken", "slow", "deaf", "fast"}) {
            const QDir dir(m_folder->path());
            QVERIFY(dir.mkpath(u"models/"_s + QLatin1String(name)));
            for (const QString& file : {u"config.json"_s, u"model.safetensors"_s}) {
                QFile made(dir.filePath(u"models/%1/%2"_s.arg(QLatin1String(name), file)));
                QVERIFY(made.open(QIODevice::WriteOnly));
                made.write("{}");
            }
        }
        openWindow();
        QVERIFY(!services().project->create(m_folder->filePath(u"study"_s)));
    }
    void tearDown() { m_workbench.reset(); }

    void openWindow()
    {
        m_workbench = std::make_unique<Workbench>(StartOptions{});
        services().jobs->setWorker(QStringLiteral(STAND_IN_MODEL));
        m_workbench->start();
        QTRY_VERIFY(!services().project->isOpening());
        window().show();
        window().showPage(u"playground"_s);
    }
    MainWindow& window() { return m_workbench->window(); }
    Services& services() { return m_workbench->services(); }
    PlaygroundPage& page() { return *static_cast<PlaygroundPage*>(window().page(u"playground"_s)); }
    const Conversation& talk(int index) { return page().session().column(index).talk; }
    ColumnView* column(int index) { return page().findChild<ColumnView*>(u"column%1"_s.arg(index + 1)); }
    QList<MessageView*> views(int index) { return column(index)->transcript()->messages(); }
    QString model(const char* name) { return m_folder->filePath(u"models/"_s + QLatin1String(name)); }
    void choose(int index, const char* name, bool wait = true)
    {
        page().session().setModel(index, {model(name), {}, {}});
        if (wait)
            QTRY_COMPARE_WITH_TIMEOUT(page().session().processOf(index)->state(), ModelProcess::State::Ready, kPatienceMs);
    }
    static void endProcess(qint64 pid)
    {
#ifdef Q_OS_UNIX
        QCOMPARE(::kill(static_cast<pid_t>(pid), SIGKILL), 0);
#else
        QCOMPARE(QProcess::execute(u"taskkill"_s, {u"/F"_s, u"/PID"_s, QString::number(pid)}), 0);
#endif
    }
    template<class Change>
    void settingsOf(int index, Change change)
    {
        GenerationSettings settings = page().session().column(index).settings;
        change(settings);
        page().session().setSettings(index, settings);
    }
    void send(const QString& text)
    {
        page().findChild<Composer*>()->setText(text);
        QTRY_VERIFY(page().findChild<QPushButton*>(u"sendMessage"_s)->isEnabled());
        page().findChild<QPushButton*>(u"sendMessage"_s)->click();
        QVERIFY(page().session().isMaking());
    }
    // After a click, whose work begins with the next turn of the event loop.
    void waitForAnswer()
    {
        QTest::qWait(0);
        QTRY_VERIFY_WITH_TIMEOUT(!page().session().isMaking(), kPatienceMs);
    }
    void sendAndWait(const QString& text)
    {
        send(text);
        QTRY_VERIFY_WITH_TIMEOUT(!page().session().isMaking(), kPatienceMs);
    }
    static QString footerText(const MessageView* view)
    {
        QStringList all;
        for (const QLabel* label : view->findChildren<QLabel*>())
            if (!label->isHidden())
                all << label->text();
        return all.join(u' ');
    }
    int alive()
    {
        int count = 0;
        for (const ModelProcess* process : page().pool().processes())
            count += process->state() == ModelProcess::State::Loading || process->state() == ModelProcess::State::Ready;
        return count;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Workbench> m_workbench;
};

} // namespace crucible::workbench
