// SPDX-License-Identifier: GPL-3.0-or-later
// Date and time as C's strftime writes them in the C locale, with the flags of the GNU library.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace crucible::text::jinja {

// Local time as a calendar shows it.
struct Moment {
    int year = 1970;
    int month = 1; // 1 to 12
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int microsecond = 0;
};

using Clock = std::function<Moment()>;

// This machine's local time now.
Moment localTime();
// "2025-02-20", "2025-02-20T12:34", "2025-02-20 12:34:56.789"; a time zone behind it is read over. nullopt for no such
// date.
std::optional<Moment> parseMoment(std::string_view text);
std::string formatMoment(const Moment& moment, std::string_view format);

} // namespace crucible::text::jinja
