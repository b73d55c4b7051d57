// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/plan_preview.h"

#include "text.h"

#include "job/experience.h"

namespace crucible::workbench {

namespace {

constexpr int kPauseMs = 150;

} // namespace

PlanPreview::PlanPreview(QObject* parent) : QObject(parent)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(kPauseMs);
    connect(&m_timer, &QTimer::timeout, this, &PlanPreview::start);
}

void PlanPreview::request(const recipe::MergeRecipe& recipe, const merge::MergeOptions& options, const QString& project)
{
    m_recipe = recipe;
    m_options = options;
    m_project = project;
    m_timer.start();
    Q_EMIT busyChanged();
}

void PlanPreview::clear()
{
    m_timer.stop();
    m_work.cancel();
    m_plan.reset();
    Q_EMIT planned();
    Q_EMIT busyChanged();
}

void PlanPreview::start()
{
    using Result = std::shared_ptr<const merge::Plan>;
    m_work.start(
        [recipe = m_recipe, options = m_options, project = toPath(m_project)](const CancelToken&) mutable -> Result {
            if (!project.empty())
                options.experience = job::mergeExperience(project::Project::open(project));
            return std::make_shared<const merge::Plan>(merge::planMerge(recipe, options));
        },
        [this](Outcome<Result> outcome) {
            if (outcome.value) {
                m_plan = *outcome.value;
                Q_EMIT planned();
            } else if (outcome.error) {
                m_plan.reset(); // it was of another recipe
                Q_EMIT failed(*outcome.error);
            }
            Q_EMIT busyChanged();
        });
}

} // namespace crucible::workbench
