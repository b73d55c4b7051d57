// SPDX-License-Identifier: GPL-3.0-or-later
#include "rules/rules.h"

#include <algorithm>
#include <array>
#include <regex>

namespace crucible::rules {
namespace {

// From the ground up: a folder of core includes itself and what stands before it. LibTorch begins at `torch`.
constexpr std::array<std::string_view, 21> kFloors = {"base", "formats", "text", "recipe", "project", "kernels",
                                                      "analyze", "merge", "quantize", "model", "torch", "convert", "generate", "serve", "finetune",
                                                      "compress", "prompt", "evaluate", "parallel", "job", ""};
constexpr std::string_view kFirstTorchFloor = "torch";

// Declarations of half a library each; everything we use has a header of its own.
constexpr std::array<std::string_view, 5> kHeavyHeaders = {"torch/torch.h", "torch/all.h", "torch/types.h", "ATen/ATen.h",
                                                           "torch/extension.h"};

int floorOf(std::string_view folder)
{
    const auto at = std::find(kFloors.begin(), kFloors.end() - 1, folder);
    return at == kFloors.end() - 1 ? -1 : static_cast<int>(at - kFloors.begin());
}

std::string_view firstPart(std::string_view path)
{
    return path.substr(0, path.find('/'));
}

bool isCode(std::string_view path)
{
    return path.ends_with(".cpp") || path.ends_with(".h");
}

bool isQt(std::string_view header)
{
    return header.starts_with("Qt") || (header.size() > 1 && header[0] == 'Q' && header[1] >= 'A' && header[1] <= 'Z') ||
           header == "qcustomplot.h";
}

bool isTorch(std::string_view header)
{
    return header.starts_with("torch/") || header.starts_with("ATen/") || header.starts_with("c10/") ||
           header.starts_with("caffe2/");
}

bool isSystem(std::string_view header)
{
    static constexpr std::array<std::string_view, 17> kSystem = {
        "unistd.h", "fcntl.h", "pwd.h", "signal.h", "dirent.h", "poll.h", "pthread.h", "sched.h", "dlfcn.h",
        "termios.h", "windows.h", "Windows.h", "io.h", "direct.h", "psapi.h", "immintrin.h", "syslog.h"};
    return header.starts_with("sys/") || header.starts_with("linux/") || header.starts_with("mach/") ||
           header.starts_with("netinet/") || std::find(kSystem.begin(), kSystem.end(), header) != kSystem.end();
}

// The line without strings and line comments, so that a rule about code is not met in prose.
std::string codeOf(std::string_view line)
{
    std::string code;
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quote) {
            if (c == '\\')
                ++i;
            else if (c == quote)
                quote = 0;
            continue;
        }
        if (c == '"' || (c == '\'' && (code.empty() || !std::isalnum(static_cast<unsigned char>(code.back()))))) {
            quote = c;
            continue;
        }
        if (c == '/' && i + 1 < line.size() && line[i + 1] == '/')
            break;
        code += c;
    }
    return code;
}

void checkCoreInclude(std::string_view folder, std::string_view path, std::string_view header, bool quoted, int line,
                      std::vector<Violation>& found)
{
    if (isQt(header))
        found.push_back({line, "Qt in core"});
    if (isTorch(header) && floorOf(folder) < floorOf(kFirstTorchFloor))
        found.push_back({line, "LibTorch below its floor"});
    const bool mayNameInstructions = folder == "kernels" && header == "immintrin.h"; // what Highway has no name for
    const int target = quoted ? floorOf(firstPart(header)) : -1;
    if (target > floorOf(folder))
        found.push_back({line, std::string("an upward include: ").append(folder).append(" may not know ").append(header)});
    if (quoted && (header.starts_with("core/") || header.starts_with(".") || header.starts_with("widgets/") ||
                   header.starts_with("app/")))
        found.push_back({line, "core includes by a path from core/, and nothing above it"});
    if (isSystem(header) && !path.starts_with("core/base/platform_") && !mayNameInstructions)
        found.push_back({line, std::string("a system header outside core/base/platform_*.cpp: ").append(header)});
}

void checkInclude(std::string_view path, std::string_view header, bool quoted, int line, std::vector<Violation>& found)
{
    if (std::find(kHeavyHeaders.begin(), kHeavyHeaders.end(), header) != kHeavyHeaders.end())
        found.push_back({line, std::string("a heavy LibTorch header: ").append(header)});
    if (path.starts_with("core/"))
        checkCoreInclude(firstPart(path.substr(5)), path, header, quoted, line, found);
    if (path.starts_with("widgets/")) {
        const std::string_view folder = firstPart(header);
        if (quoted && floorOf(folder) > 0)
            found.push_back({line, std::string("widgets know of core only base, not ").append(header)});
        if (isTorch(header))
            found.push_back({line, "LibTorch in widgets"});
    }
    if (path.starts_with("app/") && isTorch(header))
        found.push_back({line, "LibTorch in app: it is loaded at run time"});
    if ((path.starts_with("app/") || path.starts_with("widgets/")) && isSystem(header))
        found.push_back({line, std::string("a system header outside core/base/platform_*.cpp: ").append(header)});
}

void checkCoreCode(std::string_view code, std::string_view line, int number, std::vector<Violation>& found)
{
    static const std::regex locale(R"(\b(stod|stof|stold|atof|strtod|strtof|setlocale|to_string|imbue|std::locale)\s*(<[^>]*>)?\s*\()");
    static const std::regex print(R"(\b(printf|fprintf|sprintf|snprintf)\s*\()");
    static const std::regex floatFormat(R"(%[-+ #0-9.*]*[aefgAEFG])");
    static const std::regex output(R"(\bstd::(cout|cerr|clog)\b|\bfmt::print\s*\()");
    std::smatch match;
    const std::string text(code);
    if (std::regex_search(text, match, locale))
        found.push_back({number, match[1].str() + " follows the locale or hides a format: use base/units.h or fmt::format"});
    if (std::regex_search(text, print) && std::regex_search(std::string(line), floatFormat))
        found.push_back({number, "printf of a floating-point number follows the locale: use base/units.h"});
    if (std::regex_search(text, output))
        found.push_back({number, "core prints"});
}

// Words of unfinished work, and of how and where the work was done. Each is put together from halves so that this file passes.
const std::regex& unfitWords()
{
    static const std::regex words(std::string("\\b(") + "TO" "DO|FIX" "ME|XX" "X|HA" "CK)\\b|/wo" "rk/|/tm" "p/cru" "cible|" + "\\.libr" "ary/");
    return words;
}

} // namespace

std::vector<Violation> check(std::string_view path, std::string_view content)
{
    static const std::regex include(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
    std::vector<Violation> found;
    const bool code = isCode(path);
    const bool inCore = path.starts_with("core/");
    const std::string_view head = content.substr(0, 400);
    const bool mayLackLicence = path.ends_with(".json") || path.ends_with(".md") || path.ends_with(".svg");
    if (!mayLackLicence && head.find("SPDX-License-Identifier: GPL-3.0-or-later") == std::string_view::npos)
        found.push_back({0, "no SPDX line at the top"});
    // What Highway includes once per instruction set guards itself by its toggle.
    const bool guarded = content.find("#pragma once") != std::string_view::npos || content.find("HWY_TARGET_TOGGLE") != std::string_view::npos;
    if (code && inCore && path.ends_with(".h") && !guarded)
        found.push_back({0, "no #pragma once"});

    int number = 0;
    for (std::size_t begin = 0; begin < content.size();) {
        const std::size_t end = std::min(content.find('\n', begin), content.size());
        const std::string line(content.substr(begin, end - begin));
        begin = end + 1;
        ++number;
        if (std::regex_search(line, unfitWords()))
            found.push_back({number, "a word of unfinished work or of a workplace: " + line.substr(0, 80)});
        if (!code)
            continue;
        std::smatch match;
        if (std::regex_search(line, match, include))
            checkInclude(path, match[2].str(), match[1] == "\"", number, found);
        else if (inCore)
            checkCoreCode(codeOf(line), line, number, found);
    }
    if (code && number > 600)
        found.push_back({number, "more than 600 lines: split it"});
    return found;
}

} // namespace crucible::rules
