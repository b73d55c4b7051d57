// SPDX-License-Identifier: GPL-3.0-or-later
// One column of the Playground: which model, how it does, and its side of the talk.
#pragma once

#include "playground/token_colors.h"
#include "widgets/card.h"

class QProgressBar;
class QStackedWidget;
class QToolButton;

namespace crucible::widgets {
class ElidedLabel;
class EmptyState;
class InlineMessage;
}

namespace crucible::workbench {

class PlaygroundSession;
class TranscriptView;

class ColumnView : public widgets::Card {
    Q_OBJECT
public:
    ColumnView(PlaygroundSession& session, int column, QWidget* parent = nullptr);
    TranscriptView* transcript() const { return m_transcript; }
    QToolButton* modelButton() const { return m_model; }
    void refreshModel();
    void refreshMessages();
    // Why the model may not fit; empty: nothing to say.
    void setWarning(const QString& text);

Q_SIGNALS:
    void modelRequested(); // the person wants to choose
    void completionRequested(); // a model without a template can go on with texts
    void removeRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void showFacts();
    QString lastFacts() const;
    void updateEmpty();

    PlaygroundSession& m_session;
    int m_column;
    QToolButton* m_model;
    widgets::ElidedLabel* m_facts;
    widgets::ElidedLabel* m_timing;
    QToolButton* m_remove;
    QProgressBar* m_loading;
    widgets::InlineMessage* m_problem;
    QStackedWidget* m_stack;
    widgets::EmptyState* m_empty;
    TranscriptView* m_transcript;
    bool m_warned = false;
};

} // namespace crucible::workbench
