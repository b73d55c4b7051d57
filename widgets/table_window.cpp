// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/table_window.h"

#include "widgets/data_table.h"
#include "widgets/theme.h"

#include <QAbstractTableModel>
#include <QDialog>
#include <QHeaderView>
#include <QVBoxLayout>

namespace crucible::widgets {
namespace {

class TextTableModel : public QAbstractTableModel {
public:
    TextTableModel(QStringList columns, QList<QStringList> rows, QObject* parent)
        : QAbstractTableModel(parent), m_columns(std::move(columns)), m_rows(std::move(rows))
    {
    }
    int rowCount(const QModelIndex& parent) const override { return parent.isValid() ? 0 : int(m_rows.size()); }
    int columnCount(const QModelIndex& parent) const override { return parent.isValid() ? 0 : int(m_columns.size()); }
    QVariant data(const QModelIndex& index, int role) const override
    {
        if (role == Qt::DisplayRole)
            return m_rows[index.row()].value(index.column());
        if (role == Qt::TextAlignmentRole)
            return int((index.column() == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
        return {};
    }
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override
    {
        if (orientation == Qt::Horizontal && role == Qt::DisplayRole)
            return m_columns.value(section);
        if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole)
            return int((section == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
        return {};
    }

private:
    QStringList m_columns;
    QList<QStringList> m_rows;
};

} // namespace

void showTableWindow(QWidget* parent, const QString& title, const QStringList& columns, const QList<QStringList>& rows)
{
    auto* dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->resize(Theme::px(480), Theme::px(520));
    auto* table = new DataTable(dialog);
    table->setAccessibleName(title);
    table->setSortingEnabled(false);
    table->setModel(new TextTableModel(columns, rows, table));
    auto* layout = new QVBoxLayout(dialog);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(table);
    dialog->show();
    table->setFocus();
}

} // namespace crucible::widgets
