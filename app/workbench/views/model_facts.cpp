// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/model_facts.h"

#include "text.h"
#include "widgets/card.h"
#include "widgets/data_table.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QHeaderView>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <algorithm>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;
namespace format = widgets::format;

ModelFacts::ModelFacts(QWidget* parent)
    : QWidget(parent), m_facts(new QStandardItemModel(this)), m_table(new widgets::DataTable),
      m_template(new QPlainTextEdit), m_templateCard(new widgets::Card(tr("Chat template")))
{
    m_table->setAccessibleName(tr("Facts about the model"));
    m_table->setModel(m_facts);
    m_table->setEmptyText(tr("Select a model."));
    m_template->setAccessibleName(tr("Chat template"));
    m_template->setReadOnly(true);
    m_template->setFont(Theme::fixedFont());
    m_template->setFrameShape(QFrame::NoFrame);
    m_template->setPlaceholderText(tr("The model has no chat template."));
    auto* facts = new widgets::Card(tr("Configuration"));
    facts->addWidget(m_table, 1);
    m_templateCard->addWidget(m_template, 1);
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setHandleWidth(Theme::px(12));
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(facts);
    splitter->addWidget(m_templateCard);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(splitter);
}

void ModelFacts::setModel(const std::shared_ptr<const formats::ModelFolder>& model)
{
    m_facts->clear();
    m_facts->setHorizontalHeaderLabels({tr("key"), tr("value")});
    m_template->clear();
    if (!model)
        return;
    const auto add = [this](const QString& key, const QString& value) {
        auto* name = new QStandardItem(key);
        name->setToolTip(key);
        auto* text = new QStandardItem(value);
        text->setToolTip(value);
        name->setEditable(false);
        text->setEditable(false);
        m_facts->appendRow({name, text});
    };
    add(tr("folder"), displayPath(toQString(model->path())));
    add(tr("files"), QString::number(model->checkpoint().sources().size()));
    add(tr("layout"), model->layout().isGeneric() ? tr("worked out from the tensors' names") : toQString(model->layout().family));
    add(tr("tokenizer"), model->hasTokenizer() ? tr("yes") : tr("none"));
    QStringList companions;
    for (const std::string& file : model->companionFiles())
        companions << toQString(file);
    if (!companions.isEmpty())
        add(tr("further files"), companions.join(u", "_s));
    for (const auto& [key, value] : model->config().json().items())
        add(toQString(key), value.is_string() ? toQString(value.get<std::string>()) : toQString(toJsonText(value)));
    m_table->resizeColumnToContents(0);
    m_table->setColumnWidth(0, std::min(m_table->columnWidth(0), Theme::px(128)));
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    if (const auto text = model->chatTemplate())
        m_template->setPlainText(toQString(*text));
}

} // namespace crucible::workbench
