// SPDX-License-Identifier: GPL-3.0-or-later
// What core says to a person: English, and still the pattern that it was made from with what was put into it, so that the
// window can say the same in another language.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace crucible {

// Marks a string of core for translation by the window: context and source text. Expands to the text.
#define CRUCIBLE_TR_NOOP(context, text) text

class Sentence {
public:
    Sentence() = default;
    Sentence(const char* text) : m_text(text) {}
    Sentence(std::string text) : m_text(std::move(text)) {}
    // `pattern` has %1 to %9 where the arguments go: texts, whole numbers, or sentences. It is marked where it is written:
    //     {CRUCIBLE_TR_NOOP("Problem", "%1 has %2 layers"), name, layers}
    template<class First, class... Rest>
    Sentence(const char* pattern, const First& first, const Rest&... rest)
        : m_pattern(pattern), m_arguments{argument(first), argument(rest)...}
    {
        fill();
    }

    // From its two parts, as they came from another process or a file.
    static Sentence of(std::string pattern, std::vector<Sentence> arguments);

    const std::string& text() const { return m_text; }
    bool empty() const { return m_text.empty(); }
    // The text itself when nothing was put in.
    const std::string& pattern() const { return m_arguments.empty() ? m_text : m_pattern; }
    const std::vector<Sentence>& arguments() const { return m_arguments; }

private:
    template<class T>
    static Sentence argument(const T& value)
    {
        if constexpr (std::is_same_v<T, char>)
            return std::string(1, value);
        else if constexpr (std::is_integral_v<T>)
            return digits(static_cast<std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>>(value));
        else if constexpr (std::is_convertible_v<const T&, Sentence>)
            return value;
        else
            return std::string(std::string_view(value));
    }
    static std::string digits(std::int64_t value);
    static std::string digits(std::uint64_t value);
    void fill(); // m_text, from the other two

    std::string m_text;
    std::string m_pattern;
    std::vector<Sentence> m_arguments;
};

} // namespace crucible
