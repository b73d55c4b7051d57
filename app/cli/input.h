// SPDX-License-Identifier: GPL-3.0-or-later
// What commands on texts share: where the model lies, and input from a file or from standard input.
#pragma once

#include "base/json.h"

#include <filesystem>
#include <functional>
#include <string>

namespace crucible::cli {

class Context;

// The path as given when it exists, else the model of that name in the folders that are searched. A folder that holds
// nothing but a GGUF model stands for its file.
std::filesystem::path modelPath(const std::string& given, const Context& context);

// The whole content of a file; of standard input when `file` is empty or "-".
std::string readInput(const std::string& file);

// Calls `body` for every line that is not empty, with its place ("texts.jsonl:3"). Reads line by line. Throws
// Error::notFound.
void forEachLine(const std::string& file,
                 const std::function<void(const std::string& line, const std::string& place)>& body);

// Calls `body` for every line that is not empty, with its JSON value and its place ("texts.jsonl:3"). Reads line by
// line. Throws Error::corrupt for a line that is no JSON.
void forEachJsonLine(const std::string& file, const std::function<void(const Json&, const std::string& place)>& body);

} // namespace crucible::cli
