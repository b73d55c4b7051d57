// SPDX-License-Identifier: GPL-3.0-or-later
// The runs of the project as rows, newest first. The state is also the second line under the name.
#pragma once

#include "project/run.h"

#include <QAbstractTableModel>

#include <vector>

namespace crucible::workbench {

class RunTable : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, State, When, Duration, kColumns };
    using QAbstractTableModel::QAbstractTableModel;

    void setRuns(std::vector<project::RunSummary> runs);
    // Runs that are shown side by side get the mark of their series, in this order; others none.
    void setMarked(const QStringList& ids);
    const project::RunSummary& run(int row) const { return m_runs[static_cast<std::size_t>(row)]; }
    int rowOf(const QString& id) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    static QString stateOf(const project::RunSummary& summary);

    std::vector<project::RunSummary> m_runs;
    QStringList m_marked;
};

} // namespace crucible::workbench
