// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/units.h"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace crucible {
namespace {

// from_chars takes no leading '+', people write one.
std::string_view withoutPlus(std::string_view text)
{
    if (text.size() > 1 && text[0] == '+' && text[1] != '-')
        text.remove_prefix(1);
    return text;
}

} // namespace

std::string formatNumber(double value)
{
    std::array<char, 32> buffer;
    const auto [end, code] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return code == std::errc() ? std::string(buffer.data(), end) : std::string("nan");
}

std::optional<double> parseNumber(std::string_view text)
{
    text = withoutPlus(text);
    double value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return std::nullopt;
    return value;
}

std::optional<std::int64_t> parseInteger(std::string_view text)
{
    text = withoutPlus(text);
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (code != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

std::string formatBytes(std::uint64_t bytes)
{
    constexpr std::array<std::string_view, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    // 1023.6 KiB would be rounded to "1024 KiB".
    while (value >= (unit == 0 ? 1024 : 1023.5) && unit + 1 < kUnits.size()) {
        value /= 1024;
        ++unit;
    }
    return unit == 0 || value >= 99.95 ? fmt::format("{:.0f} {}", value, kUnits[unit])
                                     : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string formatCount(std::uint64_t count)
{
    constexpr std::array<std::string_view, 5> kUnits = {"", " K", " M", " B", " T"};
    double value = static_cast<double>(count);
    std::size_t unit = 0;
    while (value >= (unit == 0 ? 1000 : 999.5) && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    if (unit == 0)
        return fmt::format("{}", count);
    return value >= 99.95 ? fmt::format("{:.0f}{}", value, kUnits[unit])
                          : value >= 9.995 ? fmt::format("{:.1f}{}", value, kUnits[unit])
                                      : fmt::format("{:.2f}{}", value, kUnits[unit]);
}

std::string formatDuration(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0)
        return "-";
    if (seconds < 0.0995)
        return fmt::format("{:.0f} ms", 1000 * seconds);
    if (seconds < 9.95)
        return fmt::format("{:.1f} s", seconds);
    const auto whole = static_cast<std::int64_t>(std::llround(seconds));
    if (whole < 60)
        return fmt::format("{} s", whole);
    if (whole < 3600)
        return fmt::format("{} min {:02} s", whole / 60, whole % 60);
    return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
}

std::optional<std::uint64_t> parseSize(std::string_view text)
{
    double factor = 1;
    if (!text.empty()) {
        switch (std::tolower(static_cast<unsigned char>(text.back()))) {
        case 'k': factor = 1e3; break;
        case 'm': factor = 1e6; break;
        case 'b':
        case 'g': factor = 1e9; break;
        case 't': factor = 1e12; break;
        default: break;
        }
        if (factor != 1)
            text.remove_suffix(1);
    }
    const std::optional<double> value = parseNumber(text);
    if (!value || *value <= 0 || *value * factor > 9e18)
        return std::nullopt;
    return static_cast<std::uint64_t>(std::llround(*value * factor));
}

} // namespace crucible
