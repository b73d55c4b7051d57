// SPDX-License-Identifier: GPL-3.0-or-later
// How a command declares its options and arguments. CLI11 does the work; its header costs seconds of every file that
// includes it, so only options.cpp, main.cpp and help.cpp do.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace crucible::cli {

// One declared option; a handle that may be copied.
class Option {
public:
    explicit Option(CLI::Option* option) : m_option(option) {}

    Option& required();
    Option& value(std::string_view name);    // what stands for the value in the help: "DIR"
    Option& group(std::string_view heading); // the heading that it stands under in the help
    Option& range(int least, int most);      // both included
    Option& oneOf(std::initializer_list<std::string> words);
    Option& showDefault(); // the bound variable's value stands in the help; to be called when it is set
    Option& whenGiven(std::function<void()> action);

    // After parsing: it was given, and a flag not in its negated form.
    bool isGiven() const;

private:
    CLI::Option* m_option;
};

// The options and arguments of one command. Names are CLI11's: "-o,--out" for an option, "MODEL" for an argument,
// "--cards,!--no-cards" for a flag that can be negated. What they are bound to must live until parsing is over.
class Options {
public:
    explicit Options(CLI::App& app) : m_app(app) {}

    // T: std::string, std::filesystem::path, int, (unsigned) long (long), double, or a vector of texts or paths. An
    // option that is bound to a vector takes one value each time it is given, an argument all that are left.
    template<typename T> Option add(const std::string& names, T& value, const std::string& help);

    // Takes a value that nobody reads.
    Option unread(const std::string& names, const std::string& help);

    Option flag(const std::string& names, bool& value, const std::string& help);
    Option flag(const std::string& names, std::function<void()> action, const std::string& help);
    Option flag(const std::string& names, const std::string& help);
    Option countedFlag(const std::string& names, int& times, const std::string& help);

    void footer(std::string text);
    void footer(std::function<std::string()> text); // asked for only when the help is shown

private:
    CLI::App& m_app;
};

} // namespace crucible::cli
