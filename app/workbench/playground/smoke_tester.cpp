// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground/smoke_tester.h"

#include "base/platform.h"
#include "jobs/job_service.h"
#include "jobs/project_service.h"
#include "settings.h"
#include "text.h"
#include "widgets/number_format.h"

#include <QFileInfo>
#include <QJsonArray>

#include <algorithm>
#include <utility>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
namespace format = widgets::format;

namespace {

constexpr int kWrittenTokens = 24;
constexpr quint64 kBesides = quint64(300) << 20; // what a process needs besides its weights

// Plain prose with a number, a name and a quotation: nothing that a model must know, so that only its language is measured.
const QString kText = QStringLiteral(
    "The harbour was quiet when the first boats came back. Two men carried baskets of fish up the stone steps, and a child "
    "counted them aloud: one, two, three, four. \"That makes twelve today,\" said Anna, who kept the book. She wrote the "
    "number down, closed the shutters of the small office, and walked home along the wall. It had rained in the morning, "
    "but now the sky was clear, and the wind smelled of salt and bread. At the corner she stopped to look at the lights "
    "across the water. Tomorrow there would be more to do than today.");
const QString kBeginning = QStringLiteral("The harbour was quiet when the first boats came back. Two men");

} // namespace

SmokeTester::SmokeTester(Services& services, QObject* parent) : QObject(parent), m_services(services)
{
    connect(services.jobs, &JobService::jobEnded, this, &SmokeTester::afterJob);
    connect(services.project, &ProjectService::closed, this, [this] {
        m_waiting.clear();
        m_test.reset();
        if (m_process)
            std::exchange(m_process, nullptr)->endLater();
    });
}

SmokeTester::~SmokeTester() = default;

void SmokeTester::afterJob(const Job& job)
{
    if (job.state == JobState::Done && m_services.settings->smokeTestAfterRuns())
        test(job.id);
}

bool SmokeTester::isTesting(const QString& run) const
{
    return (m_test && m_test->run == run) || std::ranges::find(m_waiting, run) != m_waiting.end();
}

QString SmokeTester::progress(const QString& run) const
{
    if (!isTesting(run))
        return {};
    if (!m_test || m_test->run != run)
        return tr("Waits for its turn.");
    return m_test->parent < 0 ? tr("Trying the model…") : tr("Measuring its parent %1…").arg(m_test->parents[m_test->parent].title());
}

void SmokeTester::test(const QString& run)
{
    if (isTesting(run))
        return;
    m_waiting.push_back(run);
    Q_EMIT changed(run);
    startNext();
}

void SmokeTester::startNext()
{
    while (!m_test && !m_waiting.empty()) {
        const QString run = m_waiting.front();
        m_waiting.pop_front();
        auto test = std::make_unique<Test>();
        test->run = run;
        m_services.project->with([&](project::Project& project) {
            for (const project::Artifact& made : project.artifacts(toStd(run)))
                if (made.kind == "model" && test->model.isEmpty())
                    test->model.path = toQString(made.path);
            for (const project::RunInput& input : project.inputs(toStd(run)))
                if (!input.path.empty() && input.role != "adapter")
                    test->parents.append({toQString(input.path), {}, {}});
        });
        if (test->model.isEmpty()) {
            Q_EMIT changed(run);
            continue; // it made no model
        }
        m_test = std::move(test);
        load(m_test->model);
    }
}

void SmokeTester::load(const ModelChoice& choice)
{
    if (m_process)
        std::exchange(m_process, nullptr)->endLater();
    Q_EMIT changed(m_test->run);
    const quint64 needed = weightBytesOf(choice) + kBesides;
    if (needed > platform::availableMemory())
        return failed({tr("%1 needs %2 of memory, more than is free.").arg(choice.title(), format::bytes(static_cast<double>(needed))), {},
                       tr("Close other programs and test it again.")});
    m_isReady = false;
    m_process = new ModelProcess(choice, {m_services.jobs->worker(), m_services.jobs->workerArguments(), m_services.settings->workerThreads(), {}, 0, 0}, this);
    connect(m_process, &ModelProcess::stateChanged, this, &SmokeTester::modelChanged, Qt::QueuedConnection);
    m_process->start();
}

void SmokeTester::modelChanged()
{
    if (!m_test || !m_process)
        return;
    switch (m_process->state()) {
    case ModelProcess::State::Ready: {
        if (std::exchange(m_isReady, true))
            return; // this was told before
        if (m_test->parent >= 0)
            return measure();
        const LoadedModel& model = m_process->model();
        m_test->result.loaded = true;
        m_test->result.loadSeconds = model.loadSeconds;
        m_test->result.modelFacts = model.facts();
        m_test->result.hasTokenizer = model.hasTokenizer;
        return model.hasTokenizer ? write() : finish();
    }
    case ModelProcess::State::Failed:
    case ModelProcess::State::Gone: return failed(m_process->problem());
    default: return;
    }
}

void SmokeTester::write()
{
    const QJsonObject request{{u"op"_s, u"generate"_s}, {u"prompt"_s, kBeginning}, {u"max_tokens"_s, kWrittenTokens},
                              {u"sampling"_s, QJsonObject{{u"temperature"_s, 0}}}};
    m_process->ask(request, m_process, [this](const QJsonObject& event) {
        if (!m_test || !ModelProcess::isLast(event))
            return;
        if (event.value("event"_L1).toString() == "error"_L1)
            return failed(ModelProblem::fromJson(event));
        const double seconds = event.value("decode_seconds"_L1).toDouble();
        m_test->result.written = event.value("text"_L1).toString();
        m_test->result.tokens = event.value("completion_tokens"_L1).toInt();
        m_test->result.tokensPerSecond = seconds > 0 ? (m_test->result.tokens - 1) / seconds : 0;
        measure();
    });
}

void SmokeTester::measure()
{
    m_process->ask({{u"op"_s, u"score"_s}, {u"text"_s, kText}}, m_process, [this](const QJsonObject& event) {
        if (!m_test || !ModelProcess::isLast(event))
            return;
        if (event.value("event"_L1).toString() == "error"_L1)
            return failed(ModelProblem::fromJson(event));
        const double perplexity = event.value("perplexity"_L1).toDouble();
        if (m_test->parent >= 0) {
            m_test->result.parents.append({m_process->choice().title(), perplexity, {}});
            return nextParent();
        }
        m_test->result.perplexity = perplexity;
        m_test->result.bitsPerByte = event.value("bits_per_byte"_L1).toDouble();
        render();
    });
}

void SmokeTester::render()
{
    if (!m_process->model().hasTemplate)
        return nextParent();
    const QJsonArray messages{QJsonObject{{u"role"_s, u"user"_s}, {u"content"_s, u"Hello"_s}}, QJsonObject{{u"role"_s, u"assistant"_s}, {u"content"_s, u"Hi."_s}},
                              QJsonObject{{u"role"_s, u"user"_s}, {u"content"_s, u"How are you?"_s}}};
    m_process->ask({{u"op"_s, u"render"_s}, {u"messages"_s, messages}, {u"add_generation_prompt"_s, true}}, m_process, [this](const QJsonObject& event) {
        if (!m_test)
            return;
        const bool good = event.value("event"_L1).toString() == "rendered"_L1 && event.value("text"_L1).toString().contains("How are you?"_L1);
        m_test->result.chatTemplate = good ? SmokeResult::Template::Works : SmokeResult::Template::Fails;
        if (!good)
            m_test->result.templateProblem = event.contains("what"_L1) ? event.value("what"_L1).toString() : tr("it leaves out what was said");
        nextParent();
    });
}

void SmokeTester::nextParent()
{
    ++m_test->parent;
    if (m_test->parent >= m_test->parents.size())
        return finish();
    load(m_test->parents[m_test->parent]);
}

// Of the model itself: that is the result. Of a parent: it goes on with the others.
void SmokeTester::failed(const ModelProblem& problem)
{
    if (m_test->parent >= 0) {
        m_test->result.parents.append({m_test->parents[m_test->parent].title(), 0, problem.what});
        return nextParent();
    }
    m_test->result.problem = problem;
    finish();
}

void SmokeTester::finish()
{
    const std::unique_ptr<Test> test = std::move(m_test);
    if (m_process)
        std::exchange(m_process, nullptr)->endLater();
    m_services.project->with([&](project::Project& project) { project.setSmokeTest(toStd(test->run), test->result.toJson().toStdString()); });
    m_services.project->poll();
    Q_EMIT changed(test->run);
    startNext();
}

} // namespace crucible::workbench
