// SPDX-License-Identifier: GPL-3.0-or-later
// What the merge page does with the world around it: names and output folders, drafts in the project, recipes in files, jobs.
#include "pages/merge_page.h"

#include "base/files.h"
#include "jobs/job_service.h"
#include "jobs/model_library.h"
#include "jobs/project_service.h"
#include "merge/outcome_card.h"
#include "merge/run_recipe.h"
#include "services.h"
#include "settings.h"
#include "text.h"

#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QLineEdit>
#include <QRegularExpression>
#include <QSaveFile>
#include <QTabBar>
#include <QTabWidget>

namespace crucible::workbench {

using namespace Qt::StringLiterals;

QString MergePage::freeName(const QString& wanted) const
{
    QString name = wanted;
    for (int i = 2; QFileInfo::exists(outputFor(name)); ++i)
        name = wanted % u'-' % QString::number(i);
    return name;
}

QString MergePage::outputFor(const QString& name) const
{
    const QString folder = services().project->isOpen() ? services().project->folder() % u"/models" : services().settings->projectsFolder();
    return folder % u'/' % (name.trimmed().isEmpty() ? u"merged-model"_s : name.trimmed());
}

void MergePage::setName(const QString& name)
{
    m_outputByName = true;
    m_name->setText(freeName(name));
    m_setup->setOutputFolder(outputFor(m_name->text()));
}

void MergePage::useProject()
{
    if (m_outputByName)
        setName(m_name->text());
    const auto draft = services().project->with([](project::Project& project) { return project.draft("merge"); });
    if (draft && *draft && inputs(m_document.recipe()).empty()) {
        m_document.load(toQString(**draft));
    }
}

QVariantMap MergePage::saveState() const
{
    if (services().project->isOpen())
        services().project->with([this](project::Project& project) { project.setDraft("merge", toStd(m_document.text())); });
    return {{u"yaml"_s, m_document.text()},
            {u"name"_s, m_name->text()},
            {u"folder"_s, m_recipeFolder},
            {u"columns"_s, m_columns->saveState()},
            {u"middle"_s, m_middle->saveState()},
            {u"sides"_s, m_sides->saveState()},
            {u"tab"_s, m_tabs->currentIndex()}};
}

void MergePage::restoreState(const QVariantMap& state)
{
    m_columns->restoreState(state.value(u"columns"_s).toByteArray());
    m_middle->restoreState(state.value(u"middle"_s).toByteArray());
    m_sides->restoreState(state.value(u"sides"_s).toByteArray());
    m_tabs->setCurrentIndex(std::clamp(state.value(u"tab"_s).toInt(), 0, m_tabs->count() - 1));
    const QString yaml = state.value(u"yaml"_s).toString();
    if (!yaml.isEmpty())
        loadRecipe(yaml, state.value(u"name"_s).toString(), state.value(u"folder"_s).toString());
}

void MergePage::activate()
{
    // Disk and memory have moved on, and so may the models have.
    requestPlan();
}

void MergePage::loadRecipe(const QString& yaml, const QString& name, const QString& folder)
{
    m_recipeFolder = folder;
    m_parent.clear();
    if (!name.isEmpty())
        setName(name);
    m_document.load(yaml);
}

void MergePage::receive(const QVariantMap& message)
{
    if (message.contains(u"yaml"_s)) {
        loadRecipe(message.value(u"yaml"_s).toString(), message.value(u"name"_s).toString(), message.value(u"folder"_s).toString());
        m_parent = message.value(u"parent"_s).toString();
    }
    if (message.value(u"new"_s).toBool())
        newMerge();
    if (message.contains(u"model"_s))
        takeDrop({DropKind::ModelFolder, message.value(u"model"_s).toString()});
}

void MergePage::undo()
{
    m_document.undoStack().undo();
}

void MergePage::redo()
{
    m_document.undoStack().redo();
}

bool MergePage::takeDrop(const Drop& drop)
{
    if (drop.kind == DropKind::ModelFolder) {
        recipe::ModelRef ref;
        ref.model = toStd(drop.path);
        m_setup->addModel(ref);
        return true;
    }
    if (drop.kind != DropKind::RecipeFile)
        return false;
    QFile file(drop.path);
    if (!file.open(QIODevice::ReadOnly)) {
        services().frame->showMessage(Frame::Tone::Error, tr("The recipe can not be opened."), file.errorString());
        return true;
    }
    loadRecipe(QString::fromUtf8(file.readAll()), QFileInfo(drop.path).completeBaseName(), QFileInfo(drop.path).absolutePath());
    return true;
}

JobRequest MergePage::request() const
{
    // The worker reads a copy of the recipe in the run's folder, so models are named by their full paths.
    recipe::MergeRecipe absolute = m_document.recipe();
    QString text = m_document.text();
    if (const auto plan = m_preview.plan()) {
        bool moved = false;
        for (const merge::PlannedModel& model : plan->models) {
            if (!model.folder || !model.ref.revision.empty())
                continue;
            recipe::ModelRef full = model.ref;
            full.model = model.folder->path().string();
            if (model.adapter)
                full.lora = model.adapter->path().string();
            moved = moved || !(full == model.ref);
            replaceModel(absolute, model.ref, full);
        }
        if (moved)
            text = toQString(recipe::toYaml(absolute));
    }
    JobRequest request;
    request.kind = u"merge"_s;
    request.name = m_name->text().trimmed();
    request.recipe = text;
    request.recipeFormat = u"mergekit-yaml"_s;
    request.output = QFileInfo(m_setup->outputFolder()).absoluteFilePath();
    request.options = {u"--out-shard-size"_s, QString::number(m_setup->shardSize())};
    for (const QString& folder : services().models->folders())
        request.options << u"--models-dir"_s << folder;
    request.parent = m_parent;
    return request;
}

// One step of undo: what was here is not lost.
void MergePage::newMerge()
{
    m_parent.clear();
    setName(tr("merged-model"));
    if (inputs(m_document.recipe()).empty() && m_document.isReadable())
        return;
    const recipe::MergeRecipe fresh = emptyRecipe("slerp");
    m_document.edit(tr("New merge"), [&](recipe::MergeRecipe& recipe) { recipe = fresh; });
    services().frame->showMessage(Frame::Tone::Info, tr("This is a new merge. Undo brings back the one before."));
}

void MergePage::submit(bool first)
{
    const std::shared_ptr<const merge::Plan> plan = m_preview.plan();
    const bool complete = m_document.isReadable() && !inputs(m_document.recipe()).empty();
    m_whenPlanned = {};
    if (complete && m_preview.isBusy()) { // the plan of what is shown comes in a moment
        m_whenPlanned = [this, first] { submit(first); };
        return;
    }
    if (!complete || !plan || !plan->sound()) {
        showPlanTab();
        services().frame->showMessage(Frame::Tone::Warning, tr("The merge can not start yet."), m_run->toolTip());
        return;
    }
    if (!services().project->isOpen()) {
        if (services().frame->ensureProject()) // the output moves into it
            submit(first);
        return;
    }
    if (services().jobs->submit(request(), first)) {
        m_outcome->dismiss(); // the page is about the new one now
        setName(m_name->text());
        requestPlan();
    }
}

// Where a command finds the recipe: in the project, or in the program's own folder while none is open. Never over another
// recipe, which an earlier command may name.
QString MergePage::recipeFile(const QString& recipe) const
{
    const QString folder = services().project->isOpen() ? services().project->folder() : toQString(applicationDataFolder());
    QString name = m_name->text().trimmed();
    static const QRegularExpression kUnfit(u"[/\\\\:*?\"<>|\\x00-\\x1f]"_s);
    name.replace(kUnfit, u"-"_s);
    for (int i = 1;; ++i) {
        const QString path = folder % u"/recipes/" % (name.isEmpty() ? u"merge"_s : name) %
                             (i == 1 ? QString() : u'-' % QString::number(i)) % u".yaml";
        QFile file(path);
        if (!file.exists() || (file.open(QIODevice::ReadOnly) && file.readAll() == recipe.toUtf8()))
            return path;
    }
}

// The recipe goes into a file with its models named by whole paths, so the command means the same wherever it is pasted.
void MergePage::copyCommand()
{
    m_whenPlanned = {};
    if (!m_document.isReadable() || inputs(m_document.recipe()).empty()) {
        services().frame->showMessage(Frame::Tone::Warning, tr("There is no command yet."), m_run->toolTip());
        return;
    }
    if (m_preview.isBusy()) { // it knows where the models are
        m_whenPlanned = [this] { copyCommand(); };
        return;
    }
    const JobRequest job = request();
    const QString path = recipeFile(job.recipe);
    const auto written = settle([&] {
        std::filesystem::create_directories(toPath(path).parent_path());
        writeFileAtomically(toPath(path), toStd(job.recipe));
        return true;
    });
    if (written.error) {
        services().frame->showMessage(Frame::Tone::Error, tr("The recipe of the command can not be saved."),
                                      describe(*written.error).detail);
        return;
    }
    QGuiApplication::clipboard()->setText(services().jobs->commandLine(job, path));
    services().frame->showMessage(Frame::Tone::Info, tr("The command is in the clipboard."),
                                  tr("It reads the recipe %1.").arg(displayPath(path)));
}

void MergePage::saveRecipe()
{
    const QString path = QFileDialog::getSaveFileName(this, tr("Save recipe"), m_name->text() % u".yaml", tr("Recipes (*.yaml *.yml)"));
    if (path.isEmpty())
        return;
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(m_document.text().toUtf8()) < 0 || !file.commit())
        services().frame->showMessage(Frame::Tone::Error, tr("The recipe can not be saved."), file.errorString());
}

void MergePage::openRecipe()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Open recipe"), m_recipeFolder, tr("Recipes (*.yaml *.yml)"));
    if (!path.isEmpty())
        takeDrop({DropKind::RecipeFile, path});
}

} // namespace crucible::workbench
