// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/work_folder.h"

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/platform.h"

#include <fmt/format.h>

namespace crucible {

namespace fs = std::filesystem;

namespace {

constexpr char kResumeFile[] = "crucible-resume.json";

// The topmost folder of `path` that is not there.
fs::path firstMissing(fs::path path)
{
    std::error_code code;
    while (path.has_parent_path() && path.parent_path() != path && !fs::exists(path.parent_path(), code))
        path = path.parent_path();
    return path;
}

} // namespace

WorkFolder::WorkFolder(const fs::path& output, std::string key, bool reuse) : m_key(std::move(key)), m_final(output)
{
    if (!m_final.has_filename())
        m_final = m_final.parent_path();
    m_path = m_final;
    m_path += ".partial";
    std::error_code code;
    if (fs::exists(m_path, code) && !(reuse && sameKey()))
        fs::remove_all(m_path, code);
    const fs::path parent = m_path.parent_path();
    if (!parent.empty() && !fs::exists(parent, code))
        m_createdParents = firstMissing(parent);
    fs::create_directories(m_path, code);
    if (code) {
        const int reason = code.value();
        discard();
        throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot create the output's folder"), m_path, reason);
    }
    try {
        if (!m_key.empty())
            writeFileAtomically(m_path / kResumeFile, toJsonText(Json{{"key", m_key}}));
    } catch (...) {
        discard();
        throw;
    }
}

WorkFolder::~WorkFolder()
{
    if (!m_settled)
        discard();
}

bool WorkFolder::has(const std::string& fileName) const
{
    std::error_code code;
    return fs::exists(m_path / fileName, code);
}

void WorkFolder::keep(const std::vector<std::string>& files)
{
    std::error_code code;
    bool any = false;
    for (const fs::directory_entry& entry : fs::directory_iterator(m_path, code)) {
        if (entry.path().extension() == ".tmp")
            fs::remove(entry.path(), code);
    }
    for (const std::string& file : files)
        any = any || has(file);
    if (any)
        m_settled = true;
    else
        discard();
}

void WorkFolder::discard() noexcept
{
    m_settled = true;
    std::error_code code;
    fs::remove_all(m_path, code);
    for (fs::path folder = m_path.parent_path(); !m_createdParents.empty(); folder = folder.parent_path()) {
        if (!fs::remove(folder, code) || folder == m_createdParents)
            break;
    }
}

void WorkFolder::publish()
{
    std::error_code code;
    syncFolder(m_path);
    fs::path aside;
    if (fs::exists(m_final, code)) {
        aside = m_final;
        aside += fmt::format(".old.{}", platform::processId());
        renamePath(m_final, aside);
    }
    try {
        renamePath(m_path, m_final);
    } catch (...) {
        if (!aside.empty())
            fs::rename(aside, m_final, code);
        throw;
    }
    m_settled = true;
    // Not before: whoever is killed in between would have to start anew with everything done.
    fs::remove(m_final / kResumeFile, code);
    syncFolder(m_final.has_parent_path() ? m_final.parent_path() : fs::path("."));
    if (!aside.empty())
        fs::remove_all(aside, code);
}

bool WorkFolder::sameKey() const
{
    if (m_key.empty())
        return false;
    try {
        return readJson(m_path / kResumeFile).value("key", "") == m_key;
    } catch (const std::exception&) {
        return false;
    }
}

} // namespace crucible
