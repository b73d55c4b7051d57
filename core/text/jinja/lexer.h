// SPDX-License-Identifier: GPL-3.0-or-later
// A template's text as tokens, with Jinja2's rules of white space: trim_blocks and lstrip_blocks are on, as chat
// templates expect, and '-' and '+' beside a delimiter decide otherwise.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::text::jinja {

enum class Tok : std::uint8_t {
    Data,
    BlockBegin,
    BlockEnd,
    VariableBegin,
    VariableEnd,
    Name,
    String,
    Integer,
    Real,
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    Tilde,
    LBracket,
    RBracket,
    LParen,
    RParen,
    LBrace,
    RBrace,
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
    Assign,
    Dot,
    Colon,
    Pipe,
    Comma,
    Semicolon,
    End,
};

// As it is written, or in words: for messages.
std::string_view describe(Tok kind);

struct Token {
    Tok kind = Tok::End;
    std::uint32_t at = 0; // byte in the normalised source
    std::string text;     // Data, Name; String with its escapes resolved
    std::int64_t integer = 0;
    double real = 0;
};

// A template's text as the lexer sees it, and how to name a place in it.
class Source {
public:
    // Line ends become '\n', and one at the end goes, as Jinja2 has it.
    Source(std::string_view text, std::string name);

    const std::string& text() const { return m_text; }
    const std::string& name() const { return m_name; }
    // "template:12:7"; the column counts characters.
    std::string place(std::uint32_t at) const;
    std::size_t line(std::uint32_t at) const;
    [[noreturn]] void fail(std::uint32_t at, Sentence what, Sentence hint = {}) const;

private:
    std::string m_text;
    std::string m_name;
};

// The last token is End. Throws Error::invalid at line and column.
std::vector<Token> tokenize(const Source& source);

} // namespace crucible::text::jinja
