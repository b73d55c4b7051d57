// SPDX-License-Identifier: GPL-3.0-or-later
#include "options.h"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <vector>

namespace crucible::cli {

Option& Option::required()
{
    m_option->required();
    return *this;
}

Option& Option::value(std::string_view name)
{
    m_option->type_name(std::string(name));
    return *this;
}

Option& Option::group(std::string_view heading)
{
    m_option->group(std::string(heading));
    return *this;
}

Option& Option::range(int least, int most)
{
    m_option->check(CLI::Range(least, most));
    return *this;
}

Option& Option::oneOf(std::initializer_list<std::string> words)
{
    m_option->check(CLI::IsMember(std::vector<std::string>(words)));
    return *this;
}

Option& Option::showDefault()
{
    m_option->capture_default_str();
    return *this;
}

Option& Option::whenGiven(std::function<void()> action)
{
    m_option->each([action = std::move(action)](const std::string&) { action(); });
    return *this;
}

bool Option::isGiven() const
{
    const bool isFlag = m_option->get_type_size() == 0;
    return m_option->count() > 0 && (!isFlag || m_option->as<bool>());
}

template<typename T> Option Options::add(const std::string& names, T& value, const std::string& help)
{
    CLI::Option* option = m_app.add_option(names, value, help);
    if (CLI::detail::is_mutable_container<T>::value && !option->get_positional())
        option->expected(1)->take_all();
    return Option(option);
}

template Option Options::add(const std::string&, std::string&, const std::string&);
template Option Options::add(const std::string&, std::filesystem::path&, const std::string&);
template Option Options::add(const std::string&, int&, const std::string&);
template Option Options::add(const std::string&, long&, const std::string&);
template Option Options::add(const std::string&, long long&, const std::string&);
template Option Options::add(const std::string&, unsigned long&, const std::string&);
template Option Options::add(const std::string&, unsigned long long&, const std::string&);
template Option Options::add(const std::string&, double&, const std::string&);
template Option Options::add(const std::string&, std::vector<std::string>&, const std::string&);
template Option Options::add(const std::string&, std::vector<std::filesystem::path>&, const std::string&);

Option Options::unread(const std::string& names, const std::string& help)
{
    return Option(m_app.add_option(names, help)->expected(1));
}

Option Options::flag(const std::string& names, bool& value, const std::string& help)
{
    return Option(m_app.add_flag(names, value, help));
}

Option Options::flag(const std::string& names, std::function<void()> action, const std::string& help)
{
    return Option(m_app.add_flag_callback(names, std::move(action), help));
}

Option Options::flag(const std::string& names, const std::string& help)
{
    return Option(m_app.add_flag(names, help));
}

Option Options::countedFlag(const std::string& names, int& times, const std::string& help)
{
    return Option(m_app.add_flag(
        names, [&times](std::int64_t count) { times += static_cast<int>(count); }, help));
}

void Options::footer(std::string text)
{
    m_app.footer(std::move(text));
}

void Options::footer(std::function<std::string()> text)
{
    m_app.footer(std::move(text));
}

} // namespace crucible::cli
