// SPDX-License-Identifier: GPL-3.0-or-later
// What every command shares: the common flags, the request to stop, and the ways to say something. Results go to
// stdout, everything else to stderr, so that a pipe gets results only.
#pragma once

#include "base/cancel.h"
#include "base/error.h"
#include "base/json.h"
#include "formats/model_folder.h"

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::cli {

class Options;

class Context {
public:
    // --- the common flags
    bool json = false;                               // --json: the result as one JSON value on stdout
    bool events = false;                             // --events: JSON lines on stdout while working
    bool dryRun = false;                             // --dry-run: say what would happen, write nothing
    bool quiet = false;                              // --quiet: no progress, no notes
    int verbosity = 0;                               // -v, repeatable
    int threads = 0;                                 // --threads N; 0: one per processor
    std::filesystem::path project;                   // --project DIR; empty: nothing is recorded
    std::vector<std::filesystem::path> modelFolders; // --models-dir DIR, repeatable

    CancelToken cancel;                   // requested by Ctrl+C and SIGTERM
    std::vector<std::string> commandLine; // as given, the program's name first

    void addCommonOptions(Options& options);

    // Where models are looked for: --models-dir, then the environment's caches. `relativeTo` is the folder that a
    // recipe's relative paths start from.
    formats::ModelSearch modelSearch(const std::filesystem::path& relativeTo = {}) const;

    // The command line as one text that a POSIX shell reads back.
    std::string shellCommandLine() const;

    // --- results, on stdout
    // Something for a person; nothing when the result is JSON.
    void print(std::string_view line) const;
    // Prints the result when --json was given, and says whether it did. With --events the result is in the last event.
    bool printJson(const Json& result) const;
    // The answer to --dry-run for a machine, as JSON or as events, which end as those of a job would; says whether it
    // was printed. Errors among `problems` are left to Problems::throwIfErrors().
    bool printPlan(const Json& plan, const Problems& problems) const;

    // --- remarks, on stderr; each text once
    void note(std::string_view text); // "note: ..."; not with --quiet
    void warn(std::string_view text); // "warning: ..."
    // "error: ..." for work that went on: the program ends with the exit status of a failed job.
    void fail(std::string_view text);
    bool hasFailed() const { return m_failed; }
    // The warnings and notes among `problems`; errors are left to Problems::throwIfErrors().
    void report(const Problems& problems);

private:
    std::set<std::string, std::less<>> m_said;
    bool m_failed = false;
};

} // namespace crucible::cli
