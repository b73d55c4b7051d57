// SPDX-License-Identifier: GPL-3.0-or-later
#include "job/experience.h"

#include "base/json.h"
#include "base/platform.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace crucible::job {

namespace {

constexpr int kRuns = 12;
constexpr double kMinSeconds = 0.2;
constexpr double kLargestFactor = 100;
constexpr double kLeastSpread = 0.15;

// Seconds taken by seconds estimated.
std::optional<double> ratioOf(const project::Run& run)
{
    const Json plan = Json::parse(run.plan, nullptr, false);
    const Json result = Json::parse(run.result, nullptr, false);
    if (!plan.is_object() || !result.is_object() || run.host != platform::hostName())
        return std::nullopt;
    const Json costs = plan.value("costs", Json::object());
    const auto number = [](const Json& object, const char* key) {
        const auto found = object.find(key);
        return found != object.end() && found->is_number() ? found->get<double>() : 0.0;
    };
    const double expected = number(costs, "seconds_alone");
    const double taken = number(result, "seconds");
    if (expected < kMinSeconds || taken <= 0 || number(result, "resumed_shards") > 0)
        return std::nullopt;
    return std::clamp(taken / expected, 1 / kLargestFactor, kLargestFactor);
}

} // namespace

merge::Experience mergeExperience(const project::Project& project)
{
    std::vector<double> ratios;
    for (const project::Run& run : project.lastDone("merge", kRuns)) {
        if (const std::optional<double> ratio = ratioOf(run))
            ratios.push_back(*ratio);
    }
    merge::Experience experience;
    if (ratios.empty())
        return experience;
    std::sort(ratios.begin(), ratios.end());
    const auto at = [&](double share) {
        return ratios[static_cast<std::size_t>(std::lround(share * static_cast<double>(ratios.size() - 1)))];
    };
    experience.runs = static_cast<int>(ratios.size());
    experience.factor = at(0.5);
    const double width = (at(0.8) - at(0.2)) / (2 * experience.factor);
    // Few runs say little about how much they differ.
    experience.spread = std::max({kLeastSpread, width, experience.spread / experience.runs});
    return experience;
}

} // namespace crucible::job
