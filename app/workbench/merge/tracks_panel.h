// SPDX-License-Identifier: GPL-3.0-or-later
// The tracks of one parameter as a table: where it applies, its values, their mean. Values can be typed as a list; the
// current row is the curve that is drawn strong.
#pragma once

#include "merge/recipe_edits.h"

#include <QWidget>

class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace crucible::workbench {

class TracksPanel : public QWidget {
    Q_OBJECT
public:
    struct Row {
        ParameterTrack track;
        QString where; // "Marcoroni-7B · self_attn"
        int style = 0; // series colour and marker
    };

    explicit TracksPanel(QWidget* parent = nullptr);

    // `mayFilter`: whether the parameter may differ by tensor and layer.
    void setRows(const std::vector<Row>& rows, bool mayFilter);
    void setCurrent(int row);
    int current() const;

Q_SIGNALS:
    void currentChanged(int row);
    void valuesTyped(int row, const std::vector<double>& values);
    void filterRequested(int row, const QString& filter);
    void removeRequested(int row);

private:
    void fillFilterMenu();
    void fitRows();
    void updateButtons();

    std::vector<Row> m_rows;
    QTreeWidget* m_table;
    QPushButton* m_addFilter;
    QPushButton* m_remove;
    bool m_mayFilter = true;
    bool m_filling = false;
};

} // namespace crucible::workbench
