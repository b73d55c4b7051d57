// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "formats/model_folder.h"

#include <algorithm>
#include <cstdlib>
#include <set>

#include <fmt/format.h>

namespace crucible::formats {

namespace {

namespace fs = std::filesystem;

std::optional<std::string> environment(const char* name)
{
    const char* value = std::getenv(name);
    if (!value || !*value)
        return std::nullopt;
    return std::string(value);
}

bool isFolder(const fs::path& path)
{
    std::error_code error;
    return fs::is_directory(path, error);
}

std::vector<fs::path> entriesOf(const fs::path& folder)
{
    std::vector<fs::path> entries;
    std::error_code error;
    for (fs::directory_iterator it(folder, fs::directory_options::skip_permission_denied, error), end;
         !error && it != end; it.increment(error))
        entries.push_back(it->path());
    std::ranges::sort(entries);
    return entries;
}

// "models--org--name" for "org/name".
std::string cacheName(const std::string& name)
{
    std::string result = "models--";
    for (const char c : name)
        result += c == '/' ? std::string("--") : std::string(1, c);
    return result;
}

std::string nameFromCache(const std::string& folder)
{
    std::string name = folder.substr(std::string_view("models--").size());
    for (std::size_t at = name.find("--"); at != std::string::npos; at = name.find("--", at + 1))
        name.replace(at, 2, "/");
    return name;
}

bool isSafeRelative(const std::string& name)
{
    const fs::path path(name);
    return !name.empty() && !path.has_root_path() &&
           std::ranges::none_of(path, [](const fs::path& part) { return part == ".."; });
}

std::vector<std::string> revisionsOf(const fs::path& cached)
{
    std::vector<std::string> revisions;
    std::error_code error;
    const fs::path refs = cached / "refs";
    for (fs::recursive_directory_iterator it(refs, error), end; !error && it != end; it.increment(error))
        if (it->is_regular_file(error))
            revisions.push_back(fs::relative(it->path(), refs, error).generic_string());
    for (const fs::path& snapshot : entriesOf(cached / "snapshots"))
        revisions.push_back(snapshot.filename().string());
    std::ranges::sort(revisions);
    return revisions;
}

// The snapshot of a branch, a tag, or the beginning of a commit. Without a revision: "main", else the only snapshot.
std::optional<fs::path> snapshotOf(const fs::path& cached, const std::string& revision)
{
    constexpr std::size_t kMinCommitPrefix = 4;
    constexpr std::size_t kMaxRefBytes = 4096;
    const fs::path snapshots = cached / "snapshots";
    const std::string wanted = revision.empty() ? "main" : revision;
    std::error_code error;
    if (isSafeRelative(wanted) && fs::is_regular_file(cached / "refs" / wanted, error)) {
        std::string commit = readFile(cached / "refs" / wanted, kMaxRefBytes);
        while (!commit.empty() && static_cast<unsigned char>(commit.back()) <= ' ')
            commit.pop_back();
        if (isSafeRelative(commit) && isFolder(snapshots / commit))
            return snapshots / commit;
    }
    const std::vector<fs::path> all = entriesOf(snapshots);
    if (revision.empty())
        return all.size() == 1 ? std::optional(all.front()) : std::nullopt;
    std::vector<fs::path> matches;
    if (revision.size() >= kMinCommitPrefix)
        std::ranges::copy_if(all, std::back_inserter(matches), [&](const fs::path& snapshot) {
            return snapshot.filename().string().starts_with(revision);
        });
    return matches.size() == 1 ? std::optional(matches.front()) : std::nullopt;
}

// Names under which models can be asked for: in the models folders as "name" and "org/name", in the caches as
// "org/name".
std::vector<std::string> knownNames(const ModelSearch& search)
{
    std::set<std::string> names;
    std::error_code error;
    for (const fs::path& root : search.modelFolders)
        for (const fs::path& folder : entriesOf(root)) {
            if (!isFolder(folder))
                continue;
            if (fs::exists(folder / "config.json", error)) {
                names.insert(folder.filename().string());
                continue;
            }
            for (const fs::path& inner : entriesOf(folder))
                if (fs::exists(inner / "config.json", error))
                    names.insert(fmt::format("{}/{}", folder.filename().string(), inner.filename().string()));
        }
    for (const fs::path& cache : search.caches)
        for (const fs::path& folder : entriesOf(cache))
            if (folder.filename().string().starts_with("models--"))
                names.insert(nameFromCache(folder.filename().string()));
    return {names.begin(), names.end()};
}

std::string lastPart(const std::string& name)
{
    return name.substr(name.rfind('/') + 1);
}

Sentence hintFor(const std::string& name, const ModelSearch& search)
{
    const std::vector<std::string> names = knownNames(search);
    if (const auto near = didYouMean(name, names))
        return {CRUCIBLE_TR_NOOP("Problem", "did you mean %1?"), *near};
    for (const std::string& known : names)
        if (lastPart(known) == lastPart(name))
            return {CRUCIBLE_TR_NOOP("Problem", "did you mean %1?"), known};
    std::vector<std::string> parts;
    for (const std::string& known : names)
        parts.push_back(lastPart(known));
    if (const auto near = didYouMean(lastPart(name), parts))
        for (const std::string& known : names)
            if (lastPart(known) == *near)
                return {CRUCIBLE_TR_NOOP("Problem", "did you mean %1?"), known};
    return CRUCIBLE_TR_NOOP("Problem",
                            "give the path of a folder with config.json, or name a folder of models with --models-dir");
}

} // namespace

ModelSearch ModelSearch::fromEnvironment()
{
    ModelSearch search;
    if (const auto cache = environment("HF_HUB_CACHE")) {
        search.caches.emplace_back(*cache);
    } else if (const auto home = environment("HF_HOME")) {
        search.caches.push_back(fs::path(*home) / "hub");
    } else {
        auto user = environment("HOME");
        if (!user)
            user = environment("USERPROFILE");
        if (const auto cacheHome = environment("XDG_CACHE_HOME"))
            search.caches.push_back(fs::path(*cacheHome) / "huggingface" / "hub");
        else if (user)
            search.caches.push_back(fs::path(*user) / ".cache" / "huggingface" / "hub");
    }
    return search;
}

fs::path locateModel(const std::string& name, const std::string& revision, const ModelSearch& search)
{
    if (name.empty())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the name of a model is empty"));
    std::vector<std::string> tried;
    std::error_code error;

    const fs::path asPath = search.relativeTo.empty() ? fs::path(name) : search.relativeTo / name;
    if (fs::exists(asPath, error))
        return asPath;
    tried.push_back(asPath.string());
    if (!search.beside.empty() && !fs::path(name).is_absolute()) {
        if (fs::exists(search.beside / name, error))
            return search.beside / name;
        tried.push_back((search.beside / name).string());
    }

    if (isSafeRelative(name)) {
        for (const fs::path& root : search.modelFolders) {
            for (const fs::path& folder : {root / name, root / lastPart(name)})
                if (isFolder(folder))
                    return folder;
            tried.push_back(root.string());
        }
        for (const fs::path& cache : search.caches) {
            const fs::path cached = cache / cacheName(name);
            if (isFolder(cached)) {
                if (const auto snapshot = snapshotOf(cached, revision))
                    return *snapshot;
                const std::vector<std::string> revisions = revisionsOf(cached);
                const Sentence absent =
                    revision.empty()
                        ? Sentence(
                              CRUCIBLE_TR_NOOP("Problem", "the model %1 is in the cache, but not its main revision"),
                              name)
                        : Sentence(CRUCIBLE_TR_NOOP("Problem", "the model %1 is in the cache, but not revision %2"),
                                   name, revision);
                throw Error::notFound(
                    absent, cached.string(),
                    revisions.empty() ? Sentence(CRUCIBLE_TR_NOOP("Problem", "nothing of it was downloaded completely"))
                                      : Sentence(CRUCIBLE_TR_NOOP("Problem", "there are %1"), joinWords(revisions)));
            }
            tried.push_back(cache.string());
        }
    }
    throw Error::notFound({CRUCIBLE_TR_NOOP("Problem", "there is no model %1 (looked in %2)"), name,
                           fmt::format("{}", fmt::join(tried, ", "))},
                          {}, hintFor(name, search));
}

} // namespace crucible::formats
