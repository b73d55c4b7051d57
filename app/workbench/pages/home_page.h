// SPDX-License-Identifier: GPL-3.0-or-later
// Where a person starts: what Crucible is for, the ways to begin, and what was done last.
#pragma once

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

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeStart();
    void fillProjects();
    void fillRuns();

    widgets::Card* m_projects;
    widgets::Card* m_runs;
    QBoxLayout* m_columns;
};

} // namespace crucible::workbench
