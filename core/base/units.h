// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers as machine text, and short forms for logs and the terminal. The window formats its own (widgets/number_format.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace crucible {

// The shortest text that reads back as the same double; always with '.', whatever the locale.
std::string formatNumber(double value);
// Whole text must be a number. nullopt otherwise, also for "nan" and hexadecimal.
std::optional<double> parseNumber(std::string_view text);
std::optional<std::int64_t> parseInteger(std::string_view text);

// "1.4 GiB", "320 KiB", "17 B"
std::string formatBytes(std::uint64_t bytes);
// "7.24 B", "494 M", "12.3 K"; decimal, as parameters are counted.
std::string formatCount(std::uint64_t count);
// "15 ms", "0.8 s", "12 s", "3 min 20 s", "1 h 03 min"
std::string formatDuration(double seconds);

// A size as mergekit's --out-shard-size takes it: digits with an optional decimal suffix k, m, b/g or t ("5B" is 5e9).
std::optional<std::uint64_t> parseSize(std::string_view text);

} // namespace crucible
