// SPDX-License-Identifier: GPL-3.0-or-later
// What came of trying a run's model, in words, with the buttons that try it: by oneself, or by the test once more.
#pragma once

#include "playground/smoke_result.h"
#include "services.h"
#include "widgets/card.h"

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace crucible::workbench {

class SmokeCard : public widgets::Card {
    Q_OBJECT
public:
    explicit SmokeCard(Services& services, QWidget* parent = nullptr);
    // `model`: the folder of what the run made; empty: it made no model that is still there.
    void setRun(const QString& run, const QString& model, const std::optional<SmokeResult>& result);

private:
    void update();

    Services& m_services;
    QString m_run;
    QString m_model;
    std::optional<SmokeResult> m_result;
    QVBoxLayout* m_findings;
    QLabel* m_progress;
    QLabel* m_written;
    QPushButton* m_try;
    QPushButton* m_test;
};

} // namespace crucible::workbench
