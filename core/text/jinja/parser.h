// SPDX-License-Identifier: GPL-3.0-or-later
// From tokens to a Program. The grammar is Jinja2's with the loop controls extension, and `generation` blocks as
// transformers has them; what would load other templates is refused.
#pragma once

#include "text/jinja/ast.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <memory>
#include <set>

namespace crucible::text::jinja {

class Parser {
public:
    explicit Parser(Program& program);
    // Throws Error::invalid at line and column.
    void parse();

private:
    // --- tokens
    const Token& current() const { return m_tokens[m_at]; }
    const Token& ahead() const { return m_tokens[std::min(m_at + 1, m_tokens.size() - 1)]; }
    const Token& next();
    bool is(Tok kind) const { return current().kind == kind; }
    bool isName(std::string_view word) const { return is(Tok::Name) && current().text == word; }
    bool skip(Tok kind);
    bool skipName(std::string_view word);
    const Token& expect(Tok kind);
    void expectName(std::string_view word);
    [[noreturn]] void unexpected(std::string_view wanted) const;
    [[noreturn]] void fail(std::uint32_t at, Sentence what, Sentence hint = {}) const;
    NameId nameId(const std::string& name);

    // --- statements (parser.cpp)
    // Up to a block that begins with one of the words, which is left to be read; to the end of the template for none.
    Body parseBody(std::initializer_list<std::string_view> ends, std::uint32_t opened, std::string_view opener);
    void parseStatement(Body& body);
    // Reads the block's end and its body up to `end`, with the rest of that closing block.
    Body parseBlock(std::string_view end, std::uint32_t opened, std::string_view opener);
    // The same for what has a scope of its own: conditions around it do not count within.
    Body parseScopeBlock(std::string_view end, std::uint32_t opened, std::string_view opener);
    void parseSet(Body& body);
    void parseFor(Body& body);
    void parseIf(Body& body);
    void parseWith(Body& body);
    void parseMacro(Body& body);
    void parseCallBlock(Body& body);
    void parseFilterBlock(Body& body);
    void parseScope(Body& body, std::string_view end);
    void parseLoopControl(Body& body, StmtKind kind);
    void parseParameters(MacroCode& code);
    void parseMacroBody(MacroCode& code, std::string_view end, std::uint32_t opened, std::string_view opener);
    Target parseTarget(bool attributes, std::string_view end = {});
    Target parseTargetPart(bool attributes);

    // --- expressions (parser_expressions.cpp)
    ExprPtr parseExpression(bool withCondition = true);
    ExprPtr parseTuple(bool withCondition = true, std::string_view end = {}, bool parentheses = false);
    ExprPtr parseCondition();
    ExprPtr parseOr();
    ExprPtr parseAnd();
    ExprPtr parseNot();
    ExprPtr parseCompare();
    ExprPtr parseSum();
    ExprPtr parseConcat();
    ExprPtr parseProduct();
    ExprPtr parsePower();
    ExprPtr parseUnary(bool withFilter = true);
    ExprPtr parsePrimary();
    ExprPtr parseListOrDict();
    ExprPtr parsePostfix(ExprPtr expr);
    ExprPtr parseFilters(ExprPtr expr); // with tests and calls
    ExprPtr parseFilter(ExprPtr input); // one; stands behind the '|'
    ExprPtr parseTest(ExprPtr input);
    ExprPtr parseSubscript(ExprPtr object);
    ExprPtr parseSubscriptPart();
    ExprPtr parseCall(ExprPtr callee);
    void parseArguments(CallArguments& arguments);
    bool atTupleEnd(std::string_view end) const;
    // Counts the levels below, and refuses too many.
    void measure(Expr& expr, std::initializer_list<const Expr*> below) const;
    void measure(Expr& expr, const CallArguments& arguments, const Expr* input) const;
    class Level;

    Program& m_program;
    std::vector<Token> m_tokens;
    std::size_t m_at = 0;
    std::map<std::string, NameId, std::less<>> m_nameIds;
    std::vector<MacroCode*> m_macros; // around the current place
    std::set<std::string, std::less<>> m_blocks;
    int m_loops = 0; // around the current place, within the innermost macro
    // Branches around, within the innermost scope: filters and tests that do not exist are no error there unless they
    // are used. Those that are one wait for what else there is to say, as the test of a condition stands behind it.
    int m_conditions = 0;
    std::vector<std::pair<std::uint32_t, Sentence>> m_unknown;
    int m_statementDepth = 0;
    int m_expressionDepth = 0;
};

} // namespace crucible::text::jinja
