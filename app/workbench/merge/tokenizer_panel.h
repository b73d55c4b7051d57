// SPDX-License-Identifier: GPL-3.0-or-later
// How the vocabularies of the models meet in the result: sizes, and per model how many tokens keep their id, move, or are
// missing, with examples.
#pragma once

#include "merge/plan.h"

#include <QWidget>

class QLabel;
class QTreeWidget;

namespace crucible::workbench {

class TokenizerPanel : public QWidget {
    Q_OBJECT
public:
    explicit TokenizerPanel(QWidget* parent = nullptr);
    void showPlan(const merge::Plan* plan);

private:
    QLabel* m_summary;
    QTreeWidget* m_table;
};

} // namespace crucible::workbench
