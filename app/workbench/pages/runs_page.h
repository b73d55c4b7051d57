// SPDX-License-Identifier: GPL-3.0-or-later
// Every run of the project: one in detail, or several over each other with what differs between their recipes.
#pragma once

#include "jobs/project_reader.h"
#include "pages/page.h"
#include "views/run_details.h"

class QLineEdit;
class QSplitter;
class QStackedWidget;
class QStandardItemModel;

namespace crucible::widgets {
class Card;
class Chip;
class DataTable;
class EmptyState;
class PageHeader;
class YamlEditor;
}

namespace crucible::workbench {

class AdaptiveColumns;
class RunCurves;
class RunLog;
class RunTable;

class RunsPage : public Page {
    Q_OBJECT
public:
    explicit RunsPage(Services& services, QWidget* parent = nullptr);

    QList<QAction*> pageActions() const override;
    QVariantMap saveState() const override;
    void restoreState(const QVariantMap& state) override;
    void activate() override { refresh(); }
    void receive(const QVariantMap& message) override; // {"run": id}
    QString showState(int index) override;
    bool isBusy() const override;

private:
    void buildHeader();
    QWidget* buildList();
    void buildDetails();
    QAction* addAction(const QString& text, const char* icon, void (RunsPage::*run)());
    void refresh();
    void showRuns(std::vector<project::RunSummary> runs, bool any);
    void readSelected();
    void showSelected(std::vector<RunRecord> records);
    void showDifferences();
    void updateActions();
    void select(const QStringList& ids);
    QStringList selectedIds() const;

    void runAgain();
    void duplicate();
    void openFolder();
    void tryIt();
    void cancelRun();
    void deleteRuns();

    widgets::PageHeader* m_header;
    QLineEdit* m_filter = nullptr;
    widgets::Chip* m_count = nullptr;
    QStackedWidget* m_stack;
    widgets::EmptyState* m_empty;
    AdaptiveColumns* m_columns;
    RunTable* m_runs;
    widgets::DataTable* m_table = nullptr;
    RunCurves* m_curves;
    RunLog* m_log;
    widgets::YamlEditor* m_recipe;
    RunDetails* m_details;
    widgets::Card* m_diffCard;
    widgets::DataTable* m_diffTable;
    QStandardItemModel* m_diff;
    QAction* m_again;
    QAction* m_duplicate;
    QAction* m_tryIt;
    QAction* m_openFolder;
    QAction* m_cancel;
    QAction* m_delete;
    ProjectReader m_listReader;
    ProjectReader m_recordReader;
    std::vector<RunRecord> m_records; // of the selected runs; empty while they are read
    QStringList m_wanted; // to be selected when the list has them
    QSplitter* m_curveColumn = nullptr; // the charts above what differs
    bool m_filling = false;
};

} // namespace crucible::workbench
