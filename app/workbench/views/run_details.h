// SPDX-License-Identifier: GPL-3.0-or-later
// Everything about one run beside its curves: how it went, what a person says of it, what it made, where it comes from.
#pragma once

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

namespace crucible::workbench {

class RunDetails : public QWidget {
    Q_OBJECT
public:
    explicit RunDetails(Services& services, QWidget* parent = nullptr);
    ~RunDetails() override;
    void setRun(const std::optional<project::Run>& run);

private:
    void showFacts(const project::Run& run);
    void showTags(const project::Run& run);
    void showArtifacts(bool ended);
    void showLineage();
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
    widgets::LineageView* m_lineage;
    std::vector<project::LineageNode> m_nodes;
    QTimer m_noteTimer;
};

} // namespace crucible::workbench
