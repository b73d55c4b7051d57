// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/output_claim.h"

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/platform.h"

#include <fmt/format.h>

#include <atomic>

namespace crucible {
namespace {

namespace fs = std::filesystem;

constexpr char kOwnerFile[] = "owner.json";

// False when it is certain that nobody holds the claim any more.
bool isHeld(const fs::path& claim)
{
    try {
        const Json owner = readJson(claim / kOwnerFile);
        if (owner.value("host", "") != platform::hostName())
            return true; // that cannot be told from here
        const std::string token = owner.value("token", "");
        return !token.empty() && platform::processToken(owner.value("pid", std::int64_t(0))) == token;
    } catch (const std::exception&) {
        return false;
    }
}

} // namespace

OutputClaim::OutputClaim(const fs::path& output)
{
    static std::atomic<unsigned> counter{0};
    const fs::path folder = output.has_filename() ? output : output.parent_path();
    m_path = folder;
    m_path += ".partial.lock";
    std::error_code code;
    for (fs::path parent = folder.parent_path(); !parent.empty() && !fs::exists(parent, code);
         parent = parent.parent_path())
        m_createdParents = parent;
    fs::path mine = m_path;
    mine += fmt::format(".{}.{}", platform::processId(), ++counter);
    try {
        fs::create_directories(mine, code);
        if (code)
            throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot create the output's folder"), folder, code.value());
        const std::int64_t pid = platform::processId();
        const Json owner = {{"pid", pid}, {"token", platform::processToken(pid)}, {"host", platform::hostName()}};
        writeFileAtomically(mine / kOwnerFile, toJsonText(owner) + "\n");
        if (!take(mine))
            throw Error::invalid(
                CRUCIBLE_TR_NOOP("Problem", "another run is writing this output"), folder.string(),
                {CRUCIBLE_TR_NOOP("Problem", "wait until it has ended or choose another name; where no "
                                             "run is at work, remove %1"),
                 m_path.string()});
    } catch (...) {
        fs::remove_all(mine, code);
        removeCreated();
        throw;
    }
}

OutputClaim::~OutputClaim()
{
    std::error_code code;
    fs::remove_all(m_path, code);
    removeCreated();
}

// A folder that is not empty is never replaced by renaming, so of several runs one gets the name.
bool OutputClaim::take(const fs::path& mine) const
{
    constexpr int kTries = 3;
    std::error_code code;
    for (int i = 0; i < kTries; ++i) {
        fs::rename(mine, m_path, code);
        if (!code)
            return true;
        if (isHeld(m_path))
            return false;
        fs::path left = mine;
        left += ".left";
        fs::rename(m_path, left, code);
        if (!code && isHeld(left)) { // somebody was quicker
            fs::rename(left, m_path, code);
            return false;
        }
        fs::remove_all(left, code);
    }
    return false;
}

void OutputClaim::removeCreated() const noexcept
{
    std::error_code code;
    for (fs::path folder = m_path.parent_path(); !m_createdParents.empty(); folder = folder.parent_path()) {
        if (!fs::remove(folder, code) || folder == m_createdParents)
            break;
    }
}

} // namespace crucible
