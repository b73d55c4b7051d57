// SPDX-License-Identifier: GPL-3.0-or-later
// Reading members of JSON objects that strangers wrote: each with a default, and a sentence where the type is wrong.
#pragma once

#include "base/error.h"
#include "base/json.h"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace crucible::text {

// nullptr when absent or null. Throws Error::invalid when `json` is no object.
inline const Json* memberOf(const Json& json, const char* key)
{
    if (!json.is_object())
        throw Error::invalid(fmt::format("an object with \"{}\" is expected, not {}", key, json.type_name()));
    const auto found = json.find(key);
    return found == json.end() || found->is_null() ? nullptr : &*found;
}

inline std::string textOf(const Json& json, const char* key, std::string_view otherwise = {})
{
    const Json* value = memberOf(json, key);
    if (value && !value->is_string())
        throw Error::invalid(fmt::format("\"{}\" is to be a text, not {}", key, value->type_name()));
    return value ? value->get<std::string>() : std::string(otherwise);
}

inline bool flagOf(const Json& json, const char* key, bool otherwise)
{
    const Json* value = memberOf(json, key);
    if (value && !value->is_boolean())
        throw Error::invalid(fmt::format("\"{}\" is to be true or false, not {}", key, value->type_name()));
    return value ? value->get<bool>() : otherwise;
}

// A whole number from 0 to 2^31 - 1.
inline std::optional<std::int32_t> countOf(const Json& json)
{
    if (!json.is_number_integer())
        return std::nullopt;
    const bool fits = json.is_number_unsigned() ? json.get<std::uint64_t>() <= std::uint64_t(std::numeric_limits<std::int32_t>::max())
                                                : json.get<std::int64_t>() >= 0 && json.get<std::int64_t>() <= std::numeric_limits<std::int32_t>::max();
    return fits ? std::optional<std::int32_t>(json.get<std::int32_t>()) : std::nullopt;
}

inline std::optional<std::int32_t> countOf(const Json& json, const char* key)
{
    const Json* value = memberOf(json, key);
    const std::optional<std::int32_t> count = value ? countOf(*value) : std::nullopt;
    if (value && !count)
        throw Error::invalid(fmt::format("\"{}\" is to be a whole number that is not negative", key));
    return count;
}

} // namespace crucible::text
