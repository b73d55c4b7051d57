// SPDX-License-Identifier: GPL-3.0-or-later
// Plans a recipe in the background a moment after its last change, headers only, and hands the newest plan out.
#pragma once

#include "jobs/background.h"
#include "merge/plan.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace crucible::workbench {

class PlanPreview : public QObject {
    Q_OBJECT
public:
    explicit PlanPreview(QObject* parent = nullptr);

    // `project`: the folder of the project whose earlier merges tell how long this one takes; may be empty.
    void request(const recipe::MergeRecipe& recipe, const merge::MergeOptions& options, const QString& project);
    // Forgets what was asked: there is nothing to plan.
    void clear();
    std::shared_ptr<const merge::Plan> plan() const { return m_plan; }
    bool isBusy() const { return m_timer.isActive() || m_work.isBusy(); }

Q_SIGNALS:
    void planned();
    void failed(const crucible::Error& error);
    void busyChanged();

private:
    void start();

    recipe::MergeRecipe m_recipe;
    merge::MergeOptions m_options;
    QString m_project;
    std::shared_ptr<const merge::Plan> m_plan;
    QTimer m_timer;
    Background m_work;
};

} // namespace crucible::workbench
