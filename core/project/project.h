// SPDX-License-Identifier: GPL-3.0-or-later
// A project: a folder with `project.crucible` (SQLite) and `runs/<id>/`. The worker writes what happened, the window writes
// what a person edits, both at the same time; every write is one short BEGIN IMMEDIATE transaction.
//
// One object is one connection: give each thread its own, or lock. A database of a newer Crucible, of another program or
// a damaged one is refused and left untouched; one of an older Crucible is copied aside, then brought up to date.
#pragma once

#include "project/conversation.h"
#include "project/filter.h"
#include "project/run.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace crucible::project {

class Database;

class Project {
public:
    static constexpr std::string_view kFileName = "project.crucible";

    // Opens the project in `folder`. Throws Error::notFound without one, Error::corrupt, Error::unsupported, Error::io.
    static Project open(const std::filesystem::path& folder);
    // The same, and makes folder and project when there is none. Never touches a file that is not a project.
    static Project openOrCreate(const std::filesystem::path& folder);
    static bool existsIn(const std::filesystem::path& folder);

    Project(Project&&) noexcept;
    Project& operator=(Project&&) noexcept;
    ~Project();

    const std::filesystem::path& folder() const; // absolute
    std::filesystem::path runFolder(std::string_view runId) const;
    // What a person should know about this project's storage (no WAL on a network folder; a backup that was made).
    const std::vector<std::string>& warnings() const;

    // --- noticing changes
    // Grows with every write by anybody. Cheap: ask as often as you like.
    std::int64_t changeCount() const;
    // Runs of which anything but metrics changed after `changeCount`, newest change last; deleted ones too.
    std::vector<std::string> runsChangedSince(std::int64_t changeCount) const;

    // --- reading runs
    // Newest first. The bin's content only on request.
    std::vector<RunSummary> runs(std::span<const FilterTerm> filter = {}, bool withDeleted = false) const;
    std::optional<Run> run(std::string_view id) const;
    // `id` or the only run whose id or name begins so. Throws Error::notFound, Error::invalid when several do.
    Run findRun(std::string_view id) const;
    std::vector<RunSummary> queue() const; // queued runs in their order
    // The newest runs of a kind that are done, newest first, at most `limit`; deleted ones too.
    std::vector<Run> lastDone(std::string_view kind, int limit) const;

    // --- writing runs
    std::string createRun(const NewRun& run); // returns the id
    void rename(std::string_view id, std::string_view name);
    void setNote(std::string_view id, std::string_view text);
    void addTag(std::string_view id, std::string_view tag);
    void removeTag(std::string_view id, std::string_view tag);
    std::vector<std::string> tags() const; // all that are in use
    // Into the bin and out of it. A run at work can not be deleted: Error::invalid.
    void setDeleted(std::string_view id, bool deleted);
    // Removes deleted runs for good, with their folders in runs/ but not their artifacts, and deleted conversations. Returns
    // how many runs.
    int emptyBin();
    // Only a queued run has a place in the queue; smaller is sooner.
    void setQueuePosition(std::string_view id, double position);

    // --- what a worker tells. Each moves the run's status along; all throw Error::notFound for an unknown run.
    // queued -> running, in one step, so that two workers never take the same run: Error::invalid when it is not queued
    // (or was not just created as running by this worker).
    void markStarted(std::string_view id, std::int64_t pid, std::string_view processToken, std::string_view host,
                     std::string_view engineVersion);
    void setPlan(std::string_view id, std::string_view planJson);
    void setRecipe(std::string_view id, std::string_view recipe, std::string_view format);
    void setOutput(std::string_view id, const std::filesystem::path& output);
    // `memoryLeft`: share of the machine's memory that is available, 0 to 1; tells later why a worker was killed.
    void heartbeat(std::string_view id, double progress, std::string_view stage, bool paused, double memoryLeft);
    void markFinished(std::string_view id, RunStatus status, const RunError& error, std::string_view resultJson);
    void addMetrics(std::string_view id, std::span<const MetricSample> samples);
    void addInput(std::string_view id, const RunInput& input);
    void addArtifact(const Artifact& artifact);
    // A run that ended without success waits again, and goes on where it stopped. Error::invalid for any other.
    void requeue(std::string_view id);
    // queued -> cancelled for a run that no worker has taken; false when it is not queued.
    bool cancelQueued(std::string_view id);

    // Runs that claim to be at work but whose process is gone become Interrupted; their ids. `ends` says how processes
    // ended, by run id, where that was seen. Runs of other hosts count as gone when their heartbeat is a minute old.
    std::vector<std::string> reconcile(const std::map<std::string, ProcessEnd>& ends = {});

    // --- reading what a run has
    std::vector<MetricSeries> metricSeries(std::string_view id) const;
    // Points after the first `skip` ones, in the order of arrival: a live chart asks with the number it has.
    std::vector<MetricPoint> metrics(std::string_view id, std::string_view name, std::int64_t skip = 0,
                                     std::int64_t limit = -1) const;
    // At most `buckets` columns between fromX and toX.
    std::vector<MetricBucket> metricBuckets(std::string_view id, std::string_view name, double fromX, double toX,
                                            int buckets) const;
    std::vector<Artifact> artifacts(std::string_view id) const;
    std::vector<Artifact> allArtifacts() const;
    std::vector<RunInput> inputs(std::string_view id) const;
    // Ancestors and descendants of a run, or of a model by path or fingerprint. A model is recognised by its fingerprint
    // where both sides have one, else by its path.
    LineageGraph lineageOfRun(std::string_view id) const;
    LineageGraph lineageOfModel(const std::filesystem::path& path, std::string_view fingerprint = {}) const;

    // --- talks with models
    // Those that hold all of `words` as one text in their title, models or messages; the last changed first.
    std::vector<ConversationSummary> conversations(std::string_view words = {}) const;
    std::optional<Conversation> conversation(std::string_view id) const;
    std::string createConversation(std::string_view title, std::string_view mode); // returns the id
    // These throw Error::notFound for an unknown conversation or message.
    void renameConversation(std::string_view id, std::string_view title);
    void setConversationDeleted(std::string_view id, bool deleted); // into the bin and out of it
    void setConversationColumns(std::string_view id, std::string_view models, std::span<const ConversationColumn> columns);
    // `message.key` is given, not read. Throws Error::invalid when its parent is of another conversation.
    std::int64_t addMessage(std::string_view conversation, const ConversationMessage& message);
    void updateMessage(std::int64_t key, std::string_view text, std::string_view how, std::string_view tokens);
    void removeMessage(std::int64_t key); // with all that follow it

    // --- what a run's model did when it was tried: JSON text
    std::optional<std::string> smokeTest(std::string_view runId) const;
    void setSmokeTest(std::string_view runId, std::string_view resultJson);

    // --- small things of the window
    std::optional<std::string> setting(std::string_view key) const;
    void setSetting(std::string_view key, std::string_view value);
    std::optional<std::string> draft(std::string_view key) const; // unsaved forms, by page
    void setDraft(std::string_view key, std::string_view text);   // an empty text removes it

private:
    explicit Project(std::filesystem::path folder, bool create);
    // Ends a write: counts it, marks the run as changed (none when empty) and commits.
    void finishWrite(class Transaction& transaction, std::string_view runId) const;
    std::int64_t runKey(std::string_view id) const; // throws Error::notFound
    // Paths inside the project are stored relative to it.
    std::string storedPath(const std::filesystem::path& path) const;
    std::filesystem::path actualPath(const std::string& stored) const;

    std::filesystem::path m_folder;
    std::unique_ptr<Database> m_database;
    std::vector<std::string> m_warnings;
};

} // namespace crucible::project
