// SPDX-License-Identifier: GPL-3.0-or-later
// The Jobs dock: what works, what waits, and what ended while the window was open.
#pragma once

#include "jobs/job.h"
#include "services.h"

#include <QHash>
#include <QWidget>

class QGridLayout;
class QLabel;
class QProgressBar;

namespace crucible::widgets {
class Card;
class ElidedLabel;
class PlainScrollArea;
}

namespace crucible::workbench {

class JobsPanel : public QWidget {
    Q_OBJECT
public:
    explicit JobsPanel(Services& services, QWidget* parent = nullptr);
    QSize sizeHint() const override;

Q_SIGNALS:
    void summaryChanged(const QString& summary); // "1 running · 2 queued"

private:
    struct Row {
        QProgressBar* bar = nullptr;
        widgets::StateLabel* state = nullptr;
        widgets::ElidedLabel* progress = nullptr;
        JobState shown = JobState::Queued;
    };
    void rebuild();
    void update(const Job& job);
    void addRow(const Job& job, bool canMoveUp);
    void addButtons(const Job& job, bool canMoveUp, int row);

    Services& m_services;
    widgets::Card* m_card;
    widgets::PlainScrollArea* m_scroll;
    QGridLayout* m_grid = nullptr;
    QHash<QString, Row> m_rows;
};

} // namespace crucible::workbench
