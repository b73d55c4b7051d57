// SPDX-License-Identifier: GPL-3.0-or-later
// A context-free grammar over characters, in the notation of llama.cpp (GBNF):
//
//     root   ::= "yes" | "no" (" because " reason)?
//     reason ::= [^\n.]{1,200} "."
//
// Literals and classes with \n \r \t \\ \" \[ \] \xHH \uHHHH \UHHHHHHHH; "." is any character; | ( ) * + ? {m} {m,} {m,n};
// # begins a comment. A rule ends with its line, unless in parentheses or before |.
#pragma once

#include "generate/character_class.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::generate {

class Grammar {
public:
    // Throws Error::invalid at "where:line:column" for what is no grammar, for rules that are not there, for left
    // recursion, and for repetitions that make it absurdly large.
    static std::shared_ptr<const Grammar> parse(std::string_view text, const std::string& where = "grammar");

    struct Element {
        enum Kind : std::uint32_t { End, Class, Rule } kind = End;
        std::uint32_t index = 0;
    };
    // Alternatives lie one after the other, each with an End; a rule has the places where its own begin.
    const Element& element(std::uint32_t place) const { return m_elements[place]; }
    const std::vector<std::uint32_t>& alternatives(std::uint32_t rule) const { return m_rules[rule]; }
    std::uint32_t root() const { return m_root; }
    const CharacterClass& characterClass(std::uint32_t index) const { return m_classes[index]; }

    // Whether the whole text is one of the grammar's.
    bool accepts(std::string_view text) const;

private:
    friend class GrammarParser;
    std::vector<Element> m_elements;
    std::vector<std::vector<std::uint32_t>> m_rules;
    std::vector<CharacterClass> m_classes;
    std::uint32_t m_root = 0;
};

} // namespace crucible::generate
