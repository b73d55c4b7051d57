// SPDX-License-Identifier: GPL-3.0-or-later
// What came of the last merge, on the page that it was started from: how it ended, what trying its model said, and the
// buttons that go on from there. Hidden until a merge ends, and again when the person dismisses it.
#pragma once

#include "jobs/job.h"
#include "services.h"
#include "widgets/card.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace crucible::widgets {
class ElidedLabel;
}

namespace crucible::workbench {

class OutcomeCard : public widgets::Card {
    Q_OBJECT
public:
    explicit OutcomeCard(Services& services, QWidget* parent = nullptr);

    // Shows a merge that ended: done with what trying it gave, failed with why. Others are not worth a card and are
    // ignored.
    void showJob(const Job& job);
    void dismiss();
    const QString& run() const { return m_job.id; } // empty while nothing is shown
    // The sentences that are shown under the headline, for tests and screen readers.
    QStringList sentences() const;

Q_SIGNALS:
    void shownChanged();

private:
    void update();
    void addSentence(widgets::StateLabel::State state, const QString& text);

    Services& m_services;
    Job m_job;
    widgets::StateLabel* m_state;
    widgets::ElidedLabel* m_name;
    QLabel* m_progress;
    QVBoxLayout* m_sentences;
    QPushButton* m_try;
    QPushButton* m_test;
    QPushButton* m_open;
};

} // namespace crucible::workbench
