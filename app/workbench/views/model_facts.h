// SPDX-License-Identifier: GPL-3.0-or-later
// What a model's files say about it: where it is, its configuration, tokenizer and chat template.
#pragma once

#include "formats/model_folder.h"

#include <QWidget>

class QPlainTextEdit;

namespace crucible::widgets {
class Card;
class DataTable;
}
class QStandardItemModel;

namespace crucible::workbench {

class ModelFacts : public QWidget {
    Q_OBJECT
public:
    explicit ModelFacts(QWidget* parent = nullptr);
    void setModel(const std::shared_ptr<const formats::ModelFolder>& model); // null empties the panel

private:
    QStandardItemModel* m_facts;
    widgets::DataTable* m_table;
    QPlainTextEdit* m_template;
    widgets::Card* m_templateCard;
};

} // namespace crucible::workbench
