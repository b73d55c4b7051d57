// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/runs_page.h"

#include "base/schema.h"
#include "jobs/job_service.h"
#include "jobs/project_service.h"
#include "merge/run_recipe.h"
#include "services.h"
#include "text.h"
#include "views/adaptive_columns.h"
#include "views/model_table.h"
#include "views/recipe_diff.h"
#include "views/run_curves.h"
#include "views/run_details.h"
#include "views/run_log.h"
#include "views/run_table.h"
#include "widgets/card.h"
#include "widgets/chip.h"
#include "widgets/data_table.h"
#include "widgets/empty_state.h"
#include "widgets/icons.h"
#include "widgets/page_header.h"
#include "widgets/theme.h"
#include "widgets/yaml_editor.h"

#include <QAction>
#include <QDesktopServices>
#include <QFileInfo>
#include <QHeaderView>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QUrl>
#include <QVBoxLayout>

#include <algorithm>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;

namespace {
constexpr int kMostCompared = 12; // colours, dashes and markers stay apart up to here
Page* create(Services& services, QWidget* parent) { return new RunsPage(services, parent); }
}

extern const PageEntry runs_page_entry;
const PageEntry runs_page_entry{.id = "runs",
                                .title = CRUCIBLE_TR_NOOP("Pages", "Runs"),
                                .help = CRUCIBLE_TR_NOOP("Pages", "Every run with its curves, recipe and results; select several to compare"),
                                .icon = "runs",
                                .order = 90,
                                .create = &create};

RunsPage::RunsPage(Services& services, QWidget* parent)
    : Page(services, parent), m_header(new widgets::PageHeader(tr("Runs"))), m_stack(new QStackedWidget),
      m_empty(new widgets::EmptyState(u"runs"_s, {})), m_columns(new AdaptiveColumns), m_runs(new RunTable(this)),
      m_curves(new RunCurves(services)), m_log(new RunLog), m_recipe(new widgets::YamlEditor),
      m_details(new RunDetails(services)), m_diffCard(new widgets::Card(tr("What differs"))),
      m_diffTable(new widgets::DataTable), m_diff(new QStandardItemModel(this)),
      m_again(addAction(tr("Run &again"), "play", &RunsPage::runAgain)),
      m_duplicate(addAction(tr("&Duplicate and change"), "duplicate", &RunsPage::duplicate)),
      m_openFolder(addAction(tr("Open the result's &folder"), "external", &RunsPage::openFolder)),
      m_cancel(addAction(tr("&Cancel this run"), "cancel", &RunsPage::cancelRun)),
      m_delete(addAction(tr("Move to the &bin"), "delete", &RunsPage::deleteRuns))
{
    buildHeader();
    buildDetails();
    m_stack->addWidget(m_empty);
    m_stack->addWidget(m_columns);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::px(16), Theme::px(12), Theme::px(16), Theme::px(12));
    layout->setSpacing(Theme::px(12));
    layout->addWidget(m_header);
    layout->addWidget(m_stack, 1);
    connect(m_empty, &widgets::EmptyState::actionTriggered, this, [this] {
        if (this->services().project->isOpen())
            this->services().frame->openPage(u"merge"_s);
        else
            this->services().frame->newProject();
    });
    connect(services.project, &ProjectService::opened, this, &RunsPage::refresh);
    connect(services.project, &ProjectService::closed, this, &RunsPage::refresh);
    connect(services.project, &ProjectService::runsChanged, this, [this] {
        if (isVisible()) // else activate() does it
            refresh();
    });
    refresh();
}

QList<QAction*> RunsPage::pageActions() const { return {m_again, m_duplicate, m_openFolder, m_cancel, m_delete}; }

QAction* RunsPage::addAction(const QString& text, const char* icon, void (RunsPage::*run)())
{
    auto* action = new QAction(widgets::Icons::icon(QString::fromLatin1(icon)), text, this);
    connect(action, &QAction::triggered, this, run);
    return action;
}

void RunsPage::buildHeader()
{
    m_filter = m_header->addNameField(tr("Filter the runs"), tr("Filter: status:done tag:best name~ties"));
    m_filter->setClearButtonEnabled(true);
    connect(m_filter, &QLineEdit::textChanged, this, &RunsPage::refresh);
    const auto addButton = [this](QPushButton* button, QAction* action) {
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        connect(action, &QAction::changed, button, [button, action] {
            button->setEnabled(action->isEnabled());
            button->setVisible(action->isVisible());
        });
    };
    addButton(m_header->addAction(tr("Cancel"), u"cancel"_s), m_cancel);
    addButton(m_header->addAction(tr("Open folder"), u"external"_s), m_openFolder);
    addButton(m_header->addAction(tr("Run again"), u"play"_s), m_again);
    addButton(m_header->addPrimaryAction(tr("Duplicate and change"), u"duplicate"_s), m_duplicate);
    m_count = m_header->addChip({});
}

QWidget* RunsPage::buildList()
{
    auto* card = new widgets::Card(tr("Runs"));
    m_table = new widgets::DataTable;
    m_table->setAccessibleName(tr("Runs"));
    m_table->setModel(m_runs);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setEmptyText(tr("No run matches the filter."));
    m_table->horizontalHeader()->setSectionResizeMode(RunTable::Name, QHeaderView::Stretch);
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->setSortingEnabled(false); // the newest is first
    m_table->setColumnWidth(RunTable::State, Theme::px(108));
    m_table->setColumnWidth(RunTable::When, Theme::px(74));
    m_table->setColumnWidth(RunTable::Duration, Theme::px(62));
    card->addWidget(m_table, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if (m_filling)
            return;
        m_wanted.clear();
        showSelected();
    });
    connect(m_table, &widgets::DataTable::contextMenuAboutToShow, this,
            [this](QMenu* menu) { menu->addActions(pageActions()); });
    return card;
}

void RunsPage::buildDetails()
{
    m_recipe->setReadOnly(true);
    m_recipe->setAccessibleName(tr("Frozen recipe"));
    m_diffTable->setModel(m_diff);
    m_diffTable->setAccessibleName(tr("Differences between the recipes"));
    m_diffTable->setEmptyText(tr("The recipes are the same."));
    m_diffCard->addWidget(m_diffTable, 1);
    m_diffCard->hide();
    auto* curves = new QSplitter(Qt::Vertical);
    m_curveColumn = curves;
    curves->setHandleWidth(Theme::px(12));
    curves->setChildrenCollapsible(false);
    curves->addWidget(m_curves);
    curves->addWidget(m_diffCard);
    curves->setStretchFactor(0, 2);
    curves->setStretchFactor(1, 1);
    auto* logCard = new widgets::Card;
    logCard->addWidget(m_log, 1);
    auto* recipeCard = new widgets::Card;
    recipeCard->addWidget(m_recipe, 1);
    m_columns->setLeft(buildList(), 400);
    m_columns->addMiddle(curves, tr("Curves"));
    m_columns->addMiddle(logCard, tr("Log"));
    m_columns->addMiddle(recipeCard, tr("Recipe"));
    m_columns->setRight(m_details, tr("About"), 320);
}

void RunsPage::refresh()
{
    const bool open = services().project->isOpen();
    std::vector<project::RunSummary> runs;
    bool any = false;
    if (open) {
        const auto found = settle([&] { return project::parseFilter(toStd(m_filter->text())); });
        m_filter->setToolTip(found.error ? describe(*found.error).detail : QString());
        if (found.error)
            return; // half a word is being typed; the list stays
        services().project->with([&](project::Project& project) {
            runs = project.runs(*found.value);
            any = !runs.empty() || (!found.value->empty() && !project.runs().empty());
        });
    }
    m_stack->setCurrentWidget(any ? static_cast<QWidget*>(m_columns) : m_empty);
    m_filter->setVisible(any);
    m_empty->setTexts(open ? tr("No runs yet") : tr("No project is open"),
                      open ? tr("Every merge leaves a run here: its recipe, its curves, its log and what it made.")
                           : tr("A project is a folder that keeps your runs. Create one, or open one from the File menu."));
    m_empty->setAction(open ? tr("New merge") : tr("New project…"));
    const QStringList wanted = m_wanted.isEmpty() ? selectedIds() : m_wanted;
    m_filling = true;
    m_runs->setRuns(std::move(runs));
    select(wanted);
    m_filling = false;
    showSelected();
}

void RunsPage::select(const QStringList& ids)
{
    QItemSelection selection;
    QStringList missing;
    for (const QString& id : ids) {
        const int row = m_runs->rowOf(id);
        if (row < 0)
            missing << id;
        else
            selection.select(m_runs->index(row, 0), m_runs->index(row, RunTable::kColumns - 1));
    }
    m_wanted = missing.size() == ids.size() ? missing : QStringList();
    if (selection.isEmpty() && m_runs->rowCount() > 0)
        selection.select(m_runs->index(0, 0), m_runs->index(0, RunTable::kColumns - 1));
    m_table->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
}

QStringList RunsPage::selectedIds() const
{
    QStringList ids;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows())
        ids << index.data(IdRole).toString();
    std::ranges::sort(ids, {}, [this](const QString& id) { return m_runs->rowOf(id); });
    return ids.mid(0, kMostCompared);
}

std::vector<project::Run> RunsPage::selectedRuns() const
{
    std::vector<project::Run> runs;
    for (const QString& id : selectedIds()) {
        const auto run = services().project->with([&](project::Project& project) { return project.run(toStd(id)); });
        if (run && *run)
            runs.push_back(**run);
    }
    return runs;
}

void RunsPage::showSelected()
{
    const std::vector<project::Run> runs = selectedRuns();
    QStringList ids, names;
    for (const project::Run& run : runs) {
        ids << toQString(run.id);
        names << toQString(run.name);
    }
    const bool several = runs.size() > 1;
    m_runs->setMarked(several ? ids : QStringList());
    m_count->setText(several ? tr("%1 of %2 selected").arg(runs.size()).arg(m_runs->rowCount())
                             : tr("%n runs", nullptr, m_runs->rowCount()));
    m_curves->setRuns(ids, names);
    const bool appears = several && m_diffCard->isHidden();
    m_diffCard->setVisible(several);
    if (appears)
        m_curveColumn->setSizes({5 * m_curveColumn->height() / 8, 3 * m_curveColumn->height() / 8});
    if (several)
        showDifferences(runs);
    const project::Run* one = runs.empty() ? nullptr : &runs.front();
    m_details->setRun(one ? std::optional(*one) : std::nullopt);
    m_log->setEvents(one ? toPath(services().project->folder()) / "runs" / one->id / "events.jsonl" : std::filesystem::path());
    const QString recipe = one ? toQString(one->recipe) : QString();
    if (m_recipe->toPlainText() != recipe)
        m_recipe->setPlainText(recipe);
    updateActions(runs);
}

void RunsPage::showDifferences(const std::vector<project::Run>& runs)
{
    QStringList yamls, titles{tr("key")};
    for (const project::Run& run : runs) {
        yamls << toQString(run.recipe);
        titles << toQString(run.name);
    }
    const RecipeDiff diff = diffRecipes(yamls);
    m_diff->clear();
    m_diff->setHorizontalHeaderLabels(titles);
    for (const RecipeDiff::Row& row : diff.rows) {
        QList<QStandardItem*> items{new QStandardItem(row.key)};
        for (const QString& value : row.values)
            items << new QStandardItem(value.isEmpty() ? u"–"_s : value);
        for (QStandardItem* item : items)
            item->setEditable(false);
        m_diff->appendRow(items);
    }
    m_diffTable->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_diffCard->setHint(tr("%n equal keys hidden", nullptr, diff.equal));
}

void RunsPage::updateActions(const std::vector<project::Run>& runs)
{
    const bool one = runs.size() == 1;
    const bool working = std::ranges::any_of(runs, [](const project::Run& run) { return !project::isFinal(run.status); });
    m_again->setEnabled(one && !working);
    m_duplicate->setEnabled(one);
    m_openFolder->setEnabled(one && QFileInfo::exists(toQString(runs.front().output)));
    m_cancel->setVisible(working);
    m_cancel->setEnabled(working);
    m_delete->setEnabled(!runs.empty() && !working);
}

void RunsPage::runAgain()
{
    for (const project::Run& run : selectedRuns()) {
        JobRequest request;
        request.kind = toQString(run.kind);
        request.name = toQString(run.name);
        request.recipe = recipeOfRun(*services().project, run);
        request.recipeFormat = toQString(run.recipeFormat);
        request.parent = toQString(run.id);
        request.options = services().jobs->optionsOf(toQString(run.id));
        // Never over the old result: the next free name beside it.
        const QString output = toQString(run.output);
        request.output = output;
        for (int number = 2; QFileInfo::exists(request.output); ++number)
            request.output = output + u'-' + QString::number(number);
        if (const auto id = services().jobs->submit(request)) {
            m_wanted = {*id};
            refresh();
        }
    }
}

void RunsPage::duplicate()
{
    for (const project::Run& run : selectedRuns())
        services().frame->openPage(u"merge"_s, {{u"yaml"_s, recipeOfRun(*services().project, run)},
                                               {u"name"_s, toQString(run.name)},
                                               {u"parent"_s, toQString(run.id)}});
}

void RunsPage::openFolder()
{
    for (const project::Run& run : selectedRuns())
        QDesktopServices::openUrl(QUrl::fromLocalFile(toQString(run.output)));
}

void RunsPage::cancelRun()
{
    for (const QString& id : selectedIds())
        services().jobs->cancel(id);
}

void RunsPage::deleteRuns()
{
    for (const QString& id : selectedIds())
        services().project->with([&](project::Project& project) { project.setDeleted(toStd(id), true); });
    services().project->poll();
}

QVariantMap RunsPage::saveState() const
{
    return {{u"selected"_s, selectedIds()}, {u"columns"_s, m_columns->saveState()}, {u"filter"_s, m_filter->text()},
            {u"table"_s, m_table->saveState()}};
}

void RunsPage::restoreState(const QVariantMap& state)
{
    m_columns->restoreState(state.value(u"columns"_s).toMap());
    m_table->restoreState(state.value(u"table"_s).toByteArray());
    m_filter->setText(state.value(u"filter"_s).toString());
    m_wanted = state.value(u"selected"_s).toStringList();
    refresh();
}

void RunsPage::receive(const QVariantMap& message)
{
    m_filter->clear();
    m_wanted = {message.value(u"run"_s).toString()};
    refresh();
}

QString RunsPage::showState(int index)
{
    if (index == 0 && m_runs->rowCount() > 0) {
        int longest = 0; // it has the most to show
        for (int row = 1; row < m_runs->rowCount(); ++row)
            if (m_runs->run(row).status == project::RunStatus::Done && m_runs->run(row).seconds() > m_runs->run(longest).seconds())
                longest = row;
        m_table->selectRow(longest);
        return u"run"_s;
    }
    if (index == 1 && m_runs->rowCount() > 1) {
        QStringList all;
        for (int row = 0; row < std::min(3, m_runs->rowCount()); ++row)
            all << toQString(m_runs->run(row).id);
        m_wanted = all;
        refresh();
        return u"runs-compare"_s;
    }
    return {};
}

} // namespace crucible::workbench
