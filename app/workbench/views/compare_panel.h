// SPDX-License-Identifier: GPL-3.0-or-later
// How far two models are apart: a map of layers by kinds of tensors, and every tensor in a table. Read in the background
// with progress; a second comparison, or cancel, ends the first.
#pragma once

#include "analyze/compare.h"
#include "formats/model_folder.h"
#include "jobs/background.h"
#include "jobs/model_library.h"

#include <QWidget>

#include <atomic>

class QComboBox;
class QProgressBar;
class QPushButton;
class QStandardItemModel;

namespace crucible::widgets {
class Card;
class DataTable;
class HeatMap;
}

namespace crucible::workbench {

class TableFilter;

class ComparePanel : public QWidget {
    Q_OBJECT
public:
    ComparePanel(ModelLibrary& library, QWidget* parent = nullptr);

    void setModel(const QString& path, std::shared_ptr<const formats::Checkpoint> checkpoint);
    // Starts comparing with this model.
    void compareWith(const QString& path);
    bool isBusy() const { return m_work.isBusy(); }

Q_SIGNALS:
    void tensorActivated(const QString& name);

private:
    enum class Measure { Cosine, RelativeDifference };
    void fillOthers();
    void start();
    void showOutcome(const Outcome<analyze::ModelComparison>& outcome);
    void showMap();
    Measure measure() const;

    ModelLibrary& m_library;
    QString m_path;
    std::shared_ptr<const formats::Checkpoint> m_checkpoint;
    std::optional<analyze::ModelComparison> m_result;
    QComboBox* m_other;
    QComboBox* m_measure;
    QPushButton* m_cancel;
    QProgressBar* m_bar;
    widgets::Card* m_mapCard;
    widgets::HeatMap* m_map;
    widgets::DataTable* m_table;
    QStandardItemModel* m_rows;
    TableFilter* m_sorted;
    widgets::Card* m_tableCard;
    Background m_work;
    QTimer m_progressTimer;
    std::shared_ptr<std::atomic<int>> m_permille;
};

} // namespace crucible::workbench
