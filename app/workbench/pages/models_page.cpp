// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/models_page.h"

#include "base/schema.h"
#include "jobs/model_library.h"
#include "services.h"
#include "text.h"
#include "views/adaptive_columns.h"
#include "views/compare_panel.h"
#include "views/model_facts.h"
#include "views/model_table.h"
#include "views/tensor_panel.h"
#include "widgets/card.h"
#include "widgets/data_table.h"
#include "widgets/empty_state.h"
#include "widgets/icons.h"
#include "widgets/number_format.h"
#include "widgets/page_header.h"
#include "widgets/theme.h"

#include <QAction>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;
namespace format = widgets::format;

namespace {
Page* create(Services& services, QWidget* parent) { return new ModelsPage(services, parent); }
constexpr DropKind kDrops[] = {DropKind::ModelFolder};
}

extern const PageEntry models_page_entry;
const PageEntry models_page_entry{.id = "models",
                                  .title = CRUCIBLE_TR_NOOP("Pages", "Models"),
                                  .help = CRUCIBLE_TR_NOOP("Pages", "The models on this computer, their tensors, and how alike they are"),
                                  .icon = "models",
                                  .order = 20,
                                  .drops = kDrops,
                                  .create = &create};

ModelsPage::ModelsPage(Services& services, QWidget* parent)
    : Page(services, parent), m_header(new widgets::PageHeader(tr("Models"))), m_stack(new QStackedWidget),
      m_empty(new widgets::EmptyState(u"models"_s, tr("No models yet"),
                                      tr("Add a folder that holds models in the Hugging Face layout. Folders inside it are looked "
                                         "through; nothing is copied or changed."))),
      m_columns(new AdaptiveColumns), m_models(new ModelTable(*services.models, this)),
      m_sorted(new TableFilter(m_models, this)), m_tensors(new TensorPanel), m_compare(new ComparePanel(*services.models)),
      m_facts(new ModelFacts), m_compareAction(new QAction(tr("&Compare the selected model"), this)),
      m_mergeAction(new QAction(tr("&Use the selected model in a merge"), this)),
      m_tryAction(new QAction(widgets::Icons::icon(u"playground"_s), tr("&Try the selected model in the Playground"), this))
{
    buildHeader();
    m_empty->setAction(tr("Add model folder…"));
    connect(m_empty, &widgets::EmptyState::actionTriggered, this, [this] { this->services().frame->addModelFolder(); });
    m_columns->setLeft(buildList(), 380);
    m_columns->addMiddle(m_tensors, tr("Tensors"));
    m_columns->addMiddle(m_compare, tr("Compare"));
    m_columns->setRight(m_facts, tr("Facts"), 300);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_columns);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::px(16), Theme::px(12), Theme::px(16), Theme::px(12));
    layout->setSpacing(Theme::px(12));
    layout->addWidget(m_header);
    layout->addWidget(m_stack, 1);
    connectLibrary();
    updateEmpty();
}

void ModelsPage::buildHeader()
{
    m_filter = m_header->addNameField(tr("Filter the models"), tr("Filter: llama bf16 …"));
    m_filter->setClearButtonEnabled(true);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) { m_sorted->setWords(text); });
    QPushButton* add = m_header->addAction(tr("Add folder…"), u"add"_s);
    connect(add, &QPushButton::clicked, this, [this] { services().frame->addModelFolder(); });
    QPushButton* compare = m_header->addAction(tr("Compare"), u"compare"_s);
    QPushButton* tryIt = m_header->addAction(tr("Try it"), u"playground"_s);
    QPushButton* merge = m_header->addPrimaryAction(tr("Use in a merge"), u"merge"_s);
    connect(tryIt, &QPushButton::clicked, m_tryAction, &QAction::trigger);
    connect(m_tryAction, &QAction::triggered, this, [this] { services().frame->openPage(u"playground"_s, {{u"model"_s, selectedPath()}}); });
    connect(compare, &QPushButton::clicked, m_compareAction, &QAction::trigger);
    connect(merge, &QPushButton::clicked, m_mergeAction, &QAction::trigger);
    m_compareAction->setIcon(widgets::Icons::icon(u"compare"_s));
    m_mergeAction->setIcon(widgets::Icons::icon(u"merge"_s));
    connect(m_compareAction, &QAction::triggered, this, [this] { m_columns->showMiddle(m_compare); });
    connect(m_mergeAction, &QAction::triggered, this,
            [this] { services().frame->openPage(u"merge"_s, {{u"model"_s, selectedPath()}}); });
    const auto follow = [compare, merge, tryIt, this] {
        tryIt->setEnabled(m_tryAction->isEnabled());
        compare->setEnabled(m_compareAction->isEnabled());
        merge->setEnabled(m_mergeAction->isEnabled());
    };
    connect(m_mergeAction, &QAction::changed, this, follow);
    m_tryAction->setEnabled(false);
    m_compareAction->setEnabled(false);
    m_mergeAction->setEnabled(false);
}

QWidget* ModelsPage::buildList()
{
    m_listCard = new widgets::Card(tr("On this computer"));
    m_table = new widgets::DataTable;
    m_table->setAccessibleName(tr("Models"));
    m_table->setModel(m_sorted);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(ModelTable::Name, Qt::AscendingOrder);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEmptyText(tr("No model matches the filter."));
    m_table->horizontalHeader()->setSectionResizeMode(ModelTable::Name, QHeaderView::Stretch);
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->setTwoLineRows();
    m_table->setColumnHidden(ModelTable::Family, true); // these two stand under the name
    m_table->setColumnHidden(ModelTable::Dtype, true);
    m_table->setColumnWidth(ModelTable::Parameters, Theme::px(78));
    m_table->setColumnWidth(ModelTable::Size, Theme::px(82));
    m_listCard->addWidget(m_table, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ModelsPage::openSelected);
    return m_listCard;
}

void ModelsPage::connectLibrary()
{
    ModelLibrary* library = services().models;
    connect(library, &ModelLibrary::modelAdded, this, [this](const ModelEntry& entry) {
        updateEmpty();
        if (entry.path == m_wanted)
            selectPath(entry.path);
    });
    connect(library, &ModelLibrary::modelsChanged, this, [this] {
        updateEmpty();
        if (!m_table->currentIndex().isValid() && m_sorted->rowCount() > 0)
            m_table->selectRow(0);
    });
    connect(library, &ModelLibrary::scanningChanged, this, [this, library] {
        m_listCard->setHint(library->isScanning() ? tr("looking…") : QString());
        Q_EMIT busyChanged();
    });
    connect(m_compare, &ComparePanel::tensorActivated, this, [this](const QString& name) {
        m_columns->showMiddle(m_tensors);
        m_tensors->selectTensor(name);
    });
}

void ModelsPage::updateEmpty()
{
    m_stack->setCurrentWidget(m_models->rowCount() == 0 ? static_cast<QWidget*>(m_empty) : m_columns);
}

QString ModelsPage::selectedPath() const { return m_table->currentIndex().siblingAtColumn(0).data(IdRole).toString(); }

void ModelsPage::selectPath(const QString& path)
{
    const int row = m_models->rowOf(path);
    if (row < 0) {
        m_wanted = path;
        return;
    }
    m_wanted.clear();
    const QModelIndex index = m_sorted->mapFromSource(m_models->index(row, 0));
    m_table->selectRow(index.row());
    m_table->scrollTo(index);
}

void ModelsPage::openSelected()
{
    const QString path = selectedPath();
    m_compareAction->setEnabled(!path.isEmpty());
    m_tryAction->setEnabled(!path.isEmpty());
    m_mergeAction->setEnabled(!path.isEmpty());
    if (path.isEmpty()) {
        m_opening.cancel();
        return showModel(nullptr);
    }
    m_opening.start(
        [folder = toPath(path)](const CancelToken&) { return formats::ModelFolder::open(folder); },
        [this](const Outcome<std::shared_ptr<const formats::ModelFolder>>& outcome) {
            if (outcome.error) {
                showModel(nullptr);
                services().frame->showMessage(Frame::Tone::Warning, describe(*outcome.error).headline,
                                              describe(*outcome.error).detail);
            } else {
                showModel(*outcome.value);
            }
        });
}

void ModelsPage::showModel(const std::shared_ptr<const formats::ModelFolder>& model)
{
    m_header->clearChips();
    m_tensors->setCheckpoint(model ? model->sharedCheckpoint() : nullptr);
    m_compare->setModel(model ? toQString(model->path()) : QString(), model ? model->sharedCheckpoint() : nullptr);
    m_facts->setModel(model);
    if (!model)
        return;
    if (!m_compareWith.isEmpty())
        m_compare->compareWith(std::exchange(m_compareWith, {}));
    int layers = 0;
    for (const formats::Layout::Module& module : model->layout().modules)
        layers += module.layers;
    const std::string type = model->config().modelType();
    const QStringList facts{toQString(type.empty() ? model->layout().family : type), tr("%n layers", nullptr, layers),
                            format::parameters(static_cast<double>(model->parameters())),
                            toQString(torchName(model->mainDType()))};
    m_header->addChip(facts.join(u" · "_s));
}

QVariantMap ModelsPage::saveState() const
{
    return {{u"selected"_s, selectedPath()}, {u"columns"_s, m_columns->saveState()}, {u"table"_s, m_table->saveState()}};
}

void ModelsPage::restoreState(const QVariantMap& state)
{
    m_columns->restoreState(state.value(u"columns"_s).toMap());
    m_table->restoreState(state.value(u"table"_s).toByteArray());
    if (const QString path = state.value(u"selected"_s).toString(); !path.isEmpty())
        selectPath(path);
}

void ModelsPage::receive(const QVariantMap& message)
{
    if (const QString path = message.value(u"path"_s).toString(); !path.isEmpty())
        selectPath(path);
}

bool ModelsPage::takeDrop(const Drop& drop)
{
    m_wanted = drop.path; // selected when the scan has met it, if it is a model itself
    services().models->addFolder(drop.path);
    return true;
}

QString ModelsPage::showState(int index)
{
    if (index == 0 && m_models->rowCount() > 0) {
        m_tensors->showOne();
        return u"models-tensor"_s;
    }
    if (index > 1 || m_models->rowCount() < 2)
        return {};
    m_columns->showMiddle(m_compare);
    // Two small models of one shape, so that there is something to see soon.
    QList<ModelEntry> models = services().models->models();
    std::ranges::stable_sort(models, {}, &ModelEntry::bytes);
    for (qsizetype i = 0; i + 1 < models.size(); ++i) {
        if (models[i].parameters != models[i + 1].parameters || models[i].layers != models[i + 1].layers)
            continue;
        if (models[i].path == selectedPath()) {
            m_compare->compareWith(models[i + 1].path);
        } else {
            m_compareWith = models[i + 1].path;
            selectPath(models[i].path);
        }
        break;
    }
    return u"models-compare"_s;
}

bool ModelsPage::isBusy() const { return m_opening.isBusy() || m_tensors->isBusy() || m_compare->isBusy(); }

} // namespace crucible::workbench
