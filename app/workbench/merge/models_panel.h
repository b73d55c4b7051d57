// SPDX-License-Identifier: GPL-3.0-or-later
// The models of a recipe as a short list: name, facts, which one is the base; with what can be done to each.
#pragma once

#include "recipe/merge_recipe.h"

#include <QString>
#include <QWidget>

#include <vector>

class QLabel;
class QMenu;
class QPushButton;
class QVBoxLayout;

namespace crucible::workbench {

// One line of the list.
struct ModelRow {
    recipe::ModelRef ref;
    QString facts;        // "2.2 GB · bf16 · 1.10 B"
    QString problem;      // why it can not be read; empty when it can
    bool isBase = false;
    bool isListed = true; // false: only the base model, not among the inputs
    int series = -1;      // style of its curves, or -1
};

class ModelsPanel : public QWidget {
    Q_OBJECT
public:
    explicit ModelsPanel(QWidget* parent = nullptr);

    // `mayHaveBase`: whether the method knows a base model at all.
    void setRows(const std::vector<ModelRow>& rows, bool mayHaveBase);
    // The button's menu: filled by who knows the models at hand, when it opens.
    void setAddMenu(QMenu* menu);

    static QString shortName(const recipe::ModelRef& ref);

Q_SIGNALS:
    void baseRequested(int row, bool on);
    void removeRequested(int row);
    void moveRequested(int row, int by);
    void replaceRequested(int row);
    void showRequested(int row);

private:
    bool eventFilter(QObject* object, QEvent* event) override;
    QMenu* rowMenu(int row, QWidget* parent);

    std::vector<ModelRow> m_rows;
    bool m_mayHaveBase = true;
    QVBoxLayout* m_list;
    QPushButton* m_add;
    QLabel* m_hint;
};

} // namespace crucible::workbench
