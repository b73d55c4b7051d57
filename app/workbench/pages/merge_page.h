// SPDX-License-Identifier: GPL-3.0-or-later
// Compose a merge, see what it will do, run it: choices at the left, curves or the stack and the likeness of the models in
// the middle, plan and YAML at the right. Below 1200 pixels the right column is behind a tab.
#pragma once

#include "merge/merge_document.h"
#include "merge/plan_preview.h"
#include "merge/setup_panel.h"
#include "pages/page.h"

#include <functional>

class QSplitter;
class QTabBar;
class QTabWidget;

namespace crucible::widgets {
class InlineMessage;
class PageHeader;
class YamlEditor;
}

namespace crucible::workbench {

class OutcomeCard;
class PlanPanel;
class ShapeCard;
class SimilarityCard;
class TokenizerPanel;
struct JobRequest;
struct Preset;

class MergePage : public Page {
    Q_OBJECT
public:
    explicit MergePage(Services& services, QWidget* parent = nullptr);

    QList<QAction*> pageActions() const override { return m_actions; }
    QVariantMap saveState() const override;
    void restoreState(const QVariantMap& state) override;
    void activate() override;
    void receive(const QVariantMap& message) override;
    void undo() override;
    void redo() override;
    bool takeDrop(const Drop& drop) override;
    QString showState(int index) override;
    bool isBusy() const override;

    MergeDocument& document() { return m_document; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void makeHeader();
    void makeColumns();
    void makeActions();
    void documentChanged();
    void requestPlan();
    void planChanged();
    void updateRunState();
    void showYamlProblem();
    void updateColumns();
    void showPlanTab();
    void fillAddMenu();
    void fillPresets();
    void applyPreset(const Preset& preset);
    void loadRecipeOfARun();
    void showOutcomeOfARun();
    void loadRecipe(const QString& yaml, const QString& name, const QString& folder);
    void setName(const QString& name);
    void useProject();
    void newMerge();
    void submit(bool first);
    void copyCommand();
    QString recipeFile(const QString& recipe) const;
    void saveRecipe();
    void openRecipe();
    JobRequest request() const;
    merge::MergeOptions options() const;
    SetupPanel::ModelFacts factsOf(const recipe::ModelRef& ref) const;
    QString outputFor(const QString& name) const;
    QString freeName(const QString& wanted) const;

    MergeDocument m_document;
    PlanPreview m_preview;
    widgets::PageHeader* m_header;
    QLineEdit* m_name;
    QPushButton* m_run;
    QPushButton* m_queue;
    QMenu* m_addMenu;
    QMenu* m_presetMenu;
    SetupPanel* m_setup;
    ShapeCard* m_shape;
    SimilarityCard* m_similarity;
    PlanPanel* m_plan;
    OutcomeCard* m_outcome;
    widgets::YamlEditor* m_yaml;
    widgets::InlineMessage* m_yamlProblem; // below the text: what is wrong in it
    TokenizerPanel* m_tokenizers;
    QSplitter* m_columns;
    QSplitter* m_middle;
    QSplitter* m_sides;
    QWidget* m_middleSide;
    QWidget* m_rightSide;
    QTabWidget* m_tabs;
    QTabBar* m_switch;
    QList<QAction*> m_actions;
    QString m_parent;       // the run this was duplicated from
    QString m_recipeFolder; // what relative paths in the recipe are relative to
    bool m_outputByName = true; // the output folder still follows the name
    bool m_showing = false;
    std::function<void()> m_whenPlanned; // asked for while the plan was being made
};

} // namespace crucible::workbench
