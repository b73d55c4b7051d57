// SPDX-License-Identifier: GPL-3.0-or-later
// What will happen, before it does: whether the merge can work, what it costs against what the machine has, and every check
// in words with its remedy.
#pragma once

#include "base/error.h"
#include "merge/plan.h"

#include <QWidget>

#include <memory>
#include <optional>

class QGridLayout;
class QLabel;
class QVBoxLayout;

namespace crucible::workbench {

class PlanPanel : public QWidget {
    Q_OBJECT
public:
    explicit PlanPanel(QWidget* parent = nullptr);

    void showPlan(std::shared_ptr<const merge::Plan> plan);
    // The text can not be read: what is wrong where.
    void showProblems(const Problems& problems);
    void showError(const Error& error);
    // Nothing chosen yet.
    void showEmpty();

Q_SIGNALS:
    // A check that speaks of a place in the recipe was clicked.
    void placeActivated(int line, int column);

protected:
    void changeEvent(QEvent* event) override;

private:
    void clearChecks();
    void setFact(int row, const QString& name, const QString& value);
    void setVerdict(int tone, const QString& text);
    void addCheck(int tone, const QString& message, const QString& remedy, const QString& where, int line, int column);
    void rebuild();

    std::shared_ptr<const merge::Plan> m_plan;
    std::optional<Problems> m_problems;
    std::optional<Error> m_error;
    QLabel* m_verdictIcon;
    QLabel* m_verdict;
    QGridLayout* m_facts;
    QWidget* m_factsBox;
    QVBoxLayout* m_checks;
};

} // namespace crucible::workbench
