// SPDX-License-Identifier: GPL-3.0-or-later
// The models on this computer: what they are, what is in them, and how far two of them are apart.
#pragma once

#include "formats/model_folder.h"
#include "jobs/background.h"
#include "pages/page.h"

class QLineEdit;
class QStackedWidget;

namespace crucible::widgets {
class Card;
class DataTable;
class EmptyState;
class PageHeader;
}

namespace crucible::workbench {

class AdaptiveColumns;
class ComparePanel;
class ModelFacts;
class ModelTable;
class TableFilter;
class TensorPanel;

class ModelsPage : public Page {
    Q_OBJECT
public:
    explicit ModelsPage(Services& services, QWidget* parent = nullptr);

    QList<QAction*> pageActions() const override { return {m_compareAction, m_mergeAction, m_tryAction}; }
    QVariantMap saveState() const override;
    void restoreState(const QVariantMap& state) override;
    void receive(const QVariantMap& message) override; // {"path": folder}
    bool takeDrop(const Drop& drop) override;
    QString showState(int index) override;
    bool isBusy() const override;

protected:

private:
    void buildHeader();
    QWidget* buildList();
    void connectLibrary();
    void selectPath(const QString& path);
    QString selectedPath() const;
    void openSelected();
    void showModel(const std::shared_ptr<const formats::ModelFolder>& model);
    void updateEmpty();

    widgets::PageHeader* m_header;
    QLineEdit* m_filter = nullptr;
    QStackedWidget* m_stack;
    widgets::EmptyState* m_empty;
    AdaptiveColumns* m_columns;
    widgets::Card* m_listCard = nullptr;
    ModelTable* m_models;
    TableFilter* m_sorted;
    widgets::DataTable* m_table = nullptr;
    TensorPanel* m_tensors;
    ComparePanel* m_compare;
    ModelFacts* m_facts;
    QAction* m_compareAction;
    QAction* m_mergeAction;
    QAction* m_tryAction;
    QString m_wanted; // to be selected as soon as the scan finds it
    QString m_compareWith; // as soon as the selected model is open
    Background m_opening;
};

} // namespace crucible::workbench
