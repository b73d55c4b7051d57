// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/model_table.h"

#include "base/text.h"
#include "text.h"
#include "widgets/data_table.h"
#include "widgets/icons.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <algorithm>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
namespace format = widgets::format;

ModelTable::ModelTable(ModelLibrary& library, QObject* parent)
    : QAbstractTableModel(parent), m_library(library), m_models(library.models())
{
    connect(&library, &ModelLibrary::modelAdded, this, &ModelTable::takeAdded);
    connect(&library, &ModelLibrary::modelsChanged, this, &ModelTable::takeAll);
}

void ModelTable::takeAdded(const ModelEntry& entry)
{
    if (const int row = rowOf(entry.path); row >= 0) {
        m_models[row] = entry;
        Q_EMIT dataChanged(index(row, 0), index(row, kColumns - 1));
        return;
    }
    const int end = static_cast<int>(m_models.size());
    beginInsertRows({}, end, end);
    m_models.append(entry);
    endInsertRows();
}

// A scan has ended: what was not met again goes. Rows stay where they are, and with them the selection.
void ModelTable::takeAll()
{
    for (int row = static_cast<int>(m_models.size()) - 1; row >= 0; --row) {
        if (m_library.find(m_models[row].path))
            continue;
        beginRemoveRows({}, row, row);
        m_models.removeAt(row);
        endRemoveRows();
    }
}

int ModelTable::rowOf(const QString& path) const
{
    const auto found = std::ranges::find(m_models, path, &ModelEntry::path);
    return found == m_models.end() ? -1 : static_cast<int>(found - m_models.begin());
}

int ModelTable::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_models.size());
}

int ModelTable::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QString ModelTable::detailOf(const ModelEntry& model)
{
    if (!model.problem.isEmpty())
        return tr("unreadable");
    QStringList facts{model.family};
    if (model.isAdapter)
        facts << tr("adapter");
    facts << model.dtype;
    facts.removeAll(QString());
    return facts.join(u" · "_s);
}

QVariant ModelTable::data(const QModelIndex& index, int role) const
{
    const ModelEntry& model = m_models[index.row()];
    switch (role) {
    case IdRole: return model.path;
    case widgets::DataTable::DetailRole: return index.column() == Name ? detailOf(model) : QVariant();
    case widgets::DataTable::DetailColorRole:
        return model.problem.isEmpty() ? QVariant() : QVariant(widgets::Theme::colors().error);
    case Qt::AccessibleTextRole:
        return index.column() == Name ? QVariant(tr("%1, %2").arg(model.name, detailOf(model))) : QVariant();
    case Qt::ToolTipRole:
        return model.problem.isEmpty() ? displayPath(model.path) : displayPath(model.path) + u'\n' + model.problem;
    case Qt::DecorationRole:
        if (index.column() == Name && !model.problem.isEmpty())
            return widgets::Icons::icon(u"warning"_s, widgets::IconRole::Warning);
        return {};
    case Qt::TextAlignmentRole:
        if (index.column() == Parameters || index.column() == Size)
            return QVariant(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    case SortRole:
        if (index.column() == Parameters)
            return model.parameters;
        if (index.column() == Size)
            return model.bytes;
        [[fallthrough]];
    case Qt::DisplayRole: break;
    default: return {};
    }
    switch (index.column()) {
    case Name: return model.name;
    case Family: return model.problem.isEmpty() ? model.family : tr("unreadable");
    case Parameters: return model.parameters == 0 ? format::missing() : format::parameters(static_cast<double>(model.parameters));
    case Dtype: return model.dtype;
    case Size: return model.bytes == 0 ? format::missing() : format::bytes(static_cast<double>(model.bytes));
    }
    return {};
}

QVariant ModelTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == Parameters || section == Size ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const QString titles[] = {tr("model"), tr("family"), tr("parameters"), tr("dtype"), tr("size")};
    return titles[section];
}

QString shapeText(const Shape& shape)
{
    QStringList parts;
    for (const std::int64_t dimension : shape)
        parts << QString::number(dimension);
    return shape.empty() ? QObject::tr("scalar") : parts.join(u" × "_s);
}

void TensorTable::setTensors(std::vector<formats::TensorInfo> tensors)
{
    // Names are compared and cells written once here, not by every sort and every letter of a filter: a model may have
    // ten thousand tensors and more.
    std::ranges::sort(tensors, [](const std::string& a, const std::string& b) { return naturalLess(a, b); },
                      &formats::TensorInfo::name);
    beginResetModel();
    m_tensors = std::move(tensors);
    m_searched.clear();
    m_searched.reserve(static_cast<qsizetype>(m_tensors.size()));
    for (const formats::TensorInfo& info : m_tensors)
        m_searched << QStringList{toQString(info.name), toQString(torchName(info.dtype)), shapeText(info.shape)}.join(u'\n');
    endResetModel();
}

int TensorTable::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_tensors.size());
}

int TensorTable::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : kColumns; }

QVariant TensorTable::data(const QModelIndex& index, int role) const
{
    const formats::TensorInfo& info = tensor(index.row());
    if (role == Qt::TextAlignmentRole && index.column() >= Dimensions)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == IdRole || (role == Qt::ToolTipRole && index.column() == Name))
        return toQString(info.name);
    if (role == SearchRole)
        return m_searched.at(index.row());
    if (role == SortRole && index.column() == Name)
        return index.row();
    if (role == SortRole && index.column() == Dimensions)
        return static_cast<qlonglong>(info.elements());
    if (role == SortRole && index.column() == Size)
        return static_cast<qulonglong>(info.bytes);
    if (role != Qt::DisplayRole && role != SortRole)
        return {};
    switch (index.column()) {
    case Name: return toQString(info.name);
    case Dtype: return toQString(torchName(info.dtype));
    case Dimensions: return shapeText(info.shape);
    case Size: return format::bytes(static_cast<double>(info.bytes));
    }
    return {};
}

QVariant TensorTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section >= Dimensions ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const QString titles[] = {tr("tensor"), tr("dtype"), tr("shape"), tr("size")};
    return titles[section];
}

TableFilter::TableFilter(QAbstractItemModel* source, QObject* parent) : QSortFilterProxyModel(parent)
{
    setSourceModel(source);
    setSortRole(SortRole);
    setDynamicSortFilter(true);
}

void TableFilter::setWords(const QString& text)
{
    m_words = text.split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

bool TableFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const QVariant all = sourceModel()->index(row, 0, parent).data(SearchRole);
    return std::ranges::all_of(m_words, [&](const QString& word) {
        if (all.isValid())
            return all.toString().contains(word, Qt::CaseInsensitive);
        for (int column = 0; column < sourceModel()->columnCount(parent); ++column)
            if (sourceModel()->index(row, column, parent).data().toString().contains(word, Qt::CaseInsensitive))
                return true;
        return false;
    });
}

bool TableFilter::lessThan(const QModelIndex& a, const QModelIndex& b) const
{
    const QVariant left = a.data(SortRole), right = b.data(SortRole);
    if (left.userType() == QMetaType::QString)
        return naturalLess(toStd(left.toString()), toStd(right.toString()));
    return left.toDouble() < right.toDouble();
}

} // namespace crucible::workbench
