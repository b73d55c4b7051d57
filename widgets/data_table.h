// SPDX-License-Identifier: GPL-3.0-or-later
// A table in our look: no grid, hairlines between rows, numbers right-aligned by their model, whole rows selected.
// Copies as tab-separated text or Markdown, lets a person choose columns, and remembers widths, order and sorting.
#pragma once

#include <QTableView>

namespace crucible::widgets {

class DataTable : public QTableView {
    Q_OBJECT
public:
    explicit DataTable(QWidget* parent = nullptr);

    // A second line under a cell's text, muted unless DetailColorRole has a colour; rows are then high enough for two.
    enum Role { DetailRole = Qt::UserRole + 100, DetailColorRole, DetailIconRole };
    void setTwoLineRows();
    // What shows over the viewport while the model has no rows.
    void setEmptyText(const QString& text);
    // Selected cells, or all when nothing is selected; with the header row.
    QString toTabSeparated() const;
    QString toMarkdown() const;
    QByteArray saveState() const;
    // False when the state is from another set of columns; the table is then as before.
    bool restoreState(const QByteArray& state);
    void setModel(QAbstractItemModel* model) override;
    QSize minimumSizeHint() const override;

public Q_SLOTS:
    void copyTabSeparated() const;
    void copyMarkdown() const;

Q_SIGNALS:
    // The context menu of a row, before it is shown: pages add their actions. Column actions follow.
    void contextMenuAboutToShow(QMenu* menu, const QModelIndex& index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void showColumnMenu(const QPoint& globalPosition);
    void addColumnActions(QMenu* menu);
    QList<QStringList> selectedCells() const;

    QString m_emptyText;
};

} // namespace crucible::widgets
