// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/home_page.h"

#include "base/schema.h"
#include "jobs/job.h"
#include "jobs/project_service.h"
#include "services.h"
#include "settings.h"
#include "text.h"
#include "views/action_row.h"
#include "widgets/card.h"
#include "widgets/empty_state.h"
#include "widgets/theme.h"

#include <QBoxLayout>
#include <QDateTime>
#include <QFileInfo>
#include <QLabel>
#include <QLocale>
#include <QScrollArea>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::TextRole;
using widgets::Theme;

namespace {

constexpr int kShownRuns = 8;
constexpr int kShownProjects = 5;
constexpr int kSideBySide = 760; // px at the standard font; narrower pages stack their columns

Page* create(Services& services, QWidget* parent) { return new HomePage(services, parent); }

void clear(widgets::Card* card)
{
    while (QLayoutItem* item = card->body()->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

} // namespace

extern const PageEntry home_page_entry;
const PageEntry home_page_entry{.id = "home",
                                .title = CRUCIBLE_TR_NOOP("Pages", "Home"),
                                .help = CRUCIBLE_TR_NOOP("Pages", "Start here: projects, models, recent runs"),
                                .icon = "home",
                                .order = 10,
                                .create = &create};

HomePage::HomePage(Services& services, QWidget* parent)
    : Page(services, parent), m_projects(new widgets::Card(tr("Recent projects"))), m_runs(new widgets::Card(tr("Recent runs"))),
      m_columns(new QBoxLayout(QBoxLayout::LeftToRight)), m_reader(*services.project)
{
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(Theme::px(16), Theme::px(24), Theme::px(16), Theme::px(16));
    column->setSpacing(Theme::px(16));
    auto* title = new QLabel(tr("Make a language model out of models you have"));
    Theme::setTextRole(title, TextRole::Title);
    auto* purpose = new QLabel(tr("Crucible merges models from folders on this computer, tells before it starts whether the merge can "
                                  "work and what it costs, and remembers every run so that you can find, compare and repeat it."));
    purpose->setWordWrap(true);
    Theme::setTextRole(purpose, TextRole::Muted);
    column->addWidget(title);
    column->addWidget(purpose);
    auto* right = new QVBoxLayout;
    right->setSpacing(Theme::px(12));
    right->addWidget(m_projects);
    right->addWidget(m_runs, 1);
    m_columns->setSpacing(Theme::px(12));
    m_columns->addWidget(makeStart(), 2);
    m_columns->addLayout(right, 3);
    column->addLayout(m_columns, 1);

    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(content);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);

    connect(services.settings, &Settings::recentProjectsChanged, this, &HomePage::fillProjects);
    connect(services.project, &ProjectService::opened, this, &HomePage::activate);
    connect(services.project, &ProjectService::closed, this, &HomePage::activate);
    connect(services.project, &ProjectService::runsChanged, this, [this] {
        if (isVisible()) // else activate() does it
            readRuns();
    });
    fillProjects();
    readRuns();
}

QWidget* HomePage::makeStart()
{
    auto* card = new widgets::Card(tr("Start"));
    const auto add = [&](const QString& icon, const QString& title, const QString& detail, auto run) {
        auto* row = new ActionRow(icon, title, detail);
        connect(row, &QAbstractButton::clicked, this, run);
        card->addWidget(row);
    };
    // The frame is asked when a row is pressed: it is complete only after its pages.
    add(u"merge"_s, tr("New merge"), tr("Choose models, see the plan, run it"),
        [this] { services().frame->openPage(u"merge"_s, {{u"new"_s, true}}); });
    add(u"playground"_s, tr("Talk to a model"), tr("Chat, look into its tokens, compare up to four"),
        [this] { services().frame->openPage(u"playground"_s); });
    add(u"models"_s, tr("Add models"), tr("A folder with models; Hugging Face caches too"),
        [this] { services().frame->addModelFolder(); });
    add(u"add"_s, tr("New project"), tr("Keeps recipes, runs and results together"),
        [this] { services().frame->newProject(); });
    add(u"folder"_s, tr("Open project"), tr("Go on where you or somebody else stopped"),
        [this] { services().frame->openProject(); });
    add(u"star"_s, tr("Try the sample"), tr("Small models and recipes, made on the spot"),
        [this] { services().frame->openSampleProject(); });
    auto* hint = new QLabel(tr("You can also drop model folders, projects and recipes anywhere on this window."));
    hint->setWordWrap(true);
    Theme::setTextRole(hint, TextRole::Muted);
    card->addStretch();
    card->addWidget(hint);
    return card;
}

void HomePage::fillProjects()
{
    clear(m_projects);
    QStringList recent = services().settings->recentProjects().mid(0, kShownProjects);
    if (recent.isEmpty()) {
        auto* none = new QLabel(tr("Projects that you create or open are listed here."));
        none->setWordWrap(true);
        Theme::setTextRole(none, TextRole::Muted);
        m_projects->addWidget(none);
    }
    for (const QString& folder : recent) {
        const bool there = QFileInfo(folder).isDir();
        auto* row = new ActionRow(u"folder"_s, QFileInfo(folder).fileName(), displayPath(folder));
        row->setEnabled(there);
        if (!there)
            row->setFact(tr("missing"));
        else if (folder == services().project->folder())
            row->setFact(tr("open"));
        connect(row, &QAbstractButton::clicked, this, [this, folder] { services().frame->openProjectAt(folder); },
                Qt::QueuedConnection); // opening fills this list anew
        m_projects->addWidget(row);
    }
}

void HomePage::readRuns()
{
    if (!services().project->isOpen())
        return fillRuns({});
    m_reader.read(
        [](project::Project& project) {
            std::vector<project::RunSummary> runs = project.runs();
            runs.resize(std::min<std::size_t>(runs.size(), kShownRuns));
            return runs;
        },
        [this](const std::vector<project::RunSummary>& runs) { fillRuns(runs); });
}

void HomePage::fillRuns(const std::vector<project::RunSummary>& runs)
{
    clear(m_runs);
    const bool open = services().project->isOpen();
    if (runs.empty()) {
        auto* empty = new widgets::EmptyState(
            u"runs"_s, open ? tr("No runs yet") : tr("No project is open"),
            open ? tr("Every merge you run appears here with its recipe, its curves and what it made.")
                 : tr("A project keeps your runs. Create or open one, or try the sample."));
        m_runs->addWidget(empty, 1);
        return;
    }
    const QLocale locale;
    for (const project::RunSummary& run : runs) {
        const JobState state = jobStateOf(run);
        const QDateTime when = QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(run.created * 1000));
        auto* row = new ActionRow(widgets::StateLabel::iconName(labelState(state)), toQString(run.name),
                                  tr("%1, %2").arg(kindText(toQString(run.kind)), stateText(state)));
        row->setState(labelState(state));
        row->setFact(locale.toString(when, QLocale::ShortFormat));
        const QString id = toQString(run.id);
        connect(row, &QAbstractButton::clicked, this,
                [this, id] { services().frame->openPage(u"runs"_s, {{u"run"_s, id}}); }, Qt::QueuedConnection);
        m_runs->addWidget(row);
    }
    m_runs->addStretch();
}

void HomePage::activate()
{
    fillProjects();
    readRuns();
}

void HomePage::resizeEvent(QResizeEvent* event)
{
    Page::resizeEvent(event);
    m_columns->setDirection(width() < Theme::px(kSideBySide) ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

} // namespace crucible::workbench
