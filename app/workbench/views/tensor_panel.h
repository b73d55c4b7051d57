// SPDX-License-Identifier: GPL-3.0-or-later
// The tensors of one model: thousands of rows with filter and sorting, and of the selected one its numbers and histogram,
// computed in the background.
#pragma once

#include "analyze/statistics.h"
#include "formats/model_folder.h"
#include "jobs/background.h"
#include "views/model_table.h"

#include <QWidget>

class QFormLayout;
class QLabel;
class QLineEdit;

namespace crucible::widgets {
class Card;
class DataTable;
class HistogramView;
}

namespace crucible::workbench {

class TensorPanel : public QWidget {
    Q_OBJECT
public:
    explicit TensorPanel(QWidget* parent = nullptr);

    void setCheckpoint(std::shared_ptr<const formats::Checkpoint> checkpoint);
    void selectTensor(const QString& name);
    // Some tensor, when none is selected: for pictures.
    void showOne();
    bool isBusy() const { return m_statistics.isBusy(); }

private:
    void showSelected();
    void showStatistics(const formats::TensorInfo& info, const Outcome<analyze::TensorStatistics>& outcome);

    std::shared_ptr<const formats::Checkpoint> m_checkpoint;
    TensorTable* m_model;
    TableFilter* m_sorted;
    QLineEdit* m_filter;
    widgets::DataTable* m_table;
    widgets::Card* m_list;
    widgets::Card* m_numbers;
    QLabel* m_values;
    widgets::HistogramView* m_histogram;
    Background m_statistics;
};

} // namespace crucible::workbench
