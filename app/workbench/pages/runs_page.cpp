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
#include <array>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;

namespace {
constexpr int kMostTried = 4;     // columns of the Playground
constexpr int kMostCompared = 12; // colours, dashes and markers stay apart up to here
Page* create(Services& services, QWidget* parent)
{
    return new RunsPage(services, parent);
}
} // namespace

extern const PageEntry runs_page_entry;
const PageEntry runs_page_entry{
    .id = "runs",
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
      m_tryIt(addAction(tr("&Try it in the Playground"), "playground", &RunsPage::tryIt)),
      m_openFolder(addAction(tr("Open the result's &folder"), "external", &RunsPage::openFolder)),
      m_cancel(addAction(tr("&Cancel this run"), "cancel", &RunsPage::cancelRun)),
      m_delete(addAction(tr("Move to the &bin"), "delete", &RunsPage::deleteRuns)), m_listReader(*services.project),
      m_recordReader(*services.project)
{
    buildHeader();
    buildDetails();
    m_stack->addWidget(new QWidget); // nothing is claimed before the runs were read
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
    connect(&m_listReader, &ProjectReader::busyChanged, this, &Page::busyChanged);
    connect(&m_recordReader, &ProjectReader::busyChanged, this, &Page::busyChanged);
    connect(services.project, &ProjectService::opened, this, &RunsPage::refresh);
    connect(services.project, &ProjectService::closed, this, &RunsPage::refresh);
    connect(services.project, &ProjectService::runsChanged, this, [this] {
        if (isVisible()) // else activate() does it
            refresh();
    });
    refresh();
}

QList<QAction*> RunsPage::pageActions() const
{
    return {m_again, m_duplicate, m_tryIt, m_openFolder, m_cancel, m_delete};
}

QAction* RunsPage::addAction(const QString& text, const char* icon, void (RunsPage::*run)())
{
    auto* action = new QAction(widgets::Icons::icon(QString::fromLatin1(icon)), text, this);
    connect(action, &QAction::triggered, this, run);
    return action;
}

void RunsPage::buildHeader()
{
    m_filter = m_header->addNameField(tr("Filter the runs"), tr("Filter: status:done tag:best"));
    m_filter->setClearButtonEnabled(true);
    connect(m_filter, &QLineEdit::textChanged, this, &RunsPage::refresh);
    const auto addButton = [](QPushButton* button, QAction* action) {
        connect(button, &QPushButton::clicked, action, &QAction::trigger);
        connect(action, &QAction::changed, button, [button, action] {
            button->setEnabled(action->isEnabled());
            button->setVisible(action->isVisible());
        });
    };
    addButton(m_header->addAction(tr("Cancel"), u"cancel"_s), m_cancel);
    addButton(m_header->addAction(tr("Run again"), u"play"_s), m_again);
    addButton(m_header->addAction(tr("Try it"), u"playground"_s), m_tryIt);
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
    m_table->setTwoLineRows();
    m_table->setColumnHidden(RunTable::State, true); // it stands under the name
    m_table->setColumnWidth(RunTable::State, Theme::px(108));
    m_table->setColumnWidth(RunTable::When, Theme::px(78));
    m_table->setColumnWidth(RunTable::Duration, Theme::px(92));
    card->addWidget(m_table, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if (m_filling)
            return;
        m_wanted.clear();
        readSelected();
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
    m_columns->setLeft(buildList(), 380);
    m_columns->addMiddle(curves, tr("Curves"));
    m_columns->addMiddle(logCard, tr("Log"));
    m_columns->addMiddle(recipeCard, tr("Recipe"));
    m_columns->setRight(m_details, tr("About"), 320);
}

void RunsPage::refresh()
{
    const bool open = services().project->isOpen();
    m_empty->setTexts(
        open ? tr("No runs yet") : tr("No project is open"),
        open ? tr("Every merge leaves a run here: its recipe, its curves, its log and what it made.")
             : tr("A project is a folder that keeps your runs. Create one, or open one from the File menu."));
    m_empty->setAction(open ? tr("New merge") : tr("New project…"));
    if (!open)
        return showRuns({}, false);
    const auto filter = settle([&] { return project::parseFilter(toStd(m_filter->text())); });
    m_filter->setToolTip(filter.error ? describe(*filter.error).detail : QString());
    if (filter.error)
        return; // half a word is being typed; the list stays
    struct Found {
        std::vector<project::RunSummary> runs;
        bool any = false;
    };
    m_listReader.read(
        [terms = *filter.value](project::Project& project) {
            Found found{project.runs(terms), false};
            found.any = !found.runs.empty() || (!terms.empty() && !project.runs().empty());
            return found;
        },
        [this](Found found) { showRuns(std::move(found.runs), found.any); });
}

void RunsPage::showRuns(std::vector<project::RunSummary> runs, bool any)
{
    m_stack->setCurrentWidget(any ? static_cast<QWidget*>(m_columns) : m_empty);
    m_filter->setVisible(any);
    m_count->setVisible(any);
    for (QAction* action : {m_again, m_duplicate, m_tryIt, m_openFolder, m_delete})
        action->setVisible(any); // nothing to do it with
    const QStringList wanted = m_wanted.isEmpty() ? selectedIds() : m_wanted;
    m_filling = true;
    m_runs->setRuns(std::move(runs));
    select(wanted);
    m_filling = false;
    readSelected();
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

void RunsPage::readSelected()
{
    const QStringList ids = selectedIds();
    const bool several = ids.size() > 1;
    m_runs->setMarked(several ? ids : QStringList());
    m_count->setText(several ? tr("%1 of %2 selected").arg(ids.size()).arg(m_runs->rowCount())
                             : tr("%n runs", nullptr, m_runs->rowCount()));
    const bool same =
        std::ranges::equal(ids, m_records, {}, {}, [](const RunRecord& record) { return toQString(record.run.id); });
    if (!same)
        m_records.clear(); // actions must never mean a run that is no longer selected
    updateActions();
    if (ids.isEmpty())
        return showSelected({});
    m_recordReader.read(
        [ids](project::Project& project) {
            std::vector<RunRecord> records;
            for (const QString& id : ids)
                if (std::optional<RunRecord> record = readRun(project, toStd(id)))
                    records.push_back(std::move(*record));
            return records;
        },
        [this, ids](std::vector<RunRecord> records) {
            if (ids == selectedIds())
                showSelected(std::move(records));
        });
}

void RunsPage::showSelected(std::vector<RunRecord> records)
{
    m_records = std::move(records);
    QStringList ids, names;
    for (const RunRecord& record : m_records) {
        ids << toQString(record.run.id);
        names << toQString(record.run.name);
    }
    m_curves->setRuns(ids, names);
    const bool several = m_records.size() > 1;
    const bool appears = several && m_diffCard->isHidden();
    m_diffCard->setVisible(several);
    if (appears)
        m_curveColumn->setSizes({5 * m_curveColumn->height() / 8, 3 * m_curveColumn->height() / 8});
    if (several)
        showDifferences();
    const RunRecord* one = m_records.empty() ? nullptr : &m_records.front();
    m_details->setRun(one ? std::optional(*one) : std::nullopt);
    m_log->setEvents(one ? toPath(services().project->folder()) / "runs" / one->run.id / "events.jsonl"
                         : std::filesystem::path());
    const QString recipe = one ? toQString(one->run.recipe) : QString();
    if (m_recipe->toPlainText() != recipe)
        m_recipe->setPlainText(recipe);
    updateActions();
}

void RunsPage::showDifferences()
{
    QStringList yamls, titles{tr("key")};
    for (const RunRecord& record : m_records) {
        yamls << toQString(record.run.recipe);
        titles << toQString(record.run.name);
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
    QHeaderView* header = m_diffTable->horizontalHeader();
    header->setSectionResizeMode(QHeaderView::Stretch);
    header->setSectionResizeMode(0, QHeaderView::Interactive); // keys are read, values are compared
    m_diffTable->resizeColumnToContents(0);
    header->resizeSection(0, std::min(header->sectionSize(0), m_diffTable->width() * 2 / 5));
    m_diffCard->setHint(tr("%n equal keys hidden", nullptr, diff.equal));
}

void RunsPage::updateActions()
{
    const bool one = m_records.size() == 1;
    const bool working =
        std::ranges::any_of(m_records, [](const RunRecord& record) { return !project::isFinal(record.run.status); });
    // The worker carries out recipes; of other runs the command is kept, and what they were made from.
    const auto* run = one ? &m_records.front().run : nullptr;
    m_again->setEnabled(run && !working && (run->kind == "merge" || run->kind == "moe"));
    m_duplicate->setEnabled(run && run->recipeFormat.starts_with("mergekit-yaml"));
    m_openFolder->setEnabled(one && std::ranges::any_of(m_records.front().made, &RunRecord::Made::exists));
    const auto made = std::ranges::count_if(m_records, [](const RunRecord& record) { return !record.model().empty(); });
    m_tryIt->setEnabled(!working && made > 0 && made <= kMostTried);
    m_tryIt->setText(made > 1 ? tr("&Try them side by side") : tr("&Try it in the Playground"));
    m_cancel->setVisible(working);
    m_cancel->setEnabled(working);
    m_delete->setEnabled(!m_records.empty() && !working);
}

void RunsPage::runAgain()
{
    for (const RunRecord& record : std::vector(m_records)) {
        JobRequest request;
        request.kind = toQString(record.run.kind);
        request.name = toQString(record.run.name);
        request.recipe = recipeOfRun(record.run, record.inputs);
        request.recipeFormat = toQString(record.run.recipeFormat);
        request.parent = toQString(record.run.id);
        request.options = services().jobs->optionsOf(toQString(record.run.id));
        // Never over the old result: the next free name beside it.
        const QString output = toQString(record.run.output);
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
    for (const RunRecord& record : std::vector(m_records))
        services().frame->openPage(u"merge"_s, {{u"yaml"_s, recipeOfRun(record.run, record.inputs)},
                                                {u"name"_s, toQString(record.run.name)},
                                                {u"parent"_s, toQString(record.run.id)}});
}

void RunsPage::openFolder()
{
    for (const RunRecord& record : m_records)
        QDesktopServices::openUrl(QUrl::fromLocalFile(toQString(record.run.output)));
}

void RunsPage::tryIt()
{
    QStringList models;
    for (const RunRecord& record : m_records)
        if (const auto model = record.model(); !model.empty())
            models << toQString(model);
    services().frame->openPage(u"playground"_s, {{u"models"_s, models}});
}

void RunsPage::cancelRun()
{
    for (const RunRecord& record : std::vector(m_records))
        services().jobs->cancel(toQString(record.run.id));
}

void RunsPage::deleteRuns()
{
    for (const RunRecord& record : std::vector(m_records))
        services().project->with([&](project::Project& project) { project.setDeleted(record.run.id, true); });
    services().project->poll();
}

QVariantMap RunsPage::saveState() const
{
    return {{u"selected"_s, selectedIds()},
            {u"columns"_s, m_columns->saveState()},
            {u"filter"_s, m_filter->text()},
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

bool RunsPage::isBusy() const
{
    return m_listReader.isBusy() || m_recordReader.isBusy() || m_curves->isBusy() || m_log->isBusy();
}

QString RunsPage::showState(int index)
{
    if (index == 0 && m_runs->rowCount() > 0) {
        int longest = 0; // it has the most to show
        for (int row = 1; row < m_runs->rowCount(); ++row)
            if (m_runs->run(row).status == project::RunStatus::Done &&
                m_runs->run(row).seconds() > m_runs->run(longest).seconds())
                longest = row;
        m_table->selectRow(longest);
        return u"run"_s;
    }
    if (m_runs->rowCount() > 0 && index < 4) {
        const std::array<std::pair<QWidget*, QString>, 3> tabs{{{m_log->parentWidget(), u"run-log"_s},
                                                                {m_recipe->parentWidget(), u"run-recipe"_s},
                                                                {m_details, u"run-about"_s}}};
        const auto& [widget, name] = tabs[static_cast<std::size_t>(index) - 1];
        m_columns->showMiddle(widget);
        return name;
    }
    if (index == 4 && m_runs->rowCount() > 1) {
        m_columns->showMiddle(m_curveColumn);
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
