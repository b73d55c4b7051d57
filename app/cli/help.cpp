// SPDX-License-Identifier: GPL-3.0-or-later
#include "help.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace crucible::cli {
namespace {

// "--cards,--no-cards{false}" says "--[no-]cards"; other names are parted by ", ".
std::string namesOf(const CLI::Option& option)
{
    const auto& longNames = option.get_lnames();
    std::string text;
    for (const std::string& name : option.get_snames())
        text += (text.empty() ? "-" : ", -") + name;
    for (const std::string& name : longNames) {
        const bool isOpposite = name.starts_with("no-") && std::find(longNames.begin(), longNames.end(), name.substr(3)) != longNames.end();
        if (isOpposite)
            continue;
        const bool hasOpposite = std::find(longNames.begin(), longNames.end(), "no-" + name) != longNames.end();
        text += fmt::format("{}--{}{}", text.empty() ? "" : ", ", hasOpposite ? "[no-]" : "", name);
    }
    return text;
}

class HelpFormatter final : public CLI::Formatter {
public:
    HelpFormatter()
    {
        column_width(34);
        label("SUBCOMMAND", "COMMAND");
        label("Positionals", "Arguments");
    }

    std::string make_group(std::string group, bool isPositional, std::vector<const CLI::Option*> options) const override
    {
        const std::string text = CLI::Formatter::make_group(std::move(group), isPositional, std::move(options));
        return text.ends_with("\n\n") ? text.substr(0, text.size() - 1) : text;
    }

    std::string make_option_name(const CLI::Option* option, bool isPositional) const override
    {
        return isPositional ? option->get_name(true, false) : namesOf(*option);
    }

    // The type's name without the checks that CLI11 adds to it ("N:INT in [0 - 4096]").
    std::string make_option_opts(const CLI::Option* option) const override
    {
        if (!option->get_option_text().empty())
            return " " + option->get_option_text();
        if (option->get_type_size() == 0)
            return {};
        std::string type = option->get_type_name();
        type = type.substr(0, type.find(':'));
        const bool isPlain = type == "TEXT" && option->get_positional();
        const bool isRepeatable = option->get_expected_max() == CLI::detail::expected_max_vector_size;
        return fmt::format("{}{}{}", type.empty() || isPlain ? "" : " ", isPlain ? "" : type, isRepeatable ? " ..." : "");
    }

    std::string make_option_desc(const CLI::Option* option) const override
    {
        const std::string text = option->get_description();
        const std::string value = option->get_default_str();
        return value.empty() ? text : fmt::format("{} (default: {})", text, value);
    }

    // CLI11 ends every group but the last with an empty line of its own.
    std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override
    {
        std::string text = CLI::Formatter::make_help(app, std::move(name), mode);
        for (std::size_t at = text.find("\n\n\n"); at != std::string::npos; at = text.find("\n\n\n", at))
            text.erase(at, 1);
        return text;
    }
};

} // namespace

std::shared_ptr<CLI::Formatter> helpFormatter()
{
    return std::make_shared<HelpFormatter>();
}

} // namespace crucible::cli
