// SPDX-License-Identifier: GPL-3.0-or-later
#include "input.h"

#include "context.h"

#include "base/files.h"
#include "formats/gguf_model.h"

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>

namespace crucible::cli {
namespace {

bool isStandardInput(const std::string& file)
{
    return file.empty() || file == "-";
}

} // namespace

std::filesystem::path modelPath(const std::string& given, const Context& context)
{
    const std::filesystem::path path(given);
    return formats::ggufIn(std::filesystem::exists(path) ? path
                                                         : formats::locateModel(given, {}, context.modelSearch()));
}

std::string readInput(const std::string& file)
{
    if (!isStandardInput(file))
        return readFile(file);
    return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

void forEachLine(const std::string& file, const std::function<void(const std::string&, const std::string&)>& body)
{
    std::ifstream opened;
    if (!isStandardInput(file)) {
        opened.open(file, std::ios::binary);
        if (!opened)
            throw Error::notFound("the file can not be read", file);
    }
    std::istream& stream = isStandardInput(file) ? std::cin : opened;
    const std::string name = isStandardInput(file) ? std::string("standard input") : file;
    std::string line;
    for (std::size_t number = 1; std::getline(stream, line); ++number) {
        if (line.ends_with('\r'))
            line.pop_back();
        if (line.empty())
            continue;
        const std::string place = fmt::format("{}:{}", name, number);
        body(line, place);
    }
}

void forEachJsonLine(const std::string& file, const std::function<void(const Json&, const std::string& place)>& body)
{
    forEachLine(file, [&](const std::string& line, const std::string& place) { body(parseJson(line, place), place); });
}

} // namespace crucible::cli
