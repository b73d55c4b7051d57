// SPDX-License-Identifier: GPL-3.0-or-later
#include "jobs/model_library.h"

#include "base/error.h"
#include "formats/model_folder.h"
#include "settings.h"
#include "text.h"

#include <QDir>
#include <QFileInfo>
#include <QPromise>
#include <QRegularExpression>
#include <QtConcurrentRun>

#include <algorithm>
#include <set>

namespace crucible::workbench {
namespace {

constexpr int kMaxDepth = 5;         // a Hugging Face cache has its snapshots three folders down
constexpr int kMaxFolders = 20'000;  // a whole disk named by mistake must not be walked to its end
constexpr int kRescanDelayMs = 50;

// "models--org--name" of the Hugging Face cache reads "org/name".
QString displayName(const QString& folder)
{
    const QStringList parts = folder.split(u'/');
    for (const QString& part : parts)
        if (part.startsWith(QLatin1String("models--")))
            return part.mid(8).replace(QLatin1String("--"), QLatin1String("/"));
    return QFileInfo(folder).fileName();
}

// Of a model in several files the first stands for all: "name-00001-of-00003.gguf".
bool isWholeOrFirst(const QString& file)
{
    static const QRegularExpression part(QStringLiteral("-(\\d{5})-of-\\d{5}\\.gguf$"));
    const QRegularExpressionMatch match = part.match(file);
    return !match.hasMatch() || match.captured(1).toInt() == 1;
}

ModelEntry readEntry(const QString& folder)
{
    ModelEntry entry;
    entry.path = folder;
    entry.name = displayName(folder);
    entry.isGguf = folder.endsWith(QLatin1String(".gguf"));
    if (entry.isGguf)
        entry.name = QFileInfo(folder).completeBaseName();
    const std::filesystem::path path = toPath(folder);
    try {
        if (formats::isAdapterFolder(path)) {
            entry.isAdapter = true;
            entry.family = QStringLiteral("LoRA");
            const auto checkpoint = formats::openCheckpoint(
                QFileInfo::exists(folder + QStringLiteral("/adapter_model.safetensors"))
                    ? path / "adapter_model.safetensors"
                    : path / "adapter_model.bin");
            entry.parameters = checkpoint->totalElements();
            entry.bytes = checkpoint->totalBytes();
            if (!checkpoint->tensors().empty())
                entry.dtype = toQString(torchName(checkpoint->tensors().front().info.dtype));
            return entry;
        }
        const auto model = formats::ModelFolder::open(path);
        entry.parameters = model->parameters();
        entry.bytes = model->checkpoint().totalBytes();
        entry.dtype = toQString(torchName(model->mainDType()));
        const formats::Layout& layout = model->layout();
        for (const formats::Layout::Module& module : layout.modules)
            entry.layers += module.layers;
        const std::string type = model->config().modelType();
        entry.family = toQString(type.empty() ? layout.family : type);
    } catch (const std::exception& error) {
        entry.problem = toQString(error.what());
    }
    return entry;
}

// Depth first; a folder that is a model is not looked into.
void scan(QPromise<ModelEntry>& promise, const QStringList& roots)
{
    struct Visit {
        QString folder;
        int depth;
    };
    std::vector<Visit> stack;
    for (auto root = roots.rbegin(); root != roots.rend(); ++root)
        stack.push_back({QDir::cleanPath(*root), 0});
    std::set<QString> visited; // canonical: links must not lead in circles
    while (!stack.empty() && !promise.isCanceled() && visited.size() < kMaxFolders) {
        const Visit visit = stack.back();
        stack.pop_back();
        const QString canonical = QFileInfo(visit.folder).canonicalFilePath();
        if (canonical.isEmpty() || !visited.insert(canonical).second)
            continue;
        for (const QString& file : QDir(visit.folder).entryList({QStringLiteral("*.gguf")}, QDir::Files, QDir::Name))
            if (isWholeOrFirst(file) && !promise.isCanceled())
                promise.addResult(readEntry(visit.folder + u'/' + file));
        if (looksLikeModel(visit.folder)) {
            promise.addResult(readEntry(visit.folder));
            continue;
        }
        if (visit.depth == kMaxDepth)
            continue;
        QStringList names = QDir(visit.folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
        for (auto name = names.rbegin(); name != names.rend(); ++name)
            if (!name->startsWith(u'.') && !name->endsWith(QLatin1String(".partial")))
                stack.push_back({visit.folder + u'/' + *name, visit.depth + 1});
    }
}

} // namespace

bool looksLikeModel(const QString& folder)
{
    const QDir dir(folder);
    if (dir.exists(QStringLiteral("adapter_config.json")))
        return true;
    if (!dir.exists(QStringLiteral("config.json")))
        return false;
    return !dir.entryList({QStringLiteral("*.safetensors"), QStringLiteral("*.safetensors.index.json"),
                           QStringLiteral("pytorch_model*.bin"), QStringLiteral("pytorch_model.bin.index.json")},
                          QDir::Files)
                .isEmpty();
}

ModelLibrary::ModelLibrary(Settings& settings, QObject* parent) : QObject(parent), m_settings(settings)
{
    m_rescan.setSingleShot(true);
    m_rescan.setInterval(kRescanDelayMs);
    connect(&m_rescan, &QTimer::timeout, this, &ModelLibrary::rescan);
    connect(&settings, &Settings::modelFoldersChanged, &m_rescan, qOverload<>(&QTimer::start));
}

ModelLibrary::~ModelLibrary()
{
    if (m_watcher)
        m_watcher->cancel();
}

std::optional<ModelEntry> ModelLibrary::find(const QString& path) const
{
    const auto found = std::ranges::find(m_models, path, &ModelEntry::path);
    return found == m_models.end() ? std::nullopt : std::optional(*found);
}

void ModelLibrary::setProjectFolders(const QStringList& folders)
{
    if (m_projectFolders == folders)
        return;
    m_projectFolders = folders;
    m_rescan.start();
}

QStringList ModelLibrary::folders() const
{
    QStringList all = m_settings.modelFolders() + m_projectFolders;
    all.removeDuplicates();
    return all;
}

void ModelLibrary::addFolder(const QString& folder)
{
    QStringList folders = m_settings.modelFolders();
    if (folders.contains(QDir::cleanPath(folder)))
        return rescan();
    m_settings.setModelFolders(folders << folder);
}

void ModelLibrary::rescan()
{
    m_rescan.stop();
    if (m_watcher) {
        m_watcher->disconnect(this);
        m_watcher->cancel();
        m_watcher->deleteLater();
    }
    m_seen.clear();
    m_watcher = new QFutureWatcher<ModelEntry>(this);
    connect(m_watcher, &QFutureWatcherBase::resultsReadyAt, this, &ModelLibrary::takeResults);
    connect(m_watcher, &QFutureWatcherBase::finished, this, &ModelLibrary::finishScan);
    m_scanning = true;
    Q_EMIT scanningChanged();
    m_watcher->setFuture(QtConcurrent::run(&scan, folders()));
}

void ModelLibrary::takeResults(int begin, int end)
{
    for (int i = begin; i < end; ++i) {
        const ModelEntry entry = m_watcher->resultAt(i);
        m_seen.append(entry.path);
        const auto known = std::ranges::find(m_models, entry.path, &ModelEntry::path);
        if (known == m_models.end())
            m_models.append(entry);
        else if (*known == entry)
            continue;
        else
            *known = entry;
        Q_EMIT modelAdded(entry);
    }
}

void ModelLibrary::finishScan()
{
    m_watcher->deleteLater();
    m_watcher = nullptr;
    m_models.removeIf([this](const ModelEntry& entry) { return !m_seen.contains(entry.path); });
    m_scanning = false;
    Q_EMIT modelsChanged();
    Q_EMIT scanningChanged();
}

} // namespace crucible::workbench
