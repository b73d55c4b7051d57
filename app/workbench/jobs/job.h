// SPDX-License-Identifier: GPL-3.0-or-later
// A job as the window shows it: what a worker told last, and in which way it ended.
#pragma once

#include "project/run.h"
#include "widgets/chip.h"

#include <QString>
#include <QStringList>

namespace crucible::workbench {

// What is asked for. Paths in the recipe must be absolute or models' names: the worker reads a copy in the run's folder.
struct JobRequest {
    QString kind;         // the worker's command: "merge"
    QString name;
    QString recipe;       // text
    QString recipeFormat; // "mergekit-yaml"
    QString output;       // absolute folder
    QStringList options;  // further flags of the command
    QString parent;       // the run it was duplicated from; may be empty
};

enum class JobState {
    Queued,
    Starting,
    Running,
    Paused,
    Stopping,    // asked to cancel, not there yet
    Done,
    Failed,      // an error, told by the worker; an error of Crucible itself too
    Cancelled,
    OutOfMemory, // the system ended it for memory
    Interrupted, // its process is gone without a word
};

struct Job {
    QString id;
    QString name;
    QString kind;
    QString output;
    JobState state = JobState::Queued;
    QString stage;
    QString item;
    QString unit;
    quint64 done = 0;
    quint64 total = 0;
    double share = 0;          // of the work that is done
    double bytesPerSecond = 0; // read and written; 0 while unknown
    double seconds = 0;        // of work so far
    double eta = -1;           // seconds; -1 while unknown
    QString problem;           // what went wrong, where and what to do; one part per line
};

bool isActive(JobState state); // starting, running, paused or stopping
bool hasEnded(JobState state);

// One or two words: "running", "killed: out of memory".
QString stateText(JobState state);
widgets::StateLabel::State labelState(JobState state);
JobState jobStateOf(const project::RunSummary& run);
// What a person calls a kind of work: "merge", "LoRA extraction".
QString kindText(const QString& kind);
// What a person calls a stage of the work; a stage that is not known stays as the worker calls it.
QString stageText(const QString& stage);
// The part that a model or a file has in a run: "base", "model", "adapter".
QString roleText(const QString& role);
// "168 of 291 tensors · 2.9 GB/s · 11 s left", as far as known.
QString progressText(const Job& job);

} // namespace crucible::workbench
