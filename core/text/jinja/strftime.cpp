// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/strftime.h"

#include "text/jinja/characters.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <ctime>

namespace crucible::text::jinja {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};

std::chrono::sys_days days(const Moment& moment)
{
    return std::chrono::sys_days(std::chrono::year(moment.year) / moment.month / moment.day);
}

int weekday(const Moment& moment)
{
    return static_cast<int>(std::chrono::weekday(days(moment)).c_encoding());
}

int dayOfYear(const Moment& moment) // 1 to 366
{
    return static_cast<int>((days(moment) - std::chrono::sys_days(std::chrono::year(moment.year) / 1 / 1)).count()) + 1;
}

struct IsoWeek {
    int year;
    int week;
};

// Weeks begin on Monday, and the first has the year's first Thursday (ISO 8601).
IsoWeek isoWeek(const Moment& moment)
{
    const int fromMonday = (weekday(moment) + 6) % 7;
    const std::chrono::sys_days thursday = days(moment) + std::chrono::days(3 - fromMonday);
    const int year = static_cast<int>(std::chrono::year_month_day(thursday).year());
    const auto first = std::chrono::sys_days(std::chrono::year(year) / 1 / 1);
    return {year, static_cast<int>((thursday - first).count()) / 7 + 1};
}

std::int64_t secondsSinceEpoch(const Moment& m)
{
    return days(m).time_since_epoch().count() * std::int64_t(86400) + m.hour * 3600 + m.minute * 60 + m.second;
}

// A number with the padding that the directive has, unless a flag says otherwise.
std::string number(std::int64_t value, int width, char padding, char flag)
{
    const char pad = flag == '0' ? '0' : flag == '_' ? ' ' : padding;
    if (flag == '-')
        return fmt::format("{}", value);
    return pad == '0' ? fmt::format("{:0{}}", value, width) : fmt::format("{:{}}", value, width);
}

std::string cased(std::string_view text, char flag)
{
    return flag == '^' ? toUpper(text) : std::string(text);
}

// nullopt for a letter that means nothing.
std::optional<std::string> directive(const Moment& m, char letter, char flag)
{
    const auto day = kDays[static_cast<std::size_t>(weekday(m))];
    const auto month = kMonths[static_cast<std::size_t>(m.month - 1)];
    const int hour12 = m.hour % 12 == 0 ? 12 : m.hour % 12;
    switch (letter) {
    case 'a': return cased(day.substr(0, 3), flag);
    case 'A': return cased(day, flag);
    case 'b':
    case 'h': return cased(month.substr(0, 3), flag);
    case 'B': return cased(month, flag);
    case 'C': return number(m.year / 100, 2, '0', flag);
    case 'c': return formatMoment(m, "%a %b %e %H:%M:%S %Y");
    case 'd': return number(m.day, 2, '0', flag);
    case 'D':
    case 'x': return formatMoment(m, "%m/%d/%y");
    case 'e': return number(m.day, 2, ' ', flag);
    case 'f': return fmt::format("{:06}", m.microsecond);
    case 'F': return formatMoment(m, "%Y-%m-%d");
    case 'g': return number(isoWeek(m).year % 100, 2, '0', flag);
    case 'G': return number(isoWeek(m).year, 4, '0', flag);
    case 'H': return number(m.hour, 2, '0', flag);
    case 'I': return number(hour12, 2, '0', flag);
    case 'j': return number(dayOfYear(m), 3, '0', flag);
    case 'k': return number(m.hour, 2, ' ', flag);
    case 'l': return number(hour12, 2, ' ', flag);
    case 'm': return number(m.month, 2, '0', flag);
    case 'M': return number(m.minute, 2, '0', flag);
    case 'n': return "\n";
    case 'p': return m.hour < 12 ? "AM" : "PM";
    case 'P': return m.hour < 12 ? "am" : "pm";
    case 'r': return formatMoment(m, "%I:%M:%S %p");
    case 'R': return formatMoment(m, "%H:%M");
    case 's': return fmt::format("{}", secondsSinceEpoch(m));
    case 'S': return number(m.second, 2, '0', flag);
    case 't': return "\t";
    case 'T':
    case 'X': return formatMoment(m, "%H:%M:%S");
    case 'u': return fmt::format("{}", weekday(m) == 0 ? 7 : weekday(m));
    case 'U': return number((dayOfYear(m) + 6 - weekday(m)) / 7, 2, '0', flag);
    case 'V': return number(isoWeek(m).week, 2, '0', flag);
    case 'w': return fmt::format("{}", weekday(m));
    case 'W': return number((dayOfYear(m) + 6 - (weekday(m) + 6) % 7) / 7, 2, '0', flag);
    case 'y': return number(m.year % 100, 2, '0', flag);
    case 'Y': return flag ? number(m.year, 4, '0', flag) : fmt::format("{}", m.year);
    case 'z':
    case 'Z': return ""; // a time without a zone, as datetime.now() gives it
    case '%': return "%";
    default: return std::nullopt;
    }
}

// Digits, exactly as many; moves on behind them.
bool readNumber(std::string_view& text, std::size_t digits, int& value)
{
    if (text.size() < digits)
        return false;
    const auto read = std::from_chars(text.data(), text.data() + digits, value);
    if (read.ec != std::errc() || read.ptr != text.data() + digits || text[0] == '-')
        return false;
    text.remove_prefix(digits);
    return true;
}

bool readChar(std::string_view& text, std::string_view any)
{
    if (text.empty() || any.find(text.front()) == std::string_view::npos)
        return false;
    text.remove_prefix(1);
    return true;
}

} // namespace

Moment localTime()
{
    const auto now = std::chrono::system_clock::now();
    const auto micro =
        std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count() % 1'000'000;
    const std::tm tm = fmt::localtime(std::chrono::system_clock::to_time_t(now));
    return {tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, static_cast<int>(micro)};
}

std::optional<Moment> parseMoment(std::string_view text)
{
    Moment m;
    if (!readNumber(text, 4, m.year) || !readChar(text, "-") || !readNumber(text, 2, m.month) || !readChar(text, "-") ||
        !readNumber(text, 2, m.day))
        return std::nullopt;
    if (readChar(text, "T ")) {
        if (!readNumber(text, 2, m.hour) || !readChar(text, ":") || !readNumber(text, 2, m.minute))
            return std::nullopt;
        if (readChar(text, ":")) {
            if (!readNumber(text, 2, m.second))
                return std::nullopt;
            if (readChar(text, ".,")) {
                int unit = 100'000;
                int digit = 0;
                bool any = false;
                for (; readNumber(text, 1, digit); unit /= 10, any = true)
                    m.microsecond += digit * unit;
                if (!any)
                    return std::nullopt;
            }
        }
        if (!readChar(text, "Zz") && readChar(text, "+-")) {
            int zone = 0;
            if (!readNumber(text, 2, zone))
                return std::nullopt;
            readChar(text, ":");
            if (!text.empty() && !readNumber(text, 2, zone))
                return std::nullopt;
        }
    }
    const auto date = std::chrono::year(m.year) / m.month / m.day;
    if (!text.empty() || !date.ok() || m.hour > 23 || m.minute > 59 || m.second > 60)
        return std::nullopt;
    return m;
}

std::string formatMoment(const Moment& moment, std::string_view format)
{
    static constexpr std::string_view kFlags = "-_0^#";
    std::string result;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') {
            result += format[i];
            continue;
        }
        const std::size_t begin = i;
        char flag = '\0';
        while (i + 1 < format.size() && kFlags.find(format[i + 1]) != std::string_view::npos)
            flag = format[++i];
        if (i + 2 < format.size() && (format[i + 1] == 'E' || format[i + 1] == 'O'))
            ++i; // other calendars, which the C locale does not have
        const std::optional<std::string> text =
            i + 1 < format.size() ? directive(moment, format[i + 1], flag) : std::nullopt;
        if (text) {
            result += *text;
            ++i;
        } else {
            result += format.substr(begin, i - begin + 1);
        }
    }
    return result;
}

} // namespace crucible::text::jinja
