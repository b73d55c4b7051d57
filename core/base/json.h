// SPDX-License-Identifier: GPL-3.0-or-later
// JSON of strangers: strict, bounded, and never an exception of the library.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace crucible {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

struct JsonLimits {
    std::size_t maxBytes = std::size_t(1) << 30;
    int maxDepth = 128;
};

// Parses exactly one JSON value. Refuses duplicate keys, bad UTF-8, trailing text and nesting beyond the limit.
// Throws Error::corrupt naming `source` and the byte offset.
Json parseJson(std::string_view text, const std::filesystem::path& source, const JsonLimits& limits = {});
// The same, keeping the order of keys: for files that we write back.
OrderedJson parseOrderedJson(std::string_view text, const std::filesystem::path& source, const JsonLimits& limits = {});

// Reads a whole file and parses it. Throws Error::notFound, Error::io, Error::corrupt.
Json readJson(const std::filesystem::path& file, const JsonLimits& limits = {});
OrderedJson readOrderedJson(const std::filesystem::path& file, const JsonLimits& limits = {});

// The text of a JSON value with bytes that are not UTF-8 replaced, so that writing an event can not fail.
std::string toJsonText(const Json& value, int indent = -1);
std::string toJsonText(const OrderedJson& value, int indent = -1);

} // namespace crucible
