// SPDX-License-Identifier: GPL-3.0-or-later
// Item models of the Models page: the library, and the tensors of one model. Numbers are formatted for people in
// DisplayRole and plain in SortRole.
#pragma once

#include "formats/tensor.h"
#include "jobs/model_library.h"

#include <QAbstractTableModel>
#include <QSortFilterProxyModel>

#include <vector>

namespace crucible::workbench {

// SearchRole: all that a filter looks at in a row, where the model has it at hand.
enum TableRole { SortRole = Qt::UserRole + 1, IdRole, SearchRole };

class ModelTable : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Family, Parameters, Dtype, Size, kColumns };
    explicit ModelTable(ModelLibrary& library, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    int rowOf(const QString& path) const; // -1 when it is not there

private:
    static QString detailOf(const ModelEntry& model); // the second line under the name
    void takeAdded(const ModelEntry& entry);
    void takeAll();

    ModelLibrary& m_library;
    QList<ModelEntry> m_models;
};

class TensorTable : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Name, Dtype, Dimensions, Size, kColumns };
    using QAbstractTableModel::QAbstractTableModel;
    void setTensors(std::vector<formats::TensorInfo> tensors);
    const formats::TensorInfo& tensor(int row) const { return m_tensors[static_cast<std::size_t>(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<formats::TensorInfo> m_tensors; // in natural order of their names
    QStringList m_searched;                     // what a filter looks at, per row
};

// Sorts by SortRole, names in natural order ("layers.2" before "layers.10"); keeps rows that hold every word of a filter.
class TableFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit TableFilter(QAbstractItemModel* source, QObject* parent = nullptr);
    void setWords(const QString& text);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& a, const QModelIndex& b) const override;

private:
    QStringList m_words;
};

QString shapeText(const Shape& shape); // "4096 × 1024"

} // namespace crucible::workbench
