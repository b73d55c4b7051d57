// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/outcome_card.h"

#include "jobs/job_service.h"
#include "jobs/model_library.h"
#include "jobs/project_service.h"
#include "playground/smoke_tester.h"
#include "text.h"
#include "views/state_kind.h"
#include "widgets/elided_label.h"
#include "widgets/icons.h"
#include "widgets/inline_message.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QToolButton>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;
using State = widgets::StateLabel::State;

OutcomeCard::OutcomeCard(Services& services, QWidget* parent)
    : widgets::Card(QString(), parent), m_services(services), m_state(new widgets::StateLabel),
      m_name(new widgets::ElidedLabel), m_progress(new QLabel), m_sentences(new QVBoxLayout),
      m_try(new QPushButton(widgets::Icons::icon(u"playground"_s, widgets::IconRole::Muted), tr("Try it"))),
      m_test(new QPushButton(widgets::Icons::icon(u"refresh"_s, widgets::IconRole::Muted), tr("Test it"))),
      m_open(new QPushButton(tr("About this run")))
{
    setObjectName(u"outcome"_s);
    m_try->setObjectName(u"tryOutcome"_s);
    m_try->setToolTip(tr("Opens the Playground with this model"));
    m_test->setToolTip(tr("Loads it, lets it write, measures it beside its parents and checks its chat template"));
    auto* dismiss = new QToolButton;
    dismiss->setIcon(widgets::Icons::icon(u"cancel"_s, widgets::IconRole::Muted));
    dismiss->setToolTip(tr("Dismiss"));
    dismiss->setAccessibleName(tr("Dismiss"));
    Theme::setTextRole(m_name, widgets::TextRole::Strong);
    m_name->setElideMode(Qt::ElideMiddle);
    Theme::setTextRole(m_progress, widgets::TextRole::Muted);
    m_progress->setWordWrap(true);
    m_sentences->setSpacing(0);
    auto* row = new QHBoxLayout;
    row->setSpacing(Theme::px(8));
    row->addWidget(m_state);
    row->addWidget(m_name, 1);
    for (QWidget* each : {static_cast<QWidget*>(m_try), static_cast<QWidget*>(m_test), static_cast<QWidget*>(m_open)})
        row->addWidget(each);
    row->addWidget(dismiss);
    body()->setContentsMargins(Theme::px(12), Theme::px(6), Theme::px(8), Theme::px(6));
    body()->setSpacing(Theme::px(2));
    addLayout(row);
    addWidget(m_progress);
    addLayout(m_sentences);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    connect(m_try, &QPushButton::clicked, this, [this] {
        m_services.frame->openPage(u"playground"_s, {{u"model"_s, m_job.output}});
    });
    connect(m_test, &QPushButton::clicked, this, [this] { m_services.smoke->test(m_job.id); });
    connect(m_open, &QPushButton::clicked, this, [this] {
        m_services.frame->openPage(u"runs"_s, {{u"run"_s, m_job.id}});
    });
    connect(dismiss, &QToolButton::clicked, this, &OutcomeCard::dismiss);
    connect(services.jobs, &JobService::jobEnded, this, &OutcomeCard::showJob);
    connect(services.project, &ProjectService::closed, this, &OutcomeCard::dismiss);
    connect(services.smoke, &SmokeTester::changed, this, [this](const QString& run) {
        if (run == m_job.id)
            update();
    });
    hide();
}

void OutcomeCard::showJob(const Job& job)
{
    // A merge that was called off is no news to who did it.
    if (job.kind != "merge"_L1 || !hasEnded(job.state) || job.state == JobState::Cancelled)
        return;
    m_job = job;
    update();
    show();
    Q_EMIT shownChanged();
}

void OutcomeCard::dismiss()
{
    m_job = {};
    hide();
    Q_EMIT shownChanged();
}

void OutcomeCard::addSentence(State state, const QString& text)
{
    auto* line = new widgets::InlineMessage(messageKind(state), text.toHtmlEscaped().replace(u'\n', "<br>"_L1));
    line->setFlat(true);
    m_sentences->addWidget(line);
}

QStringList OutcomeCard::sentences() const
{
    QStringList all;
    for (int i = 0; i < m_sentences->count(); ++i)
        if (const auto* line = qobject_cast<const widgets::InlineMessage*>(m_sentences->itemAt(i)->widget()))
            all << line->text();
    return all;
}

void OutcomeCard::update()
{
    while (QLayoutItem* item = m_sentences->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater();
        delete item;
    }
    const bool done = m_job.state == JobState::Done;
    m_state->setState(labelState(m_job.state), stateText(m_job.state));
    m_name->setText(done && m_job.seconds > 0
                        ? tr("%1, merged in %2").arg(m_job.name, widgets::format::duration(m_job.seconds))
                        : m_job.name);
    m_try->setVisible(done && looksLikeModel(m_job.output));
    const bool testing = m_services.smoke->isTesting(m_job.id);
    m_progress->setVisible(testing);
    m_progress->setText(m_services.smoke->progress(m_job.id));
    std::optional<SmokeResult> result;
    if (done && !testing) {
        const auto kept =
            m_services.project->with([this](project::Project& project) { return project.smokeTest(toStd(m_job.id)); });
        if (kept && *kept)
            result = SmokeResult::fromJson(QByteArray::fromStdString(**kept));
    }
    m_test->setVisible(done && !testing && !result);
    if (!done)
        addSentence(labelState(m_job.state), m_job.problem);
    if (!result)
        return;
    // What is well is told in one breath, what is not on lines of its own, before it.
    QString well;
    for (const SmokeResult::Finding& finding : result->findings()) {
        if (finding.state == State::Failed || finding.state == State::Warning)
            addSentence(finding.state, finding.text);
        else
            //: two whole sentences, one after the other
            well = well.isEmpty() ? finding.text : tr("%1 %2").arg(well, finding.text);
    }
    if (!well.isEmpty())
        addSentence(State::Done, well);
}

} // namespace crucible::workbench
