// SPDX-License-Identifier: GPL-3.0-or-later
// What pages share. Owned by the main window; outlives every page.
#pragma once

#include <QObject>
#include <QString>
#include <QVariantMap>

namespace crucible::workbench {

class JobService;
class ModelLibrary;
class ProjectService;
class Settings;
class SmokeTester;

// How a page asks the frame for something without knowing it.
class Frame : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;
    enum class Tone { Info, Success, Warning, Error };

    // Brings a page to the front and hands it a message it understands, for example
    //   "merge", {{"yaml", text}, {"name", name}}; "merge", {{"new", true}}; "models", {{"path", folder}}; "runs", {{"run", id}};
    //   "playground", {{"model", path}} or {{"models", paths}}.
    virtual void openPage(const QString& id, const QVariantMap& message = {}) = 0;
    // A message above the page, with an optional button; replaced by the next one.
    virtual void showMessage(Tone tone, const QString& text, const QString& detail = {}) = 0;
    virtual void newProject() = 0;
    // A project for what is about to be recorded: the open one, else the person's first, which is made when there is none
    // and named in a message. False when it could not be, which is then told.
    virtual bool ensureProject() = 0;
    virtual void openProject() = 0;
    virtual void openProjectAt(const QString& folder) = 0;
    virtual void openSampleProject() = 0;
    virtual void addModelFolder() = 0;
};

struct Services {
    Settings* settings = nullptr;
    ProjectService* project = nullptr;
    JobService* jobs = nullptr;
    ModelLibrary* models = nullptr;
    SmokeTester* smoke = nullptr;
    Frame* frame = nullptr;
};

} // namespace crucible::workbench
