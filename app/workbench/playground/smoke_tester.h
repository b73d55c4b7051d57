// SPDX-License-Identifier: GPL-3.0-or-later
// Tries the model that a run made, in worker processes, one model at a time: it loads, writes a few words, is measured on a
// short text beside its parents, and its chat template is rendered. By itself after a run that ended well while the window
// is open (a setting), and whenever a person asks.
#pragma once

#include "playground/model_process.h"
#include "playground/smoke_result.h"
#include "services.h"

#include <QObject>

#include <deque>
#include <memory>

namespace crucible::workbench {

struct Job;

class SmokeTester : public QObject {
    Q_OBJECT
public:
    explicit SmokeTester(Services& services, QObject* parent = nullptr);
    ~SmokeTester() override;

    void test(const QString& run);
    bool isTesting(const QString& run) const;
    // What it does at present, in words; empty when the run is not being tried.
    QString progress(const QString& run) const;

Q_SIGNALS:
    void changed(const QString& run); // began, went on, ended

private:
    struct Test {
        QString run;
        ModelChoice model;
        QList<ModelChoice> parents;
        SmokeResult result;
        int parent = -1; // that is measured; -1: the model itself
    };
    void afterJob(const Job& job);
    void startNext();
    void load(const ModelChoice& choice);
    void modelChanged();
    void write();
    void measure();
    void render();
    void nextParent();
    void failed(const ModelProblem& problem);
    void finish();

    Services& m_services;
    std::deque<QString> m_waiting;
    std::unique_ptr<Test> m_test;
    ModelProcess* m_process = nullptr;
    bool m_isReady = false; // it was asked already
};

} // namespace crucible::workbench
