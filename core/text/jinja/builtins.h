// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of what templates find without defining it: filters, tests, functions, and the methods of texts, lists and
// dicts. An entry is a name, its parameters and a function; it is added in the file of its concern.
#pragma once

#include "base/error.h"
#include "text/jinja/value.h"

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace crucible::text::jinja {

class Given;

struct Builtin {
    std::string_view name;
    // "old new [count]": optional ones in brackets; "*": whatever is given, which the function looks at itself.
    std::string_view parameters;
    // `self`: what stands before the '|', 'is' or '.'; None for a function.
    Value (*apply)(Run& run, const Value& self, Given& given);
};

// Arguments under the names of their parameters.
class Given {
public:
    // Fails for too many, unknown and missing ones.
    Given(Run& run, const Builtin& builtin, Arguments& arguments);

    bool has(std::size_t i) const { return m_values[i] != nullptr; }
    // None for one that was left out.
    const Value& operator[](std::size_t i) const;
    // The fallback also for None. Fail for another type.
    std::int64_t integer(std::size_t i, std::int64_t fallback = 0) const;
    const std::string& text(std::size_t i) const;
    bool truth(std::size_t i, bool fallback = false) const { return has(i) ? m_values[i]->truth() : fallback; }
    Arguments& all() const { return m_arguments; }

private:
    [[noreturn]] void wrongType(std::size_t i, std::string_view wanted) const;

    static constexpr std::size_t kMost = 8;
    Run& m_run;
    const Builtin& m_builtin;
    Arguments& m_arguments;
    std::array<const Value*, kMost> m_values{};
};

Value applyBuiltin(Run& run, const Builtin& builtin, const Value& self, Arguments& arguments);

using Builtins = std::span<const Builtin* const>; // by name, sorted
const Builtin* findBuiltin(Builtins table, std::string_view name);
// "there is no filter 'x'", with what it may have been meant to be.
Sentence missingBuiltin(std::string_view what, std::string_view name, Builtins table);

Builtins filters();
Builtins tests();
Builtins functions();
// Of a text, list, tuple or dict; empty for others.
Builtins methodsOf(const Value& value);
// A method that would change the value, which templates may not.
bool isForbiddenMethod(const Value& value, std::string_view name);

// The parts of those tables, by the file that defines them.
std::span<const Builtin> textFilters();
std::span<const Builtin> markupFilters();
std::span<const Builtin> numberFilters();
std::span<const Builtin> sequenceFilters();
std::span<const Builtin> selectionFilters();
std::span<const Builtin> valueTests();
std::span<const Builtin> globalFunctions();
std::span<const Builtin> textMethods();
std::span<const Builtin> textQuestionMethods();
std::span<const Builtin> listMethods();
std::span<const Builtin> dictMethods();

} // namespace crucible::text::jinja
