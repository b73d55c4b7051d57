// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/playground_page.h"

#include "base/schema.h"
#include "generate/sampling_settings.h"
#include "jobs/job_service.h"
#include "jobs/model_library.h"
#include "jobs/project_reader.h"
#include "jobs/shell_command.h"
#include "playground/column_view.h"
#include "playground/composer.h"
#include "playground/conversation_list.h"
#include "playground/model_picker.h"
#include "playground/prompt_view.h"
#include "playground/settings_panel.h"
#include "playground/shell_answer.h"
#include "playground/token_panel.h"
#include "playground/token_text.h"
#include "playground/transcript_view.h"
#include "settings.h"
#include "text.h"
#include "views/adaptive_columns.h"
#include "widgets/icons.h"
#include "widgets/number_format.h"
#include "widgets/page_header.h"
#include "widgets/theme.h"

#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QKeyEvent>
#include <QListWidget>
#include <QPushButton>
#include <QSplitter>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>

#include <algorithm>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::Theme;
namespace format = widgets::format;

namespace {

constexpr int kLiveMs = 250;       // between two looks at how the context fills
constexpr int kCountDelayMs = 250; // after the last key, before the draft's tokens are counted
constexpr DropKind kDrops[] = {DropKind::ModelFolder, DropKind::ModelFile};
constexpr const char* kFirstPreset = "balanced";

Page* create(Services& services, QWidget* parent) { return new PlaygroundPage(services, parent); }

GenerationSettings firstSettings()
{
    GenerationSettings settings;
    for (const generate::SamplingPreset& preset : generate::samplingPresets())
        if (preset.id == kFirstPreset)
            settings.sampling = QJsonDocument::fromJson(QByteArray(preset.json.data(), static_cast<qsizetype>(preset.json.size()))).object().toVariantMap();
    return settings;
}

} // namespace

extern const PageEntry playground_page_entry;
const PageEntry playground_page_entry{.id = "playground",
                                      .title = CRUCIBLE_TR_NOOP("Pages", "Playground"),
                                      .help = CRUCIBLE_TR_NOOP("Pages", "Talk to models, see what they think at each token, compare up to four"),
                                      .icon = "playground",
                                      .order = 70,
                                      .drops = kDrops,
                                      .create = &create};

PlaygroundPage::PlaygroundPage(Services& services, QWidget* parent)
    : Page(services, parent), m_session(services, m_pool), m_header(new widgets::PageHeader(tr("Playground"))), m_mode(new QComboBox),
      m_coloring(new QComboBox), m_list(new ConversationList(services)), m_columns(new AdaptiveColumns), m_transcripts(new QSplitter(Qt::Horizontal)),
      m_composer(new Composer), m_prompt(new PromptView(m_session)), m_settings(new SettingsPanel), m_token(new TokenPanel),
      m_side(new QSplitter(Qt::Vertical)), m_reader(new ProjectReader(*services.project, this))
{
    m_pool.setProgram([&services] {
        return ModelProgram{services.jobs->worker(), services.jobs->workerArguments(), services.settings->workerThreads(),
                            services.settings->device(), services.settings->deviceBytes(), 0};
    });
    // Models are loaded anew where the settings say, when the answer that is being made is whole.
    const auto move = [this] {
        if (m_deviceChanged && !m_session.isMaking()) {
            m_deviceChanged = false;
            m_pool.keepOnly({});
        }
    };
    connect(services.settings, &Settings::deviceChanged, this, [this, move] {
        m_deviceChanged = true;
        move();
    });
    connect(&m_session, &PlaygroundSession::makingChanged, this, move);
    m_session.setSettings(0, firstSettings());
    makeActions();
    makeHeader();
    makeColumns();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(Theme::px(16), Theme::px(12), Theme::px(16), Theme::px(12));
    layout->setSpacing(Theme::px(12));
    layout->addWidget(m_header);
    layout->addWidget(m_columns, 1);
    m_counting.setSingleShot(true);
    m_counting.setInterval(kCountDelayMs);
    connect(&m_counting, &QTimer::timeout, this, &PlaygroundPage::countDraft);
    m_live.setInterval(kLiveMs);
    connect(&m_live, &QTimer::timeout, this, &PlaygroundPage::updateContext);
    connectSession();
    setColoring(m_colors);
    rebuildColumns();
}

PlaygroundPage::~PlaygroundPage()
{
    m_session.disconnect(this); // the session ends after the widgets that it tells
    m_pool.disconnect(this);
}

QAction* PlaygroundPage::addAction(const QString& text, const char* icon, const QKeySequence& keys, void (PlaygroundPage::*run)())
{
    auto* action = new QAction(widgets::Icons::icon(QString::fromLatin1(icon)), text, this);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, run);
    m_actions << action;
    return action;
}

void PlaygroundPage::makeActions()
{
    addAction(tr("&New conversation"), "add", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_T), &PlaygroundPage::newConversation);
    addAction(tr("&Add a column beside"), "compare", {}, &PlaygroundPage::addColumn);
    addAction(tr("Answer &again"), "refresh", QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R), &PlaygroundPage::answerAgain);
    addAction(tr("&Stop the answer"), "stop", {}, &PlaygroundPage::stopAnswer);
    addAction(tr("&Copy as command"), "copy", {}, &PlaygroundPage::copyCommand);
    addAction(tr("Show the &rendered prompt"), "eye", {}, &PlaygroundPage::showPrompt);
    addAction(tr("Show or hide the &conversations"), "log", {}, &PlaygroundPage::toggleList);
}

void PlaygroundPage::makeHeader()
{
    m_mode->setObjectName(u"playgroundMode"_s);
    m_mode->addItems({tr("Chat"), tr("Completion"), tr("Surprise")});
    m_mode->setItemData(0, tr("Messages, written as the model's template wants them"), Qt::ToolTipRole);
    m_mode->setItemData(1, tr("The model goes on from a text, without a template"), Qt::ToolTipRole);
    m_mode->setItemData(2, tr("How well the model expects a text that you give it"), Qt::ToolTipRole);
    m_mode->setAccessibleName(tr("What to do with the model"));
    m_coloring->addItem(tr("No shades"), static_cast<int>(TokenColoring::None));
    m_coloring->addItem(tr("Shade by probability"), static_cast<int>(TokenColoring::Probability));
    m_coloring->addItem(tr("Shade by entropy"), static_cast<int>(TokenColoring::Entropy));
    m_coloring->setAccessibleName(tr("What tokens are shaded by"));
    m_header->addWidget(m_mode);
    m_header->addWidget(m_coloring);
    m_sideBySide = m_header->addAction(tr("Side by side"), u"compare"_s);
    m_sideBySide->setObjectName(u"addColumn"_s);
    m_sideBySide->setToolTip(tr("Adds a column: another model, or other settings, on the same messages"));
    m_listButton = m_header->addAction(tr("Conversations"), u"log"_s);
    m_listButton->setCheckable(true);
    m_listButton->setChecked(true);
    QPushButton* fresh = m_header->addAction(tr("New"), u"add"_s);
    fresh->setToolTip(tr("New conversation"));
    connect(m_mode, &QComboBox::activated, this, [this](int index) { m_session.setMode(static_cast<PlaygroundMode>(index)); });
    connect(m_coloring, &QComboBox::activated, this, [this](int index) { setColoring(static_cast<TokenColoring>(index)); });
    connect(m_sideBySide, &QPushButton::clicked, this, &PlaygroundPage::addColumn);
    connect(m_listButton, &QPushButton::toggled, m_list, &QWidget::setVisible);
    connect(fresh, &QPushButton::clicked, this, &PlaygroundPage::newConversation);
}

void PlaygroundPage::makeColumns()
{
    m_transcripts->setHandleWidth(Theme::px(12));
    m_transcripts->setChildrenCollapsible(false);
    auto* talk = new QWidget;
    auto* column = new QVBoxLayout(talk);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::px(12));
    column->addWidget(m_transcripts, 1);
    column->addWidget(m_composer);
    m_side->setHandleWidth(Theme::px(12));
    m_side->setChildrenCollapsible(false);
    m_side->addWidget(m_settings);
    m_side->addWidget(m_token);
    m_side->setStretchFactor(0, 3);
    m_side->setStretchFactor(1, 2);
    m_columns->setLeft(m_list, 230);
    m_columns->addMiddle(talk, tr("Conversation"));
    m_columns->addMiddle(m_prompt, tr("Rendered prompt"));
    m_columns->setRight(m_side, tr("Settings and token"), 290);
    // Settings and token stand beside each other where they have a tab to themselves.
    connect(m_columns, &AdaptiveColumns::narrowChanged, this, [this](bool narrow) { m_side->setOrientation(narrow ? Qt::Horizontal : Qt::Vertical); });
    connect(m_columns, &AdaptiveColumns::middleShown, this, [this](QWidget* shown) {
        if (shown == m_prompt)
            m_prompt->refresh(std::max(0, m_settings->column()), m_composer->text());
    });
}

void PlaygroundPage::connectSession()
{
    connect(&m_session, &PlaygroundSession::columnsChanged, this, &PlaygroundPage::rebuildColumns);
    connect(&m_session, &PlaygroundSession::settingsChanged, this, [this] {
        m_settings->setSettings(m_session.column(std::max(0, m_settings->column())).settings);
        for (ColumnView* view : std::as_const(m_views))
            view->refreshModel();
        updateState();
        if (m_prompt->isVisible())
            m_prompt->refresh(std::max(0, m_settings->column()), m_composer->text());
    });
    connect(&m_session, &PlaygroundSession::modelChanged, this, [this] {
        for (ColumnView* view : std::as_const(m_views))
            view->refreshModel();
        updateState();
        updateContext();
        if (m_prompt->isVisible())
            m_prompt->refresh(std::max(0, m_settings->column()), m_composer->text());
    });
    connect(&m_session, &PlaygroundSession::messagesChanged, this, [this](int index) {
        if (index >= m_views.size())
            return;
        // What stands in other columns may be compared with this one, or have waited for it.
        for (int i = 0; i < m_views.size(); ++i)
            if (i == index || m_session.columnCount() > 1)
                m_views[i]->refreshMessages();
        showLastAnswer(index);
        updateState();
        updateContext();
    });
    connect(&m_session, &PlaygroundSession::messageGrew, this, [this](int index, int) {
        if (index < m_views.size())
            m_views[index]->transcript()->growLater();
    });
    connect(&m_session, &PlaygroundSession::makingChanged, this, [this] {
        for (ColumnView* view : std::as_const(m_views))
            view->refreshModel();
        updateState();
        if (m_session.isMaking()) {
            m_live.start();
        } else {
            m_live.stop();
            m_list->refresh();
        }
        Q_EMIT busyChanged();
    });
    connect(&m_session, &PlaygroundSession::conversationChanged, this, [this] {
        m_list->setCurrent(m_session.conversationId());
        m_list->refresh();
    });
    connect(m_composer, &Composer::sendRequested, this, [this](const QString& text) {
        m_pinned = {};
        for (ColumnView* view : std::as_const(m_views))
            view->transcript()->scrollToEnd();
        m_session.send(text);
    });
    connect(m_composer, &Composer::stopRequested, this, &PlaygroundPage::stopAnswer);
    connect(m_composer, &Composer::textEdited, &m_counting, qOverload<>(&QTimer::start));
    connect(m_settings, &SettingsPanel::settingsChanged, this, [this](const GenerationSettings& settings) {
        if (m_settings->column() >= 0)
            return m_session.setSettings(m_settings->column(), settings);
        // Of all: columns may differ, and keep what was not changed just now.
        const GenerationSettings before = m_session.column(0).settings;
        for (int i = 0; i < m_session.columnCount(); ++i) {
            GenerationSettings changed = m_session.column(i).settings;
            applyChange(changed, before, settings);
            m_session.setSettings(i, changed);
        }
    });
    connect(m_settings, &SettingsPanel::columnChosen, this, [this](int index) {
        m_settings->setSettings(m_session.column(std::max(0, index)).settings);
        updateState();
    });
    connect(m_list, &ConversationList::opened, this, &PlaygroundPage::openConversation);
    connect(m_list, &ConversationList::newRequested, this, &PlaygroundPage::newConversation);
    connect(m_list, &ConversationList::renamed, this, [this](const QString& id, const QString& title) {
        if (id == m_session.conversationId())
            return m_session.rename(title);
        services().project->with([&](project::Project& project) { project.renameConversation(toStd(id), toStd(title)); });
    });
    connect(m_list, &ConversationList::deleted, this, [this](const QString& id) {
        if (id == m_session.conversationId())
            newConversation();
    });
    connect(m_list, &ConversationList::busyChanged, this, &Page::busyChanged);
    connect(m_prompt, &PromptView::busyChanged, this, &Page::busyChanged);
    connect(m_reader, &ProjectReader::busyChanged, this, &Page::busyChanged);
    connect(m_token, &TokenPanel::tokenHovered, this, [this](int token) { showSpot(token < 0 ? m_pinned : Spot{m_shown.column, m_shown.message, token}); });
    connect(m_token, &TokenPanel::tokenChosen, this, [this](int token) { look({m_shown.column, m_shown.message, token}, true); });
    connect(services().project, &ProjectService::closed, &m_session, &PlaygroundSession::begin);
    connect(services().project, &ProjectService::opened, this, &PlaygroundPage::openWanted);
}

// One view for each column; those that stay keep their place.
void PlaygroundPage::rebuildColumns()
{
    while (m_views.size() > m_session.columnCount())
        delete m_views.takeLast();
    while (m_views.size() < m_session.columnCount()) {
        const int index = static_cast<int>(m_views.size());
        auto* view = new ColumnView(m_session, index);
        view->transcript()->setColoring(m_colors);
        connect(view, &ColumnView::modelRequested, this, [this, index] { chooseModel(index); });
        connect(view, &ColumnView::completionRequested, this, [this] { m_session.setMode(PlaygroundMode::Completion); }, Qt::QueuedConnection);
        connect(view, &ColumnView::removeRequested, this, [this, index] { m_session.removeColumn(index); }, Qt::QueuedConnection);
        connect(view->transcript(), &TranscriptView::tokenHovered, this, [this, index](int message, int token) { look({index, message, token}, false); });
        connect(view->transcript(), &TranscriptView::tokenChosen, this, [this, index](int message, int token) { look({index, message, token}, true); });
        m_transcripts->addWidget(view);
        m_views.append(view);
        m_transcripts->setSizes(QList<int>(m_views.size(), 1000));
    }
    QStringList names;
    for (int i = 0; i < m_session.columnCount(); ++i) {
        const ModelChoice& model = m_session.column(i).model;
        names << (model.isEmpty() ? tr("no model") : model.title());
        m_views[i]->refreshModel();
        m_views[i]->refreshMessages();
    }
    m_settings->setColumns(names);
    m_settings->setSettings(m_session.column(std::max(0, m_settings->column())).settings);
    m_mode->setCurrentIndex(static_cast<int>(m_session.mode()));
    m_settings->setMode(m_session.mode());
    m_composer->setMode(m_session.mode());
    m_sideBySide->setEnabled(m_session.columnCount() < PlaygroundSession::kMostColumns);
    m_sideBySide->setText(m_session.columnCount() > 1 ? tr("Another column") : tr("Side by side"));
    updateState();
    updateContext();
}

// --- models

void PlaygroundPage::chooseModel(int column)
{
    if (!m_picker) {
        m_picker = new ModelPicker(services(), this);
        connect(m_picker, &ModelPicker::chosen, this, [this](const ModelChoice& choice) { useModel(m_pickingFor, choice); });
        connect(m_picker, &ModelPicker::problemFound, this,
                [this](const QString& text) { services().frame->showMessage(Frame::Tone::Warning, tr("This can not be loaded."), text); });
    }
    m_pickingFor = column;
    m_picker->popupAt(m_views[column]->modelButton(), m_session.column(column).model);
}

void PlaygroundPage::useModel(int column, const ModelChoice& choice)
{
    if (column >= m_session.columnCount() || m_session.isMaking())
        return;
    m_session.setModel(column, choice);
    const bool fits = m_pool.fitsAlone(choice);
    m_views[column]->setWarning(fits ? QString()
                                     : tr("The weights need %1, more than is free. It may be slow, or be ended by the system.")
                                           .arg(format::bytes(static_cast<double>(weightBytesOf(choice)))));
    m_composer->focusText();
}

void PlaygroundPage::receive(const QVariantMap& message)
{
    if (const QString id = message.value(u"conversation"_s).toString(); !id.isEmpty())
        return openConversation(id);
    QStringList paths = message.value(u"models"_s).toStringList();
    if (const QString path = message.value(u"model"_s).toString(); !path.isEmpty())
        paths = {path};
    if (paths.isEmpty() || m_session.isMaking())
        return;
    m_session.begin();
    while (m_session.columnCount() > std::max<qsizetype>(1, paths.size()))
        m_session.removeColumn(m_session.columnCount() - 1);
    while (m_session.columnCount() < std::min<qsizetype>(paths.size(), PlaygroundSession::kMostColumns))
        m_session.addColumn();
    for (int i = 0; i < m_session.columnCount() && i < paths.size(); ++i) {
        QString problem;
        const ModelChoice choice = ModelPicker::choiceFor(services(), paths[i], &problem);
        if (choice.isEmpty())
            services().frame->showMessage(Frame::Tone::Warning, tr("This can not be loaded."), problem);
        else
            useModel(i, choice);
    }
}

bool PlaygroundPage::takeDrop(const Drop& drop)
{
    if (drop.kind == DropKind::ModelFolder && !looksLikeModel(drop.path))
        return false; // a folder of folders is for the Models page
    QString problem;
    const ModelChoice choice = ModelPicker::choiceFor(services(), drop.path, &problem);
    if (choice.isEmpty())
        services().frame->showMessage(Frame::Tone::Warning, tr("This can not be loaded."), problem);
    else
        useModel(std::max(0, m_settings->column()), choice);
    return true;
}

// --- state

void PlaygroundPage::updateState()
{
    QString reason;
    for (int i = 0; i < m_session.columnCount() && reason.isEmpty(); ++i) {
        if (m_session.column(i).model.isEmpty())
            reason = m_session.columnCount() > 1 ? tr("Choose a model for column %1 first.").arg(i + 1) : tr("Choose a model first.");
        else if (m_session.lacksTemplate(i))
            reason = tr("%1 has no chat template. Choose one beside, or complete texts instead.").arg(m_session.column(i).model.title());
        else
            reason = settingsProblem(m_session.column(i).settings, m_session.mode());
    }
    m_composer->setState(m_session.isMaking(), reason);
    const int index = std::max(0, m_settings->column());
    const ModelProcess* process = m_session.processOf(index);
    const bool known = process && process->state() == ModelProcess::State::Ready;
    m_settings->setModel(known ? process->model() : LoadedModel{}, known);
}

void PlaygroundPage::updateContext()
{
    const ModelProcess* process = m_session.processOf(0);
    const Conversation& talk = m_session.column(0).talk;
    int used = 0;
    for (const int id : talk.path())
        if (talk.at(id).how.contextUsed > 0)
            used = talk.at(id).how.contextUsed;
        else if (id == m_session.column(0).making)
            used = m_session.column(0).promptDone + static_cast<int>(talk.at(id).tokens.size());
    const bool ready = process && process->state() == ModelProcess::State::Ready && m_session.mode() != PlaygroundMode::Surprise;
    m_composer->setContext(used, m_draftTokens, ready ? process->model().context : 0);
}

void PlaygroundPage::countDraft()
{
    ModelProcess* process = m_session.processOf(0);
    const QString text = m_composer->text();
    if (text.isEmpty() || !process || process->state() != ModelProcess::State::Ready || !process->model().hasTokenizer) {
        m_draftTokens = 0;
        return updateContext();
    }
    process->ask({{u"op"_s, u"count"_s}, {u"text"_s, text}}, this, [this](const QJsonObject& event) {
        m_draftTokens = m_composer->text().isEmpty() ? 0 : event.value("tokens"_L1).toInt();
        updateContext();
    });
}

void PlaygroundPage::setColoring(TokenColoring coloring)
{
    m_colors = coloring;
    m_coloring->setCurrentIndex(static_cast<int>(coloring));
    for (ColumnView* view : std::as_const(m_views))
        view->transcript()->setColoring(coloring);
    m_composer->setColoring(coloring);
}

// --- tokens

void PlaygroundPage::look(const Spot& spot, bool pinned)
{
    if (pinned)
        m_pinned = spot;
    showSpot(spot.token < 0 ? m_pinned : spot);
    if (pinned || spot.token < 0)
        return QToolTip::hideText();
    const QList<TokenRecord>& tokens = m_session.column(spot.column).talk.at(spot.message).tokens;
    if (spot.token < tokens.size())
        QToolTip::showText(QCursor::pos(), TokenPanel::toHtml(tokens[spot.token]), this);
}

void PlaygroundPage::showSpot(const Spot& spot)
{
    if (spot.column < 0 || spot.column >= m_session.columnCount() || !m_session.column(spot.column).talk.contains(spot.message))
        return m_token->setCurrent(-1);
    if (spot.column != m_shown.column || spot.message != m_shown.message)
        m_token->setTokens(m_session.column(spot.column).talk.at(spot.message).tokens);
    m_shown = spot;
    m_token->setCurrent(spot.token);
    for (int i = 0; i < m_views.size(); ++i)
        m_views[i]->transcript()->setMarkedToken(i == spot.column ? spot.message : 0, spot.token);
}

// The chart follows what was written last; a token that a person chose stays in view as long as it is there.
void PlaygroundPage::showLastAnswer(int column)
{
    const Conversation& talk = m_session.column(column).talk;
    if (m_pinned.column >= 0 && m_pinned.column < m_session.columnCount() && m_session.column(m_pinned.column).talk.contains(m_pinned.message))
        return;
    m_pinned = {};
    const int tip = talk.tip();
    m_shown = {column, tip, -1};
    m_token->setTokens(tip == 0 ? QList<TokenRecord>() : talk.at(tip).tokens);
    m_token->setCurrent(-1);
}

// --- what a person asks for

void PlaygroundPage::newConversation()
{
    if (m_session.isMaking())
        return;
    m_session.begin();
    m_composer->focusText();
}

void PlaygroundPage::addColumn()
{
    if (m_session.isMaking())
        return;
    if (m_columns->isNarrow())
        m_listButton->setChecked(false); // the columns need the room
    m_session.addColumn();
}

void PlaygroundPage::answerAgain()
{
    if (m_session.isMaking())
        return;
    for (int i = 0; i < m_session.columnCount(); ++i)
        if (const int tip = m_session.column(i).talk.tip(); tip != 0)
            m_session.regenerate(i, tip);
}

void PlaygroundPage::stopAnswer() { m_session.stop(); }

// The last answer of the column whose settings are shown.
void PlaygroundPage::copyCommand()
{
    const PlaygroundSession::Column& column = m_session.column(std::max(0, m_settings->column()));
    const QString folder = QDir(services().project->isOpen() ? services().project->folder() : QDir::tempPath()).filePath(u"prompts"_s);
    const auto words = shellWordsFor(column.talk, column.talk.tip(), m_session.mode(), folder);
    if (!words)
        return services().frame->showMessage(Frame::Tone::Info, tr("There is no answer to copy."), tr("Send a message first; its answer can be made again in a shell."));
    QGuiApplication::clipboard()->setText(shellCommand(services().jobs->shellProgram() + *words));
    services().frame->showMessage(Frame::Tone::Success, tr("The command is in the clipboard."), tr("It makes the last answer again."));
}

void PlaygroundPage::showPrompt() { m_columns->showMiddle(m_prompt); }

void PlaygroundPage::toggleList() { m_listButton->toggle(); }

void PlaygroundPage::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && m_session.isMaking())
        return stopAnswer();
    Page::keyPressEvent(event);
}

void PlaygroundPage::activate()
{
    m_list->refresh();
    m_composer->focusText();
}

bool PlaygroundPage::isBusy() const
{
    const auto loads = [](const ModelProcess* process) { return process->state() == ModelProcess::State::Loading; };
    return m_session.isMaking() || m_list->isBusy() || m_prompt->isBusy() || m_reader->isBusy() || std::ranges::any_of(m_pool.processes(), loads);
}

} // namespace crucible::workbench
