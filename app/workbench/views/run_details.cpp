// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/run_details.h"

#include "jobs/job.h"
#include "jobs/project_service.h"
#include "text.h"
#include "views/action_row.h"
#include "views/smoke_card.h"
#include "widgets/card.h"
#include "widgets/chip.h"
#include "widgets/inline_message.h"
#include "widgets/lineage_view.h"
#include "widgets/number_format.h"
#include "widgets/theme.h"

#include <QDateTime>
#include <QDesktopServices>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QUrl>
#include <QVBoxLayout>

namespace crucible::workbench {

using namespace Qt::StringLiterals;
using widgets::TextRole;
using widgets::Theme;
namespace format = widgets::format;

namespace {

constexpr int kNoteDelayMs = 600; // after the last key, before the note is stored

void clear(QLayout* layout)
{
    while (QLayoutItem* item = layout->takeAt(0)) {
        if (item->widget())
            item->widget()->deleteLater();
        delete item;
    }
}

// The numbers that a run was made for, in one line; empty when what it made are files.
QString resultText(const project::Run& run)
{
    if (run.result.empty() || (run.kind != "perplexity" && run.kind != "generate"))
        return {};
    const QJsonObject result = QJsonDocument::fromJson(QByteArray::fromStdString(run.result)).object();
    if (run.kind == "perplexity")
        return RunDetails::tr("perplexity %1 ± %2 over %3 tokens")
            .arg(format::number(result["perplexity"_L1].toDouble()),
                 format::number(result["perplexity_error"_L1].toDouble()),
                 format::count(result["scored"_L1].toInteger()));
    if (!result.contains("completion_tokens"_L1))
        return {};
    QString text =
        RunDetails::tr("%n tokens written", nullptr, static_cast<int>(result["completion_tokens"_L1].toInteger()));
    if (const qint64 failed = result["failed"_L1].toInteger(); failed > 0)
        text += u", "_s + RunDetails::tr("%1 of %2 requests failed")
                              .arg(format::count(failed), format::count(result["texts"_L1].toInteger()));
    return text;
}

} // namespace

std::optional<RunRecord> readRun(project::Project& project, const std::string& id)
{
    std::optional<project::Run> run = project.run(id);
    if (!run)
        return std::nullopt;
    RunRecord record;
    record.run = std::move(*run);
    for (project::Artifact& artifact : project.artifacts(id)) {
        std::error_code code;
        const bool exists = std::filesystem::exists(artifact.path, code);
        record.made.push_back({std::move(artifact), exists});
    }
    record.inputs = project.inputs(id);
    record.lineage = project.lineageOfRun(id);
    if (const auto smoke = project.smokeTest(id))
        record.smoke = SmokeResult::fromJson(QByteArray::fromStdString(*smoke));
    return record;
}

std::filesystem::path RunRecord::model() const
{
    for (const Made& each : made)
        if (each.exists && each.artifact.kind == "model")
            return each.artifact.path;
    return {};
}

RunDetails::RunDetails(Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_facts(new widgets::Card(tr("Run"))), m_state(new widgets::StateLabel),
      m_text(new QLabel), m_problem(new widgets::InlineMessage), m_tags(new QHBoxLayout), m_newTag(new QLineEdit),
      m_note(new QPlainTextEdit), m_artifacts(new QVBoxLayout), m_smoke(new SmokeCard(services)),
      m_lineage(new widgets::LineageView)
{
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    Theme::setTextRole(m_text, TextRole::Muted);
    m_problem->hide();
    m_tags->setSpacing(Theme::px(4));
    m_newTag->setPlaceholderText(tr("Add tag"));
    m_newTag->setAccessibleName(tr("Add a tag"));
    m_newTag->setMaximumWidth(Theme::px(110));
    m_facts->addWidget(m_state);
    m_facts->addWidget(m_text);
    m_facts->addWidget(m_problem);
    m_facts->addLayout(m_tags);
    m_facts->addWidget(m_newTag);

    auto* notes = new widgets::Card(tr("Notes"));
    m_note->setPlaceholderText(tr("What you tried, what you saw."));
    m_note->setAccessibleName(tr("Notes"));
    m_note->setTabChangesFocus(true);
    m_note->setMinimumHeight(Theme::px(64));
    m_note->setFrameShape(QFrame::NoFrame);
    notes->addWidget(m_note, 1);
    auto* made = new widgets::Card(tr("Made"));
    made->addLayout(m_artifacts);
    auto* lineage = new widgets::Card(tr("Where it comes from"));
    m_lineage->setAccessibleName(tr("Lineage"));
    m_lineage->setEmptyText(tr("Parents and children appear here when the run has read its models."));
    lineage->addWidget(m_lineage, 1);

    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Theme::px(12));
    column->addWidget(m_facts);
    column->addWidget(made);
    column->addWidget(m_smoke);
    column->addWidget(lineage, 2);
    column->addWidget(notes, 1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(content);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(scroll);

    m_noteTimer.setSingleShot(true);
    m_noteTimer.setInterval(kNoteDelayMs);
    connect(&m_noteTimer, &QTimer::timeout, this, &RunDetails::storeNote);
    connect(m_note, &QPlainTextEdit::textChanged, &m_noteTimer, qOverload<>(&QTimer::start));
    connect(m_newTag, &QLineEdit::returnPressed, this, [this] {
        const QString tag = m_newTag->text().trimmed();
        m_newTag->clear();
        if (tag.isEmpty())
            return;
        m_services.project->with([&](project::Project& project) { project.addTag(toStd(m_id), toStd(tag)); });
        m_services.project->poll();
    });
    connect(m_lineage, &widgets::LineageView::nodeActivated, this, [this](int node) {
        const project::LineageNode& chosen = m_nodes[static_cast<std::size_t>(node)];
        if (chosen.type == project::LineageNode::Type::Run)
            m_services.frame->openPage(u"runs"_s, {{u"run"_s, toQString(chosen.id)}});
        else
            m_services.frame->openPage(u"models"_s, {{u"path"_s, toQString(chosen.path)}});
    });
    setRun({});
}

RunDetails::~RunDetails()
{
    storeNote();
}

void RunDetails::storeNote()
{
    m_noteTimer.stop();
    const QString text = m_note->toPlainText();
    if (m_id.isEmpty() || text == m_storedNote)
        return;
    m_storedNote = text;
    m_services.project->with([&](project::Project& project) { project.setNote(toStd(m_id), toStd(text)); });
}

void RunDetails::setRun(const std::optional<RunRecord>& record)
{
    const project::Run* run = record ? &record->run : nullptr;
    const QString id = run ? toQString(run->id) : QString();
    const bool same = id == m_id && run;
    if (!same)
        storeNote();
    m_id = id;
    setEnabled(run);
    if (!run) {
        m_state->setState(widgets::StateLabel::State::None, {});
        m_text->setText(tr("Select a run."));
        m_problem->hide();
        clear(m_tags);
        clear(m_artifacts);
        m_lineage->setGraph({}, {});
        m_smoke->setRun({}, {}, std::nullopt);
        return;
    }
    // A run at work changes twice a second; only what did is shown anew.
    const bool sameState = same && run->status == m_shownStatus;
    if (!same || run->changed != m_shownChange)
        showFacts(*run);
    if (!same || run->changed != m_shownChange)
        m_smoke->setRun(id, project::isFinal(run->status) ? toQString(record->model()) : QString(), record->smoke);
    if (!same || run->tags != m_shownTags)
        showTags(*run);
    if (!sameState) {
        showArtifacts(record->made, project::isFinal(run->status));
        showLineage(record->lineage);
    }
    m_shownStatus = run->status;
    m_shownChange = run->changed;
    m_shownTags = run->tags;
    // What the person types is never overwritten by an older note.
    if (!same || !m_noteTimer.isActive()) {
        m_storedNote = toQString(run->note);
        if (m_note->toPlainText() != m_storedNote)
            m_note->setPlainText(m_storedNote);
        m_noteTimer.stop();
    }
}

void RunDetails::showFacts(const project::Run& run)
{
    const JobState state = jobStateOf(run);
    m_facts->setTitle(toQString(run.name));
    m_state->setState(labelState(state), stateText(state));
    const auto when = [](project::Time time) {
        return QLocale().toString(QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(time * 1000)),
                                  QLocale::ShortFormat);
    };
    QStringList lines{tr("%1, made %2").arg(kindText(toQString(run.kind)), when(run.created))};
    if (const QString result = resultText(run); !result.isEmpty())
        lines << result;
    if (run.started > 0)
        lines << tr("took %1").arg(format::duration(run.seconds()));
    if (!run.host.empty())
        lines << tr("on %1, version %2").arg(toQString(run.host), toQString(run.engineVersion));
    lines << tr("run %1").arg(toQString(run.id));
    m_text->setText(lines.join(u'\n'));
    m_problem->setVisible(!run.error.empty());
    if (!run.error.empty()) {
        QStringList parts{u"<b>"_s + spoken(run.error.message).toHtmlEscaped() + u"</b>"_s,
                          toQString(run.error.where).toHtmlEscaped(), spoken(run.error.hint).toHtmlEscaped()};
        parts.removeAll(QString());
        m_problem->setMessage(state == JobState::Cancelled ? widgets::InlineMessage::Kind::Warning
                                                           : widgets::InlineMessage::Kind::Error,
                              parts.join(u"<br>"_s));
    }
}

void RunDetails::showTags(const project::Run& run)
{
    clear(m_tags);
    for (const std::string& tag : run.tags) {
        auto* chip = new widgets::Chip(toQString(tag));
        chip->setRemovable(true);
        chip->setAccessibleName(tr("Tag %1").arg(toQString(tag)));
        connect(
            chip, &widgets::Chip::removed, this,
            [this, tag] {
                m_services.project->with([&](project::Project& project) { project.removeTag(toStd(m_id), tag); });
                m_services.project->poll();
            },
            Qt::QueuedConnection);
        m_tags->addWidget(chip);
    }
    m_tags->addStretch(1);
}

void RunDetails::showArtifacts(const std::vector<RunRecord::Made>& made, bool ended)
{
    clear(m_artifacts);
    if (made.empty()) {
        auto* none = new QLabel(ended ? tr("Nothing was made.") : tr("Nothing yet."));
        Theme::setTextRole(none, TextRole::Muted);
        return m_artifacts->addWidget(none);
    }
    for (const auto& [artifact, exists] : made) {
        const QString path = toQString(artifact.path);
        auto* row = new ActionRow(artifact.kind == "model" ? u"models"_s : u"file"_s, QFileInfo(path).fileName(),
                                  displayPath(path));
        row->setFact(artifact.bytes > 0 ? format::bytes(static_cast<double>(artifact.bytes)) : QString());
        row->setEnabled(exists);
        connect(row, &QAbstractButton::clicked, this, [path] { QDesktopServices::openUrl(QUrl::fromLocalFile(path)); });
        m_artifacts->addWidget(row);
    }
}

void RunDetails::showLineage(const project::LineageGraph& graph)
{
    std::vector<widgets::LineageView::Node> nodes;
    std::vector<widgets::LineageView::Edge> edges;
    m_nodes = graph.nodes;
    for (const project::LineageNode& node : m_nodes) {
        const bool isRun = node.type == project::LineageNode::Type::Run;
        nodes.push_back({toQString(node.title), isRun ? kindText(toQString(node.kind)) : tr("model"),
                         isRun ? u"runs"_s : u"models"_s, isRun && toQString(node.id) == m_id});
    }
    for (const project::LineageEdge& edge : graph.edges)
        edges.push_back({static_cast<int>(edge.from), static_cast<int>(edge.to), roleText(toQString(edge.role))});
    m_lineage->setGraph(std::move(nodes), std::move(edges));
}

} // namespace crucible::workbench
