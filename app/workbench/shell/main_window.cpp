// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/main_window.h"

#include "jobs/job_service.h"
#include "jobs/model_library.h"
#include "jobs/project_reader.h"
#include "settings.h"
#include "shell/dock_title.h"
#include "shell/drop_router.h"
#include "shell/frame_here.h"
#include "shell/jobs_panel.h"
#include "shell/log_panel.h"
#include "shell/status_line.h"
#include "shell/top_bar.h"
#include "text.h"
#include "widgets/icons.h"
#include "widgets/inline_message.h"
#include "widgets/mode_bar.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"
#include "widgets/toast.h"

#include <QAbstractScrollArea>
#include <QApplication>
#include <QCloseEvent>
#include <QDockWidget>
#include <QDropEvent>
#include <QFocusFrame>
#include <QMimeData>
#include <QStackedWidget>
#include <QToolBar>

#include <algorithm>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;

namespace {
constexpr int kLayoutVersion = 2;        // of docks and toolbars; raise it when one is added
constexpr int kPauseBeforeOpening = 300; // ms
constexpr double kLongJobSeconds = 10;   // the end of a shorter job is no news
constexpr int kNoticeMs = 600'000;       // the person was elsewhere and should find it
const QSize kDefaultSize(1440, 900);
}

MainWindow::MainWindow(Services& services)
    : m_services(services), m_topBar(new TopBar(this)), m_modes(new widgets::ModeBar(this)),
      m_message(new widgets::InlineMessage(this)), m_opening(new widgets::InlineMessage(this)), m_stack(new QStackedWidget(this)), m_paletteReader(new ProjectReader(*services.project, this)), m_toast(new widgets::ToastOverlay(this)),
      m_focusFrame(new QFocusFrame(this))
{
    m_frame = std::make_unique<FrameHere>(*this, services);
    services.frame = m_frame.get();
    setObjectName(u"mainWindow"_s);
    setAcceptDrops(true);
    setMinimumSize(Theme::px(960), Theme::px(600));
    resize(kDefaultSize);
    setWindowIcon(widgets::Icons::icon(u"crucible"_s, widgets::IconRole::Accent));
    setMenuWidget(m_topBar);
    setStatusBar(new StatusLine(services, this));

    auto* modeTools = new QToolBar(tr("Modes"), this);
    modeTools->setObjectName(u"modes"_s);
    modeTools->setMovable(false);
    modeTools->setFloatable(false);
    modeTools->setContextMenuPolicy(Qt::PreventContextMenu);
    modeTools->toggleViewAction()->setVisible(false);
    modeTools->setContentsMargins(0, 0, 0, 0);
    modeTools->layout()->setContentsMargins(0, 0, 0, 0);
    modeTools->addWidget(m_modes);
    addToolBar(Qt::LeftToolBarArea, modeTools);

    auto* center = new QWidget(this);
    auto* column = new QVBoxLayout(center);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* messageRow = new QHBoxLayout;
    messageRow->setContentsMargins(Theme::px(16), 0, Theme::px(16), 0);
    messageRow->addWidget(m_message);
    m_message->setDismissible(true);
    m_message->hide();
    connect(m_message, &widgets::InlineMessage::dismissed, m_message, &QWidget::hide);
    column->addLayout(messageRow);
    auto* openingRow = new QHBoxLayout;
    openingRow->setContentsMargins(Theme::px(16), 0, Theme::px(16), 0);
    openingRow->addWidget(m_opening);
    m_opening->setObjectName(u"opening"_s);
    m_opening->setActionText(tr("Cancel"));
    m_opening->hide();
    m_openingPause.setSingleShot(true);
    m_openingPause.setInterval(kPauseBeforeOpening);
    connect(&m_openingPause, &QTimer::timeout, this, &MainWindow::showOpening);
    connect(m_opening, &widgets::InlineMessage::actionTriggered, services.project, &ProjectService::cancelOpening);
    column->addLayout(openingRow);
    column->addWidget(m_stack, 1);
    setCentralWidget(center);

    buildPages();
    buildDocks();
    buildMenus();
    connect(services.project, &ProjectService::opened, this, &MainWindow::updateProject);
    connect(services.project, &ProjectService::closed, this, &MainWindow::updateProject);
    connect(services.project, &ProjectService::failed, this, &MainWindow::showError);
    connect(services.project, &ProjectService::openingChanged, this, [this] {
        m_opening->hide();
        if (m_services.project->isOpening())
            m_openingPause.start();
        else
            m_openingPause.stop();
    });
    connect(services.project, &ProjectService::gone, this, [this] {
        m_frame->showMessage(Frame::Tone::Error, tr("The folder of the project is gone."),
                             tr("%1 was moved or deleted. What you do now can not be kept: put the folder back, or open another project.")
                                 .arg(displayPath(m_services.project->folder())));
    });
    connect(services.project, &ProjectService::cameBack, this,
            [this] { m_frame->showMessage(Frame::Tone::Success, tr("The folder of the project is there again.")); });
    connect(services.jobs, &JobService::jobEnded, this, &MainWindow::jobEnded);
    connect(m_toast, &widgets::ToastOverlay::linkActivated, this,
            [this](const QString& run) { m_frame->openPage(u"runs"_s, {{u"run"_s, run}}); });
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) { frameFocus(now); });
    qApp->installEventFilter(this);
    connect(m_frame.get(), &FrameHere::messageRequested, this, &MainWindow::showMessage);
    updateProject();
    m_pages.first().page->activate();
    m_stack->setFocus(); // no ring around the first field before a key was pressed
}

MainWindow::~MainWindow()
{
    // Pages store what was typed when they end, which is after this: nothing may call back into what is gone.
    m_services.project->disconnect(this);
    m_services.jobs->disconnect(this);
    qApp->disconnect(this);
    if (m_services.frame == m_frame.get())
        m_services.frame = nullptr;
}

Frame& MainWindow::frame() { return *m_frame; }

void MainWindow::buildPages()
{
    for (const PageEntry* entry : pageEntries())
        m_pages.append({entry, nullptr, nullptr});
    std::ranges::stable_sort(m_pages, {}, [](const PageSlot& slot) { return slot.entry->order; });
    for (PageSlot& slot : m_pages) {
        slot.page = slot.entry->create(m_services, m_stack);
        slot.page->setObjectName(toQString(slot.entry->id) + u"Page"_s);
        m_stack->addWidget(slot.page);
        const int index = m_stack->count() - 1;
        const QKeySequence keys(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + index));
        const QString title = pageTitle(*slot.entry);
        m_modes->addMode(toQString(slot.entry->icon), title,
                         u"%1\n%2"_s.arg(pageHelp(*slot.entry), keys.toString(QKeySequence::NativeText)));
        slot.action = new QAction(widgets::Icons::icon(toQString(slot.entry->icon)), title, this);
        slot.action->setShortcut(keys);
        slot.action->setToolTip(pageHelp(*slot.entry));
        connect(slot.action, &QAction::triggered, m_modes, [this, index] { m_modes->setCurrentIndex(index); });
    }
    connect(m_modes, &widgets::ModeBar::currentChanged, this, &MainWindow::updateCurrentPage);
}

void MainWindow::buildDocks()
{
    const auto makeDock = [this](const QString& name, const QString& title, QWidget* content) {
        auto* dock = new QDockWidget(title, this);
        dock->setObjectName(name);
        dock->setWidget(content);
        dock->setTitleBarWidget(new DockTitle(*dock));
        dock->setAllowedAreas(Qt::BottomDockWidgetArea | Qt::TopDockWidgetArea | Qt::RightDockWidgetArea);
        addDockWidget(Qt::BottomDockWidgetArea, dock);
        return dock;
    };
    auto* jobsPanel = new JobsPanel(m_services);
    m_jobsDock = makeDock(u"jobsDock"_s, tr("Jobs"), jobsPanel);
    auto* jobsTitle = static_cast<DockTitle*>(m_jobsDock->titleBarWidget());
    connect(jobsPanel, &JobsPanel::summaryChanged, jobsTitle, &DockTitle::setHint);
    m_logDock = makeDock(u"logDock"_s, tr("Log"), new LogPanel(m_services));
    m_jobsDock->hide(); // comes with the first job
    m_logDock->hide();
    connect(m_services.jobs, &JobService::jobsChanged, this, [this] {
        if (m_services.jobs->activeCount() + m_services.jobs->queuedCount() == 0)
            return;
        // As high as its jobs; where a person made it lower it stays so until there are more of them.
        const int wanted = m_jobsDock->sizeHint().height();
        const bool grows = m_jobsDock->isHidden() || (wanted > m_jobsHeight && m_jobsDock->height() < wanted);
        m_jobsHeight = wanted;
        m_jobsDock->show();
        if (grows)
            resizeDocks({m_jobsDock}, {wanted}, Qt::Vertical);
    });
}

QString MainWindow::currentPage() const { return toQString(m_pages.at(m_stack->currentIndex()).entry->id); }

Page* MainWindow::page(const QString& id) const
{
    for (const PageSlot& slot : m_pages)
        if (toQString(slot.entry->id) == id)
            return slot.page;
    return nullptr;
}

QStringList MainWindow::pageIds() const
{
    QStringList ids;
    for (const PageSlot& slot : m_pages)
        ids << toQString(slot.entry->id);
    return ids;
}

void MainWindow::showPage(const QString& id)
{
    if (const qsizetype index = pageIds().indexOf(id); index >= 0)
        m_modes->setCurrentIndex(static_cast<int>(index));
}

void MainWindow::updateCurrentPage(int index)
{
    QWidget* page = m_stack->widget(index);
    const bool fresh = page->focusWidget() == nullptr;
    m_stack->setCurrentIndex(index);
    if (fresh && isActiveWindow())
        page->setFocus(); // no ring around its first field before a key was pressed
    fillRunMenu();
    m_pages.at(index).page->activate();
}

void MainWindow::updateProject()
{
    const bool open = m_services.project->isOpen();
    m_topBar->setProject(open ? m_services.project->name() : tr("no project"), displayPath(m_services.project->folder()));
    setWindowTitle(open ? tr("%1 – Crucible").arg(m_services.project->name()) : u"Crucible"_s);
    m_closeProject->setEnabled(open);
}

void MainWindow::showOpening()
{
    m_opening->setMessage(widgets::InlineMessage::Kind::Info,
                          tr("Opening %1…").arg(displayPath(m_services.project->openingFolder())).toHtmlEscaped());
    m_opening->show();
}

void MainWindow::showMessage(Frame::Tone tone, const QString& text, const QString& detail)
{
    using Kind = widgets::InlineMessage::Kind;
    const Kind kinds[] = {Kind::Info, Kind::Good, Kind::Warning, Kind::Error};
    QString html = u"<b>"_s + text.toHtmlEscaped() + u"</b>"_s;
    if (!detail.isEmpty())
        html += u"<br>"_s + detail.toHtmlEscaped().replace(u'\n', "<br>"_L1);
    m_message->setMessage(kinds[static_cast<int>(tone)], html);
    m_message->show();
}

void MainWindow::showError(const Error& error)
{
    const ErrorText text = describe(error);
    m_frame->showMessage(Frame::Tone::Error, text.headline, text.detail);
}

void MainWindow::jobEnded(const Job& job)
{
    if (isActiveWindow() || job.seconds < kLongJobSeconds)
        return;
    using Kind = widgets::InlineMessage::Kind;
    const QString name = job.name.toHtmlEscaped();
    QString text = job.state == JobState::Done
                       ? tr("<b>%1</b> is done after %2.").arg(name, widgets::format::duration(job.seconds))
                       : tr("<b>%1</b>: %2.").arg(name, stateText(job.state));
    if (!job.problem.isEmpty())
        text += u"<br>"_s + job.problem.section(u'\n', 0, 0).toHtmlEscaped();
    text += u" <a href=\"%1\">%2</a>"_s.arg(job.id, tr("Open"));
    const bool good = job.state == JobState::Done || job.state == JobState::Cancelled;
    m_toast->post(good ? Kind::Good : Kind::Error, text, kNoticeMs);
    QApplication::alert(this);
}

void MainWindow::routeDrop(const QString& path)
{
    const Drop drop = classifyDrop(path);
    if (drop.kind == DropKind::ProjectFolder)
        return m_frame->openProjectAt(drop.path);
    const auto wants = [&](const PageSlot& slot) { return std::ranges::count(slot.entry->drops, drop.kind) > 0; };
    // The page in front has the first say, then the others in their order.
    QList<PageSlot> order = m_pages;
    std::stable_partition(order.begin(), order.end(),
                          [this](const PageSlot& slot) { return slot.page == m_stack->currentWidget(); });
    for (const PageSlot& slot : order) {
        if (wants(slot) && slot.page->takeDrop(drop))
            return showPage(toQString(slot.entry->id));
    }
    m_frame->showMessage(Frame::Tone::Warning, tr("Crucible does not know what to do with %1.").arg(displayPath(path)),
                         tr("Drop model folders, models (.gguf), project folders or merge recipes (.yaml)."));
}

// Lists, texts and charts without a frame of their own get one while they have the focus and the keyboard is in use.
void MainWindow::frameFocus(QWidget* widget)
{
    const auto* area = qobject_cast<const QAbstractScrollArea*>(widget);
    const bool bare = widget && ((area && area->frameShape() == QFrame::NoFrame) || widget->property(Theme::kFramedFocus).toBool());
    const bool wanted = bare && widget->window() == this && testAttribute(Qt::WA_KeyboardFocusChange);
    m_focusFrame->setWidget(wanted ? widget : nullptr);
}

// Files that are dragged belong to the window wherever they are: a text field would take their names as text.
bool MainWindow::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::DragEnter && object != this) {
        const auto* widget = qobject_cast<const QWidget*>(object);
        auto* drag = static_cast<QDragEnterEvent*>(event);
        if (widget && widget->window() == this && !droppedPaths(drag->mimeData()).isEmpty()) {
            drag->ignore(); // it goes on to the parents
            return true;
        }
    }
    return QMainWindow::eventFilter(object, event);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!droppedPaths(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    event->acceptProposedAction();
    for (const QString& path : droppedPaths(event->mimeData()))
        routeDrop(path);
}

void MainWindow::saveState()
{
    Settings& settings = *m_services.settings;
    settings.setState(u"window/geometry"_s, saveGeometry());
    settings.setState(u"window/layout"_s, QMainWindow::saveState(kLayoutVersion));
    settings.setState(u"window/page"_s, currentPage());
    for (const PageSlot& slot : m_pages)
        settings.setState(u"pages/"_s + toQString(slot.entry->id), slot.page->saveState());
}

void MainWindow::restoreState()
{
    const Settings& settings = *m_services.settings;
    if (const QByteArray geometry = settings.state(u"window/geometry"_s).toByteArray(); !geometry.isEmpty())
        restoreGeometry(geometry);
    QMainWindow::restoreState(settings.state(u"window/layout"_s).toByteArray(), kLayoutVersion);
    for (const PageSlot& slot : m_pages)
        slot.page->restoreState(settings.state(u"pages/"_s + toQString(slot.entry->id)).toMap());
    showPage(settings.state(u"window/page"_s).toString());
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    saveState(); // jobs go on without the window
    event->accept();
}

} // namespace crucible::workbench
