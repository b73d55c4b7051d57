// SPDX-License-Identifier: GPL-3.0-or-later
#include "project/run.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <random>
#include <utility>

namespace crucible::project {
namespace {

constexpr std::array<std::pair<RunStatus, std::string_view>, 7> kStatuses = {{
    {RunStatus::Queued, "queued"},
    {RunStatus::Running, "running"},
    {RunStatus::Paused, "paused"},
    {RunStatus::Done, "done"},
    {RunStatus::Failed, "failed"},
    {RunStatus::Cancelled, "cancelled"},
    {RunStatus::Interrupted, "interrupted"},
}};

} // namespace

std::string_view toString(RunStatus status)
{
    for (const auto& [value, text] : kStatuses) {
        if (value == status)
            return text;
    }
    return "interrupted";
}

std::optional<RunStatus> runStatusFrom(std::string_view text)
{
    for (const auto& [value, name] : kStatuses) {
        if (name == text)
            return value;
    }
    return std::nullopt;
}

bool isFinal(RunStatus status)
{
    return status != RunStatus::Queued && status != RunStatus::Running && status != RunStatus::Paused;
}

Time now()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string toString(Time time)
{
    if (!(time > 0))
        return {};
    return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(std::floor(time))));
}

std::string newRunId()
{
    constexpr std::string_view kAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
    static thread_local std::mt19937_64 random{std::random_device{}()};
    std::uniform_int_distribution<std::size_t> pick(0, kAlphabet.size() - 1);
    std::string id = fmt::format("{:%Y%m%d-%H%M%S}-", fmt::gmtime(static_cast<std::time_t>(now())));
    for (int i = 0; i < 4; ++i)
        id += kAlphabet[pick(random)];
    return id;
}

double RunSummary::seconds() const
{
    if (started <= 0)
        return 0;
    return std::max(0.0, (finished > 0 ? finished : now()) - started);
}

} // namespace crucible::project
