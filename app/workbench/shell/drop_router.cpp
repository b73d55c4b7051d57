// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/drop_router.h"

#include "project/project.h"
#include "text.h"

#include <QFileInfo>
#include <QMimeData>
#include <QUrl>

namespace crucible::workbench {

Drop classifyDrop(const QString& path)
{
    const QFileInfo info(path);
    if (info.isDir())
        return {project::Project::existsIn(toPath(path)) ? DropKind::ProjectFolder : DropKind::ModelFolder, path};
    if (!info.exists())
        return {DropKind::Other, path};
    if (info.fileName() == toQString(project::Project::kFileName))
        return {DropKind::ProjectFolder, info.absolutePath()};
    const QString suffix = info.suffix().toLower();
    if (suffix == QLatin1String("yaml") || suffix == QLatin1String("yml"))
        return {DropKind::RecipeFile, path};
    if (suffix == QLatin1String("gguf"))
        return {DropKind::ModelFile, path};
    // A weights file stands for the folder it lies in.
    if (suffix == QLatin1String("safetensors") || info.fileName() == QLatin1String("config.json"))
        return {DropKind::ModelFolder, info.absolutePath()};
    return {DropKind::Other, path};
}

QStringList droppedPaths(const QMimeData* data)
{
    QStringList paths;
    for (const QUrl& url : data->urls())
        if (url.isLocalFile())
            paths << url.toLocalFile();
    return paths;
}

} // namespace crucible::workbench
