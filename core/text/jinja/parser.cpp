// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/parser.h"

#include "base/text.h"
#include "text/jinja/limits.h"

#include <fmt/format.h>

#include <array>

namespace crucible::text::jinja {
namespace {

std::string inQuotes(std::string_view word)
{
    return fmt::format("'{}'", word);
}

std::string inWords(const Token& token)
{
    switch (token.kind) {
    case Tok::Name: return inQuotes(token.text);
    case Tok::String: return "a text";
    case Tok::Data: return "text outside of a tag";
    default:
        return token.kind == Tok::End || token.kind == Tok::Integer || token.kind == Tok::Real
                   ? std::string(describe(token.kind))
                   : inQuotes(describe(token.kind));
    }
}

} // namespace

Parser::Parser(Program& program) : m_program(program), m_tokens(tokenize(program.source)) {}

void Parser::parse()
{
    m_program.body = parseBody({}, 0, {});
    if (!m_unknown.empty())
        fail(m_unknown.front().first, m_unknown.front().second);
    m_program.names.resize(m_nameIds.size());
    for (const auto& [name, id] : m_nameIds)
        m_program.names[id] = name;
}

const Token& Parser::next()
{
    const Token& token = m_tokens[m_at];
    if (m_at + 1 < m_tokens.size())
        ++m_at;
    return token;
}

bool Parser::skip(Tok kind)
{
    if (!is(kind))
        return false;
    next();
    return true;
}

bool Parser::skipName(std::string_view word)
{
    if (!isName(word))
        return false;
    next();
    return true;
}

const Token& Parser::expect(Tok kind)
{
    if (!is(kind)) {
        const std::string_view wanted = describe(kind);
        unexpected(wanted.starts_with("a ") || wanted.starts_with("the ") ? std::string(wanted) : inQuotes(wanted));
    }
    return next();
}

void Parser::expectName(std::string_view word)
{
    if (!skipName(word))
        unexpected(inQuotes(word));
}

void Parser::unexpected(std::string_view wanted) const
{
    fail(current().at, {CRUCIBLE_TR_NOOP("Problem", "expected %1, found %2"), wanted, inWords(current())});
}

void Parser::fail(std::uint32_t at, Sentence what, Sentence hint) const
{
    m_program.source.fail(at, std::move(what), std::move(hint));
}

NameId Parser::nameId(const std::string& name)
{
    return m_nameIds.emplace(name, static_cast<NameId>(m_nameIds.size())).first->second;
}

Body Parser::parseBody(std::initializer_list<std::string_view> ends, std::uint32_t opened, std::string_view opener)
{
    if (++m_statementDepth > kMaxStatementDepth)
        fail(opened, {CRUCIBLE_TR_NOOP("Problem", "blocks are nested deeper than %1 levels"), kMaxStatementDepth});
    Body body;
    for (;;) {
        switch (current().kind) {
        case Tok::End:
            if (ends.size() != 0)
                fail(opened, {CRUCIBLE_TR_NOOP("Problem", "'%1' is never closed"), opener},
                     {CRUCIBLE_TR_NOOP("Problem", "end it with {% %1 %}"), *(ends.end() - 1)});
            --m_statementDepth;
            return body;
        case Tok::Data:
            body.push_back(std::make_unique<TextStmt>(current().at, current().text));
            next();
            break;
        case Tok::VariableBegin: {
            const std::uint32_t at = next().at;
            body.push_back(std::make_unique<PrintStmt>(at, parseTuple()));
            expect(Tok::VariableEnd);
            break;
        }
        case Tok::BlockBegin: {
            next();
            if (!is(Tok::Name))
                unexpected("the name of a tag");
            if (std::find(ends.begin(), ends.end(), std::string_view(current().text)) != ends.end()) {
                --m_statementDepth;
                return body;
            }
            parseStatement(body);
            expect(Tok::BlockEnd);
            break;
        }
        default: unexpected("text or a tag");
        }
    }
}

Body Parser::parseBlock(std::string_view end, std::uint32_t opened, std::string_view opener)
{
    expect(Tok::BlockEnd);
    Body body = parseBody({end}, opened, opener);
    next();
    return body;
}

Body Parser::parseScopeBlock(std::string_view end, std::uint32_t opened, std::string_view opener)
{
    const int conditions = std::exchange(m_conditions, 0);
    Body body = parseBlock(end, opened, opener);
    m_conditions = conditions;
    return body;
}

void Parser::parseStatement(Body& body)
{
    const Token& token = current();
    const std::string& tag = token.text;
    if (tag == "set")
        return parseSet(body);
    if (tag == "if")
        return parseIf(body);
    if (tag == "for")
        return parseFor(body);
    if (tag == "macro")
        return parseMacro(body);
    if (tag == "call")
        return parseCallBlock(body);
    if (tag == "filter")
        return parseFilterBlock(body);
    if (tag == "with")
        return parseWith(body);
    if (tag == "break" || tag == "continue")
        return parseLoopControl(body, tag == "break" ? StmtKind::Break : StmtKind::Continue);
    if (tag == "generation")
        return parseScope(body, "endgeneration");
    if (tag == "block")
        return parseScope(body, "endblock");
    if (tag == "autoescape")
        return parseScope(body, "endautoescape");
    if (tag == "print") {
        next();
        do
            body.push_back(std::make_unique<PrintStmt>(token.at, parseExpression()));
        while (skip(Tok::Comma));
        return;
    }
    if (tag == "include" || tag == "import" || tag == "from" || tag == "extends")
        fail(token.at, {CRUCIBLE_TR_NOOP("Problem", "'%1' needs other templates, and a chat template has none"), tag});
    if (tag == "elif" || tag == "else" || tag.starts_with("end"))
        fail(token.at, {CRUCIBLE_TR_NOOP("Problem", "'%1' has nothing to close or continue here"), tag});
    static const std::vector<std::string> kTags = {"set",  "if",    "for",      "macro",      "call",  "filter",
                                                   "with", "break", "continue", "generation", "block", "print",
                                                   "raw",  "elif",  "else",     "endif",      "endfor"};
    const std::optional<std::string> meant = didYouMean(tag, kTags);
    fail(token.at, {CRUCIBLE_TR_NOOP("Problem", "there is no tag '%1'"), tag},
         meant ? Sentence(CRUCIBLE_TR_NOOP("Problem", "Did you mean %1?"), *meant) : Sentence());
}

Target Parser::parseTargetPart(bool attributes)
{
    Target target;
    target.at = current().at;
    if (is(Tok::LParen)) {
        next();
        if (++m_expressionDepth > kMaxExpressionDepth)
            fail(target.at,
                 {CRUCIBLE_TR_NOOP("Problem", "brackets are nested deeper than %1 levels"), kMaxExpressionDepth});
        target = parseTarget(false);
        --m_expressionDepth;
        expect(Tok::RParen);
        return target;
    }
    if (!is(Tok::Name))
        unexpected("a name to assign to");
    const std::string name = next().text;
    static constexpr std::array<std::string_view, 6> kConstants = {"true", "false", "none", "True", "False", "None"};
    if (std::find(kConstants.begin(), kConstants.end(), name) != kConstants.end())
        fail(target.at, {CRUCIBLE_TR_NOOP("Problem", "%1 can not be assigned to"), name});
    target.name = nameId(name);
    if (attributes && skip(Tok::Dot)) {
        target.form = Target::Form::Attribute;
        target.attribute = expect(Tok::Name).text;
    }
    return target;
}

Target Parser::parseTarget(bool attributes, std::string_view end)
{
    Target all;
    all.form = Target::Form::Tuple;
    all.at = current().at;
    bool isTuple = false;
    do {
        if (!all.parts.empty() &&
            (is(Tok::Assign) || is(Tok::BlockEnd) || is(Tok::RParen) || (!end.empty() && isName(end))))
            break;
        all.parts.push_back(parseTargetPart(attributes));
        isTuple = isTuple || is(Tok::Comma);
    } while (skip(Tok::Comma));
    return isTuple ? all : std::move(all.parts.front());
}

void Parser::parseSet(Body& body)
{
    const std::uint32_t at = next().at;
    Target target = parseTarget(true);
    const bool isBlock = !is(Tok::Assign);
    auto set = std::make_unique<SetStmt>(isBlock ? StmtKind::SetBlock : StmtKind::Set, at);
    set->target = std::move(target);
    if (!isBlock) {
        next();
        set->value = parseTuple();
    } else {
        while (skip(Tok::Pipe))
            set->value = parseFilter(std::move(set->value));
        if (!is(Tok::BlockEnd))
            unexpected("'=' or '%}'");
        set->body = parseScopeBlock("endset", at, "set");
    }
    body.push_back(std::move(set));
}

void Parser::parseFor(Body& body)
{
    const std::uint32_t at = next().at;
    auto loop = std::make_unique<ForStmt>(StmtKind::For, at);
    loop->target = parseTarget(false, "in");
    expectName("in");
    loop->items = parseTuple(false, "recursive");
    if (skipName("if"))
        loop->test = parseExpression();
    loop->recursive = skipName("recursive");
    expect(Tok::BlockEnd);
    ++m_loops;
    const int conditions = std::exchange(m_conditions, 0);
    loop->body = parseBody({"else", "endfor"}, at, "for");
    --m_loops;
    if (next().text == "else")
        loop->otherwise = parseBlock("endfor", at, "for");
    m_conditions = conditions;
    body.push_back(std::move(loop));
}

void Parser::parseIf(Body& body)
{
    const std::uint32_t at = current().at;
    auto branches = std::make_unique<IfStmt>(StmtKind::If, at);
    ++m_conditions;
    for (;;) {
        next();
        ExprPtr test = parseTuple(false);
        expect(Tok::BlockEnd);
        branches->branches.emplace_back(std::move(test), parseBody({"elif", "else", "endif"}, at, "if"));
        if (!isName("elif"))
            break;
    }
    if (next().text == "else")
        branches->otherwise = parseBlock("endif", at, "if");
    --m_conditions;
    body.push_back(std::move(branches));
}

void Parser::parseWith(Body& body)
{
    const std::uint32_t at = next().at;
    auto with = std::make_unique<ScopeStmt>(StmtKind::With, at);
    while (!is(Tok::BlockEnd)) {
        if (!with->variables.empty())
            expect(Tok::Comma);
        Target target = parseTarget(false);
        expect(Tok::Assign);
        with->variables.emplace_back(std::move(target), parseExpression());
    }
    with->body = parseScopeBlock("endwith", at, "with");
    body.push_back(std::move(with));
}

void Parser::parseParameters(MacroCode& code)
{
    expect(Tok::LParen);
    while (!is(Tok::RParen)) {
        if (!code.parameters.empty())
            expect(Tok::Comma);
        const std::uint32_t at = current().at;
        const Target parameter = parseTargetPart(false);
        if (parameter.form != Target::Form::Name)
            fail(at, CRUCIBLE_TR_NOOP("Problem", "a parameter is one name"));
        for (const auto& [id, name] : code.parameters) {
            if (id == parameter.name)
                fail(at, {CRUCIBLE_TR_NOOP("Problem", "the parameter %1 is named twice"), name});
        }
        std::string name = m_tokens[m_at - 1].text;
        if (skip(Tok::Assign))
            code.defaults.push_back(parseExpression());
        else if (!code.defaults.empty())
            fail(at,
                 {CRUCIBLE_TR_NOOP("Problem", "the parameter %1 needs a default value, because one before it has one"),
                  name});
        code.parameters.emplace_back(parameter.name, std::move(name));
    }
    next();
}

void Parser::parseMacroBody(MacroCode& code, std::string_view end, std::uint32_t opened, std::string_view opener)
{
    const int loops = std::exchange(m_loops, 0);
    m_macros.push_back(&code);
    code.body = parseScopeBlock(end, opened, opener);
    m_macros.pop_back();
    m_loops = loops;
}

void Parser::parseMacro(Body& body)
{
    const std::uint32_t at = next().at;
    auto macro = std::make_unique<MacroStmt>(StmtKind::Macro, at);
    macro->code.name = expect(Tok::Name).text;
    macro->name = nameId(macro->code.name);
    parseParameters(macro->code);
    parseMacroBody(macro->code, "endmacro", at, "macro");
    body.push_back(std::move(macro));
}

void Parser::parseCallBlock(Body& body)
{
    const std::uint32_t at = next().at;
    auto block = std::make_unique<MacroStmt>(StmtKind::CallBlock, at);
    if (is(Tok::LParen))
        parseParameters(block->code);
    const std::uint32_t callAt = current().at;
    block->call = parseExpression();
    if (block->call->kind != ExprKind::Call)
        fail(callAt, CRUCIBLE_TR_NOOP("Problem", "expected a call, such as {% call name() %}"));
    parseMacroBody(block->code, "endcall", at, "call");
    body.push_back(std::move(block));
}

void Parser::parseFilterBlock(Body& body)
{
    const std::uint32_t at = next().at;
    auto block = std::make_unique<ScopeStmt>(StmtKind::FilterBlock, at);
    do
        block->filter = parseFilter(std::move(block->filter));
    while (skip(Tok::Pipe));
    block->body = parseScopeBlock("endfilter", at, "filter");
    body.push_back(std::move(block));
}

void Parser::parseScope(Body& body, std::string_view end)
{
    const Token& tag = next();
    auto scope = std::make_unique<ScopeStmt>(StmtKind::Scope, tag.at);
    const int loops = std::exchange(m_loops, 0);
    if (tag.text == "block") {
        const Token& block = expect(Tok::Name);
        const std::string name = block.text;
        if (!m_blocks.insert(name).second)
            fail(block.at, {CRUCIBLE_TR_NOOP("Problem", "the block %1 is there twice"), name});
        scope->fromRoot = !skipName("scoped");
        skipName("required");
        scope->body = parseScopeBlock(end, tag.at, tag.text);
        skipName(name);
    } else {
        if (tag.text == "autoescape" && !skipName("false"))
            fail(current().at, CRUCIBLE_TR_NOOP("Problem", "autoescape can only be off here"),
                 CRUCIBLE_TR_NOOP("Problem", "use the filter escape where text has to be escaped"));
        scope->body = parseScopeBlock(end, tag.at, tag.text);
    }
    m_loops = loops;
    body.push_back(std::move(scope));
}

void Parser::parseLoopControl(Body& body, StmtKind kind)
{
    const Token& token = next();
    if (m_loops == 0)
        fail(token.at, {CRUCIBLE_TR_NOOP("Problem", "'%1' stands outside of a loop"), token.text});
    body.push_back(std::make_unique<Stmt>(kind, token.at));
}

} // namespace crucible::text::jinja
