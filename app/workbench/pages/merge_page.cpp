// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/merge_page.h"

#include "base/schema.h"
#include "base/text.h"
#include "jobs/job_service.h"
#include "jobs/model_library.h"
#include "jobs/project_service.h"
#include "merge/outcome_card.h"
#include "merge/plan_panel.h"
#include "merge/presets.h"
#include "merge/run_recipe.h"
#include "merge/shape_panel.h"
#include "merge/similarity.h"
#include "merge/tokenizer_panel.h"
#include "services.h"
#include "settings.h"
#include "text.h"
#include "widgets/card.h"
#include "widgets/chip.h"
#include "widgets/icons.h"
#include "widgets/inline_message.h"
#include "widgets/number_format.h"
#include "widgets/page_header.h"
#include "widgets/plain_scroll_area.h"
#include "widgets/theme.h"
#include "widgets/yaml_editor.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QTabBar>
#include <QTabWidget>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Icons;
using widgets::Theme;
namespace format = widgets::format;

namespace {

constexpr int kThreeColumns = 1200; // px of the window at the standard font
constexpr int kTwoRows = 540;       // px of the page; below it shape and likeness take turns
enum Tab { kShape, kPlan, kLikeness };
constexpr DropKind kDrops[] = {DropKind::ModelFolder, DropKind::RecipeFile};

Page* create(Services& services, QWidget* parent)
{
    return new MergePage(services, parent);
}

} // namespace

extern const PageEntry merge_page_entry;
const PageEntry merge_page_entry{.id = "merge",
                                 .title = CRUCIBLE_TR_NOOP("Pages", "Merge"),
                                 .help = CRUCIBLE_TR_NOOP("Pages", "Compose a merge, see what it will do, run it"),
                                 .icon = "merge",
                                 .order = 30,
                                 .drops = kDrops,
                                 .create = &create};

MergePage::MergePage(Services& services, QWidget* parent) : Page(services, parent)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::px(16), Theme::px(12), Theme::px(16), Theme::px(12));
    layout->setSpacing(Theme::px(12));
    makeHeader();
    layout->addWidget(m_header);
    m_outcome = new OutcomeCard(services);
    layout->addWidget(m_outcome);
    connect(m_outcome, &OutcomeCard::shownChanged, this, &MergePage::updateColumns);
    m_switch = new QTabBar(this);
    m_switch->addTab(tr("Shape"));
    m_switch->addTab(tr("Plan and YAML"));
    m_switch->addTab(tr("Likeness"));
    m_switch->setDrawBase(false);
    m_switch->setExpanding(false);
    m_switch->setAccessibleName(tr("What the right column shows"));
    makeColumns();
    layout->addWidget(m_columns, 1);
    makeActions();

    m_setup->setFacts([this](const recipe::ModelRef& ref) { return factsOf(ref); });
    connect(&m_document, &MergeDocument::changed, this, &MergePage::documentChanged);
    connect(&m_preview, &PlanPreview::planned, this, [this] {
        planChanged();
        if (!m_preview.isBusy())
            if (const auto run = std::exchange(m_whenPlanned, {}))
                run();
    });
    connect(&m_preview, &PlanPreview::failed, this, [this](const Error& error) {
        m_whenPlanned = {};
        m_plan->showError(error);
        updateRunState();
    });
    connect(&m_preview, &PlanPreview::busyChanged, this, &Page::busyChanged);
    connect(m_similarity, &SimilarityCard::busyChanged, this, &Page::busyChanged);
    connect(m_setup, &SetupPanel::parameterChanged, this, &MergePage::planChanged);
    connect(m_setup, &SetupPanel::outputChanged, this, [this] {
        m_outputByName = m_setup->outputFolder() == outputFor(m_name->text());
        requestPlan();
    });
    connect(m_setup, &SetupPanel::showModelRequested, this, [this](const recipe::ModelRef& ref) {
        this->services().frame->openPage(u"models"_s, {{u"path"_s, toQString(ref.model)}});
    });
    connect(services.project, &ProjectService::opened, this, &MergePage::useProject);
    connect(services.models, &ModelLibrary::modelsChanged, this, [this] { m_setup->refresh(); });
    setName(tr("merged-model"));
    m_document.load(toQString(recipe::toYaml(emptyRecipe("slerp"))));
    if (services.project->isOpen())
        useProject();
}

void MergePage::makeHeader()
{
    m_header = new widgets::PageHeader(tr("Merge"), this);
    m_name = m_header->addNameField(tr("Name of the merge"), tr("Name"));
    m_name->setObjectName(u"mergeName"_s);
    connect(m_name, &QLineEdit::textChanged, this, [this](const QString& name) {
        if (m_outputByName)
            m_setup->setOutputFolder(outputFor(name));
    });
    QPushButton* presetButton = m_header->addAction(tr("Presets"));
    m_presetMenu = new QMenu(presetButton);
    presetButton->setMenu(m_presetMenu);
    connect(m_presetMenu, &QMenu::aboutToShow, this, &MergePage::fillPresets);
    connect(m_header->addAction(tr("Copy as command"), u"copy"_s), &QPushButton::clicked, this, &MergePage::copyCommand);
    m_queue = m_header->addAction(tr("Add to queue"), u"queue"_s);
    connect(m_queue, &QPushButton::clicked, this, [this] { submit(false); });
    m_run = m_header->addPrimaryAction(tr("Run merge"));
    m_run->setObjectName(u"runMerge"_s);
    connect(m_run, &QPushButton::clicked, this, [this] { submit(true); });
}

void MergePage::makeColumns()
{
    m_columns = new QSplitter(this);
    m_columns->setChildrenCollapsible(false);
    m_columns->setHandleWidth(Theme::px(12));

    auto* left = new widgets::Card(tr("Models"));
    m_setup = new SetupPanel(m_document);
    auto* scroll = new widgets::PlainScrollArea;
    scroll->setContent(m_setup);
    left->addWidget(scroll, 1);
    left->setMinimumWidth(Theme::px(300));
    m_addMenu = new QMenu(this);
    connect(m_addMenu, &QMenu::aboutToShow, this, &MergePage::fillAddMenu);
    m_setup->setAddMenu(m_addMenu);

    m_middleSide = new QWidget;
    auto* middleLayout = new QVBoxLayout(m_middleSide);
    middleLayout->setContentsMargins(0, 0, 0, 0);
    m_middle = new QSplitter(Qt::Vertical);
    m_middle->setChildrenCollapsible(false);
    m_middle->setHandleWidth(Theme::px(12));
    m_shape = new ShapeCard(m_document, *m_setup);
    m_similarity = new SimilarityCard;
    m_middle->addWidget(m_shape);
    m_middle->addWidget(m_similarity);
    m_middle->setStretchFactor(0, 3);
    m_middle->setStretchFactor(1, 2);
    m_middle->setSizes({Theme::px(400), Theme::px(300)});
    middleLayout->addWidget(m_middle);

    auto* right = new widgets::Card;
    m_tabs = new QTabWidget;
    m_tabs->setDocumentMode(true);
    m_plan = new PlanPanel;
    auto* planScroll = new widgets::PlainScrollArea;
    planScroll->setContent(m_plan);
    m_yaml = new widgets::YamlEditor;
    m_yaml->setObjectName(u"yaml"_s);
    m_yaml->setAccessibleName(tr("Recipe as YAML"));
    m_yaml->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_yaml->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    m_yaml->setUndoRedoEnabled(false); // the document's own undo covers text and form alike
    m_tokenizers = new TokenizerPanel;
    m_tabs->addTab(planScroll, tr("Plan"));
    m_tabs->addTab(m_yaml, tr("YAML"));
    m_tabs->addTab(m_tokenizers, tr("Tokenizers"));
    m_yamlProblem = new widgets::InlineMessage;
    m_yamlProblem->setObjectName(u"yamlProblem"_s);
    m_yamlProblem->setFlat(true);
    m_yamlProblem->hide();
    right->addWidget(m_tabs, 1);
    right->addWidget(m_yamlProblem);
    connect(m_tabs, &QTabWidget::currentChanged, this, &MergePage::showYamlProblem);
    connect(m_yamlProblem, &widgets::InlineMessage::linkActivated, this, [this](const QString& line) {
        m_yaml->goTo(line.toInt(), 1);
        m_yaml->setFocus();
    });
    m_rightSide = right;
    m_rightSide->setMinimumWidth(Theme::px(280));

    auto* rest = new QWidget;
    auto* restLayout = new QVBoxLayout(rest);
    restLayout->setContentsMargins(0, 0, 0, 0);
    restLayout->setSpacing(Theme::px(8));
    auto* sides = new QSplitter;
    sides->setChildrenCollapsible(false);
    sides->setHandleWidth(Theme::px(12));
    sides->addWidget(m_middleSide);
    sides->addWidget(m_rightSide);
    sides->setStretchFactor(0, 9);
    sides->setStretchFactor(1, 5);
    sides->setSizes({Theme::px(630), Theme::px(350)});
    sides->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    m_sides = sides;
    restLayout->addWidget(m_switch);
    restLayout->addWidget(sides, 1);

    m_columns->addWidget(left);
    m_columns->addWidget(rest);
    m_columns->setStretchFactor(0, 0);
    m_columns->setStretchFactor(1, 1);
    m_columns->setSizes({Theme::px(330), Theme::px(1000)});

    connect(m_switch, &QTabBar::currentChanged, this, &MergePage::updateColumns);
    connect(m_yaml, &QPlainTextEdit::textChanged, this, [this] {
        if (!m_showing)
            m_document.editText(m_yaml->toPlainText());
    });
    connect(m_plan, &PlanPanel::placeActivated, this, [this](int line, int column) {
        m_tabs->setCurrentWidget(m_yaml);
        m_yaml->goTo(line, column);
        m_yaml->setFocus();
    });
}

void MergePage::makeActions()
{
    const auto add = [this](const QString& text, const QString& icon, const QKeySequence& keys, void (MergePage::*slot)()) {
        auto* action = new QAction(Icons::icon(icon), text, this);
        action->setShortcut(keys);
        connect(action, &QAction::triggered, this, slot);
        m_actions << action;
    };
    auto* run = new QAction(Icons::icon(u"play"_s), tr("Run merge"), this);
    run->setShortcut(QKeySequence(u"Ctrl+Return"_s));
    connect(run, &QAction::triggered, this, [this] { submit(true); });
    m_actions << run;
    add(tr("New merge"), u"add"_s, QKeySequence(u"Ctrl+Shift+N"_s), &MergePage::newMerge);
    add(tr("Copy merge as command"), u"copy"_s, QKeySequence(u"Ctrl+Shift+C"_s), &MergePage::copyCommand);
    add(tr("Open recipe…"), u"file"_s, QKeySequence(u"Ctrl+Shift+O"_s), &MergePage::openRecipe);
    add(tr("Save recipe as…"), u"file"_s, QKeySequence(u"Ctrl+Shift+S"_s), &MergePage::saveRecipe);
}

void MergePage::documentChanged()
{
    m_showing = true;
    if (m_yaml->toPlainText() != m_document.text())
        m_yaml->replaceText(m_document.text());
    m_showing = false;
    m_setup->refresh();
    requestPlan();
}

void MergePage::requestPlan()
{
    std::vector<widgets::YamlEditor::TextProblem> marks;
    for (const Problem& problem : m_document.problems().all()) {
        const QString hint = problem.hint.empty() ? QString() : u"\n" % spoken(problem.advice);
        marks.push_back({problem.severity == Severity::Error ? widgets::YamlEditor::Severity::Error : widgets::YamlEditor::Severity::Warning,
                         problem.line, problem.column, spoken(problem.said) % hint});
    }
    m_yaml->setProblems(std::move(marks));
    showYamlProblem();
    if (!m_document.isReadable()) {
        m_preview.clear();
        m_plan->showProblems(m_document.problems());
    } else if (inputs(m_document.recipe()).empty()) {
        m_preview.clear();
        m_plan->showEmpty();
    } else {
        m_preview.request(m_document.recipe(), options(), services().project->folder());
    }
    m_shape->refresh([this](const recipe::ModelRef& ref) { return factsOf(ref).layers; },
                     m_preview.plan() ? m_preview.plan()->costs.layers : 0);
    updateRunState();
}

void MergePage::planChanged()
{
    const std::shared_ptr<const merge::Plan> plan = m_preview.plan();
    m_header->clearChips();
    if (plan) {
        m_plan->showPlan(plan);
        std::vector<widgets::YamlEditor::TextProblem> marks = m_yaml->problems();
        for (const Problem& problem : plan->problems.all()) {
            if (problem.line > 0)
                marks.push_back({problem.severity == Severity::Error ? widgets::YamlEditor::Severity::Error
                                                                     : widgets::YamlEditor::Severity::Warning,
                                 problem.line, problem.column, spoken(problem.said)});
        }
        m_yaml->setProblems(std::move(marks));
        showYamlProblem();
        m_setup->refresh();
        if (!plan->models.empty() && plan->models[plan->donor].folder) {
            const formats::ModelFolder& folder = *plan->models[plan->donor].folder;
            QStringList facts{toQString(folder.layout().family)};
            if (plan->costs.layers > 0)
                facts << tr("%n layer(s)", nullptr, plan->costs.layers) << format::parameters(static_cast<double>(plan->costs.parameters));
            if (!plan->tensors.empty())
                facts << toQString(torchName(plan->tensors.front().dtype));
            m_header->addChip(facts.join(u" · "_s));
        }
    }
    // Likeness is shown of the first two models, the base before the others.
    SimilarityCard::Folder a, b;
    QString nameA, nameB;
    const auto take = [&](const merge::PlannedModel& model) {
        if (!model.folder)
            return;
        if (!a) {
            a = model.folder;
            nameA = ModelsPanel::shortName(model.ref);
        } else if (!b && model.folder->path() != a->path()) {
            b = model.folder;
            nameB = ModelsPanel::shortName(model.ref);
        }
    };
    if (plan && !plan->models.empty()) {
        take(plan->models[plan->donor]);
        for (const merge::PlannedModel& model : plan->models)
            take(model);
    }
    if (plan || inputs(m_document.recipe()).empty()) // a text that cannot be read yet keeps what was seen
        m_similarity->setModels(b ? a : nullptr, b, nameA, nameB);
    m_tokenizers->showPlan(plan && plan->sound() ? plan.get() : nullptr);
    m_shape->refresh([this](const recipe::ModelRef& ref) { return factsOf(ref).layers; }, plan ? plan->costs.layers : 0);
    updateRunState();
}

// The first of the text's problems, errors before warnings, while the text is what is looked at.
void MergePage::showYamlProblem()
{
    using Severity = widgets::YamlEditor::Severity;
    const auto& all = m_yaml->problems();
    const auto first = std::ranges::min_element(all, {}, [](const widgets::YamlEditor::TextProblem& problem) {
        return std::pair(problem.severity != Severity::Error, problem.line);
    });
    const bool seen = m_tabs->currentWidget() == m_yaml && first != all.end();
    m_yamlProblem->setVisible(seen);
    if (!seen)
        return;
    QString text = first->message.toHtmlEscaped().replace(u'\n', "<br>"_L1);
    if (first->line > 0)
        text = u"<a href=\"%1\">%2</a> "_s.arg(first->line).arg(tr("Line %1").arg(first->line)) + text;
    if (all.size() > 1)
        text += u"<br>"_s + tr("and %n more, marked in the text", nullptr, static_cast<int>(all.size()) - 1);
    m_yamlProblem->setMessage(first->severity == Severity::Error ? widgets::InlineMessage::Kind::Error : widgets::InlineMessage::Kind::Warning, text);
}

void MergePage::updateRunState()
{
    const std::shared_ptr<const merge::Plan> plan = m_preview.plan();
    QString reason;
    if (!m_document.isReadable())
        reason = tr("The recipe can not be read yet; the plan says where.");
    else if (inputs(m_document.recipe()).empty())
        reason = tr("Add a model first.");
    else if (plan && !plan->sound())
        reason = tr("The plan says what is wrong.");
    m_run->setToolTip(reason.isEmpty() ? tr("Start now (Ctrl+Enter)") : reason);
    m_queue->setToolTip(reason.isEmpty() ? tr("Start after the jobs that wait already") : reason);
}

SetupPanel::ModelFacts MergePage::factsOf(const recipe::ModelRef& ref) const
{
    SetupPanel::ModelFacts facts;
    if (const auto plan = m_preview.plan()) {
        for (const merge::PlannedModel& model : plan->models) {
            if (!(model.ref == ref))
                continue;
            if (!model.folder) {
                facts.problem = tr("cannot be read");
                return facts;
            }
            const formats::ModelFolder& folder = *model.folder;
            facts.layers = folder.layout().modules.empty() ? 0 : folder.layout().modules.front().layers;
            facts.text = QStringList{format::bytes(static_cast<double>(folder.checkpoint().totalBytes())),
                                     toQString(torchName(folder.mainDType())),
                                     tr("%n file(s)", nullptr, static_cast<int>(folder.checkpoint().sources().size()))}
                             .join(u" · "_s);
            return facts;
        }
    }
    if (const std::optional<ModelEntry> entry = services().models->find(toQString(ref.model))) {
        facts.layers = entry->layers;
        facts.text = QStringList{format::bytes(static_cast<double>(entry->bytes)), entry->dtype}.join(u" · "_s);
    }
    return facts;
}

merge::MergeOptions MergePage::options() const
{
    merge::MergeOptions options;
    options.search = formats::ModelSearch::fromEnvironment();
    options.search.relativeTo = toPath(m_recipeFolder);
    for (const QString& folder : services().models->folders())
        options.search.modelFolders.push_back(toPath(folder));
    options.output = toPath(m_setup->outputFolder());
    options.outShardSize = m_setup->shardSize();
    options.threads = services().settings->workerThreads();
    return options;
}

void MergePage::fillAddMenu()
{
    m_addMenu->clear();
    for (const ModelEntry& entry : services().models->models()) {
        if (!entry.problem.isEmpty() || entry.isAdapter || entry.isGguf)
            continue;
        m_addMenu->addAction(entry.name, this, [this, path = entry.path] {
            recipe::ModelRef ref;
            ref.model = toStd(path);
            m_setup->addModel(ref);
        });
    }
    if (!m_addMenu->isEmpty())
        m_addMenu->addSeparator();
    m_addMenu->addAction(Icons::icon(u"folder"_s), tr("Choose a folder…"), this, [this] {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder of a model"));
        if (!folder.isEmpty())
            takeDrop({DropKind::ModelFolder, folder});
    });
}

void MergePage::fillPresets()
{
    m_presetMenu->clear();
    m_presetMenu->setToolTipsVisible(true);
    const int count = static_cast<int>(m_document.recipe().referencedModels().size());
    for (const Preset& preset : presets()) {
        QAction* action = m_presetMenu->addAction(preset.translatedTitle(), this, [this, &preset] { applyPreset(preset); });
        action->setToolTip(preset.translatedSummary());
        action->setEnabled(count >= preset.minModels);
        if (count < preset.minModels)
            action->setText(tr("%1 (needs %n model(s))", nullptr, preset.minModels).arg(preset.translatedTitle()));
    }
}

void MergePage::applyPreset(const Preset& preset)
{
    std::vector<recipe::ModelRef> models = m_document.recipe().referencedModels();
    if (const auto& base = m_document.recipe().baseModel)
        std::stable_partition(models.begin(), models.end(), [&](const recipe::ModelRef& ref) { return ref == *base; });
    const int layers = std::max(factsOf(models.front()).layers, 1);
    m_document.edit(tr("Preset %1").arg(preset.translatedTitle()), [&](recipe::MergeRecipe& recipe) {
        const std::optional<DType> dtype = recipe.dtype;
        recipe = preset.make(models, layers);
        if (dtype)
            recipe.dtype = dtype;
    });
}

bool MergePage::isBusy() const
{
    return m_preview.isBusy() || m_similarity->isBusy();
}

// The recipe of a run that draws several curves, or of any run that is done.
void MergePage::loadRecipeOfARun()
{
    const auto found = services().project->with([](project::Project& project) {
        std::optional<project::Run> best;
        std::vector<project::RunInput> inputs;
        for (const project::RunSummary& summary : project.runs()) {
            const auto run = project.run(summary.id);
            if (summary.status != project::RunStatus::Done || !run || run->recipeFormat != "mergekit-yaml")
                continue;
            const bool curves = run->recipe.find("filter:") != std::string::npos;
            if (!best || curves) {
                best = run;
                inputs = project.inputs(summary.id);
            }
            if (curves)
                break;
        }
        return best ? std::pair(recipeOfRun(*best, inputs), toQString(best->name)) : std::pair<QString, QString>();
    });
    if (found && !found->first.isEmpty())
        loadRecipe(found->first, found->second, {});
}

// The newest merge that is done, as if it had ended just now.
void MergePage::showOutcomeOfARun()
{
    services().project->with([this](project::Project& project) {
        for (const project::RunSummary& run : project.runs())
            if (run.kind == "merge" && run.status == project::RunStatus::Done) {
                Job job;
                job.id = toQString(run.id);
                job.name = toQString(run.name);
                job.kind = toQString(run.kind);
                job.output = toQString(run.output);
                job.state = JobState::Done;
                job.seconds = run.seconds();
                return m_outcome->showJob(job);
            }
    });
}

QString MergePage::showState(int index)
{
    switch (index) {
    case 0:
        if (inputs(m_document.recipe()).empty())
            loadRecipeOfARun();
        m_switch->setCurrentIndex(kShape);
        m_tabs->setCurrentIndex(0);
        return u"merge-curves"_s;
    case 1:
        m_switch->setCurrentIndex(kPlan);
        return u"merge-plan"_s;
    case 2:
        m_tabs->setCurrentWidget(m_yaml);
        return u"merge-yaml"_s;
    case 3:
        m_tabs->setCurrentWidget(m_tokenizers);
        return u"merge-tokenizers"_s;
    case 4:
        m_tabs->setCurrentWidget(m_yaml);
        m_document.editText(m_document.text() % u"\nmerge_metod: ties\nparameters: [unfinished\n");
        return u"merge-unreadable"_s;
    case 5:
        undo();
        m_document.edit(tr("Change dtype"), [](recipe::MergeRecipe& recipe) {
            recipe::ModelRef gone;
            gone.model = "a-model-that-is-gone";
            addModel(recipe, gone, 1);
        });
        m_tabs->setCurrentIndex(0);
        return u"merge-impossible"_s;
    case 6:
        undo();
        m_switch->setCurrentIndex(kShape);
        for (const Preset& preset : presets()) {
            if (preset.id == "frankenmerge" && m_document.recipe().referencedModels().size() >= 2)
                applyPreset(preset);
        }
        return u"merge-stack"_s;
    case 7:
        undo();
        showOutcomeOfARun();
        return m_outcome->run().isEmpty() ? QString() : u"merge-outcome"_s;
    default:
        return {};
    }
}

void MergePage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    updateColumns();
}

void MergePage::showPlanTab()
{
    m_switch->setCurrentIndex(kPlan);
    m_tabs->setCurrentIndex(0);
}

void MergePage::updateColumns()
{
    const bool wide = window()->width() >= Theme::px(kThreeColumns);
    const int taken = m_outcome->isHidden() ? 0 : m_outcome->sizeHint().height();
    const bool low = height() - taken < Theme::px(kTwoRows);
    const QSignalBlocker blocker(m_switch);
    m_switch->setTabVisible(kPlan, !wide);
    m_switch->setTabVisible(kLikeness, low);
    if (!m_switch->isTabVisible(m_switch->currentIndex()))
        m_switch->setCurrentIndex(kShape);
    const int tab = m_switch->currentIndex();
    m_switch->setVisible(!wide || low);
    m_middleSide->setVisible(wide || tab != kPlan);
    m_rightSide->setVisible(wide || tab == kPlan);
    m_shape->setVisible(!low || tab != kLikeness);
    m_similarity->setVisible(!low || tab == kLikeness);
}

} // namespace crucible::workbench
