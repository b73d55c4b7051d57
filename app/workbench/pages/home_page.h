// SPDX-License-Identifier: GPL-3.0-or-later
// Where a person starts: what Crucible is for, the ways to begin, and what was done last.
#pragma once

#include "jobs/project_reader.h"
#include "pages/page.h"

class QBoxLayout;

namespace crucible::widgets {
class Card;
}

namespace crucible::workbench {

class HomePage : public Page {
    Q_OBJECT
public:
    explicit HomePage(Services& services, QWidget* parent = nullptr);
    void activate() override;
    bool isBusy() const override { return m_reader.isBusy(); }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeStart();
    void fillProjects();
    void readRuns();
    void fillRuns(const std::vector<project::RunSummary>& runs);

    widgets::Card* m_projects;
    widgets::Card* m_runs;
    QBoxLayout* m_columns;
    ProjectReader m_reader;
};

} // namespace crucible::workbench
