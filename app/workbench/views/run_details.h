// SPDX-License-Identifier: GPL-3.0-or-later
// Everything about one run beside its curves: how it went, what a person says of it, what it made, where it comes from.
#pragma once

#include "playground/smoke_result.h"
#include "project/run.h"
#include "services.h"

#include <QTimer>
#include <QWidget>

class QHBoxLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QVBoxLayout;

namespace crucible::widgets {
class Card;
class InlineMessage;
class LineageView;
class StateLabel;
}

namespace crucible::project {
class Project;
}

namespace crucible::workbench {

// A run with what stands around it in the project.
struct RunRecord {
    struct Made {
        project::Artifact artifact;
        bool exists = false;
    };
    project::Run run;
    std::vector<Made> made;
    std::vector<project::RunInput> inputs;
    project::LineageGraph lineage;
    std::optional<SmokeResult> smoke;
    // The model that it made and that is still there; empty when there is none.
    std::filesystem::path model() const;
};
// Reads the database and looks at the disk: not for the window's thread. Nothing for an unknown run.
std::optional<RunRecord> readRun(project::Project& project, const std::string& id);

class SmokeCard;

class RunDetails : public QWidget {
    Q_OBJECT
public:
    explicit RunDetails(Services& services, QWidget* parent = nullptr);
    ~RunDetails() override;
    void setRun(const std::optional<RunRecord>& record);

private:
    void showFacts(const project::Run& run);
    void showTags(const project::Run& run);
    void showArtifacts(const std::vector<RunRecord::Made>& made, bool ended);
    void showLineage(const project::LineageGraph& graph);
    void storeNote();

    Services& m_services;
    QString m_id;
    QString m_storedNote;
    project::RunStatus m_shownStatus = project::RunStatus::Queued;
    std::int64_t m_shownChange = 0;
    std::vector<std::string> m_shownTags;
    widgets::Card* m_facts;
    widgets::StateLabel* m_state;
    QLabel* m_text;
    widgets::InlineMessage* m_problem;
    QHBoxLayout* m_tags;
    QLineEdit* m_newTag;
    QPlainTextEdit* m_note;
    QVBoxLayout* m_artifacts;
    SmokeCard* m_smoke;
    widgets::LineageView* m_lineage;
    std::vector<project::LineageNode> m_nodes;
    QTimer m_noteTimer;
};

} // namespace crucible::workbench
