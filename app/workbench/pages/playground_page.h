// SPDX-License-Identifier: GPL-3.0-or-later
// Talk to models: chat, completion and surprise, token by token, up to four side by side. What happens is in
// playground/session; this puts the parts together.
#pragma once

#include "pages/page.h"
#include "playground/model_pool.h"
#include "playground/session.h"
#include "playground/token_colors.h"

#include <QTimer>

class QComboBox;
class QPushButton;
class QSplitter;

namespace crucible::widgets {
class PageHeader;
}

namespace crucible::workbench {

class AdaptiveColumns;
class ColumnView;
class Composer;
class ConversationList;
class ModelPicker;
class ProjectReader;
class PromptView;
class SettingsPanel;
class TokenPanel;

class PlaygroundPage : public Page {
    Q_OBJECT
public:
    explicit PlaygroundPage(Services& services, QWidget* parent = nullptr);
    ~PlaygroundPage() override;

    QList<QAction*> pageActions() const override { return m_actions; }
    QVariantMap saveState() const override;
    void restoreState(const QVariantMap& state) override;
    void activate() override;
    // {"model": path}, {"models": [paths]}, {"conversation": id}
    void receive(const QVariantMap& message) override;
    bool takeDrop(const Drop& drop) override;
    QString showState(int index) override;
    bool isBusy() const override;

    PlaygroundSession& session() { return m_session; }
    ModelPool& pool() { return m_pool; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Spot { // a token that is looked at
        int column = -1;
        int message = 0;
        int token = -1;
        bool operator==(const Spot&) const = default;
    };
    void makeHeader();
    void makeColumns();
    void makeActions();
    QAction* addAction(const QString& text, const char* icon, const QKeySequence& keys, void (PlaygroundPage::*run)());
    void connectSession();
    void rebuildColumns();
    void chooseModel(int column);
    void useModel(int column, const ModelChoice& choice);
    void updateState();
    void updateContext();
    void countDraft();
    void setColoring(TokenColoring coloring);
    void openConversation(const QString& id);
    void openWanted();
    void look(const Spot& spot, bool pinned);
    void showSpot(const Spot& spot);
    void showLastAnswer(int column);
    void newConversation();
    void addColumn();
    void answerAgain();
    void stopAnswer();
    void copyCommand();
    void showPrompt();
    void toggleList();

    ModelPool m_pool;
    PlaygroundSession m_session;
    bool m_deviceChanged = false; // and models are still where it was
    widgets::PageHeader* m_header;
    QComboBox* m_mode;
    QComboBox* m_coloring;
    QPushButton* m_sideBySide = nullptr;
    QPushButton* m_listButton = nullptr;
    ConversationList* m_list;
    AdaptiveColumns* m_columns;
    QSplitter* m_transcripts;
    QList<ColumnView*> m_views;
    Composer* m_composer;
    PromptView* m_prompt;
    SettingsPanel* m_settings;
    TokenPanel* m_token;
    QSplitter* m_side;
    ModelPicker* m_picker = nullptr;
    int m_pickingFor = 0;
    QList<QAction*> m_actions;
    TokenColoring m_colors = TokenColoring::Probability;
    Spot m_pinned, m_shown;
    QTimer m_counting;
    QTimer m_live; // while an answer is being made
    int m_draftTokens = 0;
    ProjectReader* m_reader;
    QString m_wanted; // a conversation that is to be opened once its project is
};

} // namespace crucible::workbench
