// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/parser.h"

#include "base/text.h"
#include "text/jinja/builtins.h"
#include "text/jinja/limits.h"

#include <algorithm>

namespace crucible::text::jinja {

// One level of brackets, prefixes or conditions, so that the parser's own recursion is bounded.
class Parser::Level {
public:
    explicit Level(Parser& parser) : m_parser(parser)
    {
        if (++m_parser.m_expressionDepth > kMaxExpressionDepth)
            m_parser.fail(
                m_parser.current().at,
                {CRUCIBLE_TR_NOOP("Problem", "brackets are nested deeper than %1 levels"), kMaxExpressionDepth});
    }
    ~Level() { --m_parser.m_expressionDepth; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

private:
    Parser& m_parser;
};

void Parser::measure(Expr& expr, std::initializer_list<const Expr*> below) const
{
    for (const Expr* part : below) {
        if (part)
            expr.depth = std::max<std::uint16_t>(expr.depth, static_cast<std::uint16_t>(part->depth + 1));
    }
    if (expr.depth > kMaxExpressionDepth)
        fail(expr.at, {CRUCIBLE_TR_NOOP("Problem", "this expression is deeper than %1 levels"), kMaxExpressionDepth},
             CRUCIBLE_TR_NOOP("Problem", "give parts of it a name with {% set %}"));
}

void Parser::measure(Expr& expr, const CallArguments& arguments, const Expr* input) const
{
    measure(expr, {input, arguments.star.get(), arguments.doubleStar.get()});
    for (const ExprPtr& argument : arguments.positional)
        measure(expr, {argument.get()});
    for (const auto& [name, argument] : arguments.named)
        measure(expr, {argument.get()});
}

ExprPtr Parser::parseExpression(bool withCondition)
{
    const Level level(*this);
    return withCondition ? parseCondition() : parseOr();
}

ExprPtr Parser::parseCondition()
{
    const std::size_t unknown = m_unknown.size();
    ExprPtr value = parseOr();
    while (isName("if")) {
        m_unknown.resize(unknown);
        auto condition = std::make_unique<ConditionExpr>(next().at);
        ++m_conditions;
        condition->test = parseOr();
        condition->yes = std::move(value);
        if (skipName("else")) {
            const Level level(*this);
            condition->no = parseCondition();
        }
        --m_conditions;
        measure(*condition, {condition->test.get(), condition->yes.get(), condition->no.get()});
        value = std::move(condition);
    }
    return value;
}

ExprPtr Parser::parseOr()
{
    ExprPtr left = parseAnd();
    while (isName("or")) {
        const std::uint32_t at = next().at;
        auto both = std::make_unique<BinaryExpr>(ExprKind::Or, at, Tok::End, std::move(left), parseAnd());
        measure(*both, {both->left.get(), both->right.get()});
        left = std::move(both);
    }
    return left;
}

ExprPtr Parser::parseAnd()
{
    ExprPtr left = parseNot();
    while (isName("and")) {
        const std::uint32_t at = next().at;
        auto both = std::make_unique<BinaryExpr>(ExprKind::And, at, Tok::End, std::move(left), parseNot());
        measure(*both, {both->left.get(), both->right.get()});
        left = std::move(both);
    }
    return left;
}

ExprPtr Parser::parseNot()
{
    if (!isName("not"))
        return parseCompare();
    const Level level(*this);
    const std::uint32_t at = next().at;
    auto inverse = std::make_unique<UnaryExpr>(ExprKind::Not, at, parseNot());
    measure(*inverse, {inverse->operand.get()});
    return inverse;
}

ExprPtr Parser::parseCompare()
{
    const std::uint32_t at = current().at;
    ExprPtr left = parseSum();
    auto compare = std::make_unique<CompareExpr>(at);
    for (;;) {
        Comparison comparison = Comparison::Eq;
        switch (current().kind) {
        case Tok::Eq: break;
        case Tok::Ne: comparison = Comparison::Ne; break;
        case Tok::Lt: comparison = Comparison::Lt; break;
        case Tok::Le: comparison = Comparison::Le; break;
        case Tok::Gt: comparison = Comparison::Gt; break;
        case Tok::Ge: comparison = Comparison::Ge; break;
        default:
            if (isName("in")) {
                comparison = Comparison::In;
            } else if (isName("not") && ahead().kind == Tok::Name && ahead().text == "in") {
                comparison = Comparison::NotIn;
                next();
            } else if (compare->others.empty()) {
                return left;
            } else {
                compare->left = std::move(left);
                measure(*compare, {compare->left.get()});
                for (const auto& [kind, other] : compare->others)
                    measure(*compare, {other.get()});
                return compare;
            }
        }
        compare->at = compare->others.empty() ? current().at : compare->at;
        next();
        ExprPtr other = parseSum();
        compare->others.emplace_back(comparison, std::move(other));
    }
}

ExprPtr Parser::parseSum()
{
    ExprPtr left = parseConcat();
    while (is(Tok::Add) || is(Tok::Sub)) {
        const Token& op = next();
        auto sum = std::make_unique<BinaryExpr>(ExprKind::Binary, op.at, op.kind, std::move(left), parseConcat());
        measure(*sum, {sum->left.get(), sum->right.get()});
        left = std::move(sum);
    }
    return left;
}

ExprPtr Parser::parseConcat()
{
    ExprPtr first = parseProduct();
    if (!is(Tok::Tilde))
        return first;
    auto concat = std::make_unique<ConcatExpr>(current().at);
    concat->parts.push_back(std::move(first));
    while (skip(Tok::Tilde))
        concat->parts.push_back(parseProduct());
    for (const ExprPtr& part : concat->parts)
        measure(*concat, {part.get()});
    return concat;
}

ExprPtr Parser::parseProduct()
{
    ExprPtr left = parsePower();
    while (is(Tok::Mul) || is(Tok::Div) || is(Tok::FloorDiv) || is(Tok::Mod)) {
        const Token& op = next();
        auto product = std::make_unique<BinaryExpr>(ExprKind::Binary, op.at, op.kind, std::move(left), parsePower());
        measure(*product, {product->left.get(), product->right.get()});
        left = std::move(product);
    }
    return left;
}

namespace {

bool isNumber(const Expr& expr)
{
    return expr.kind == ExprKind::Const ||
           (expr.kind == ExprKind::Negate && static_cast<const UnaryExpr&>(expr).operand->kind == ExprKind::Const);
}

} // namespace

ExprPtr Parser::parsePower()
{
    ExprPtr left = parseUnary();
    while (is(Tok::Pow)) {
        const Token& op = next();
        // The sign of a number counts before the power where both are written out, and after it otherwise: so it
        // became in the Python that Jinja2 makes of templates.
        const bool isSigned = left->kind == ExprKind::Negate && isNumber(*left);
        ExprPtr exponent = parseUnary();
        if (isSigned && !isNumber(*exponent)) {
            auto& sign = static_cast<UnaryExpr&>(*left);
            auto power = std::make_unique<BinaryExpr>(ExprKind::Binary, op.at, op.kind, std::move(sign.operand),
                                                      std::move(exponent));
            measure(*power, {power->left.get(), power->right.get()});
            sign.operand = std::move(power);
            measure(sign, {sign.operand.get()});
            continue;
        }
        auto power =
            std::make_unique<BinaryExpr>(ExprKind::Binary, op.at, op.kind, std::move(left), std::move(exponent));
        measure(*power, {power->left.get(), power->right.get()});
        left = std::move(power);
    }
    return left;
}

ExprPtr Parser::parseUnary(bool withFilter)
{
    ExprPtr value;
    if (is(Tok::Sub) || is(Tok::Add)) {
        const Level level(*this);
        const Token& op = next();
        auto sign = std::make_unique<UnaryExpr>(op.kind == Tok::Sub ? ExprKind::Negate : ExprKind::Plus, op.at,
                                                parseUnary(false));
        measure(*sign, {sign->operand.get()});
        value = std::move(sign);
    } else {
        value = parsePrimary();
    }
    value = parsePostfix(std::move(value));
    return withFilter ? parseFilters(std::move(value)) : std::move(value);
}

ExprPtr Parser::parsePrimary()
{
    const Token& token = current();
    switch (token.kind) {
    case Tok::Name: {
        next();
        const std::string& name = token.text;
        if (name == "true" || name == "True")
            return std::make_unique<ConstExpr>(token.at, Value(true));
        if (name == "false" || name == "False")
            return std::make_unique<ConstExpr>(token.at, Value(false));
        if (name == "none" || name == "None")
            return std::make_unique<ConstExpr>(token.at, Value());
        for (MacroCode* macro : m_macros) {
            macro->usesVarargs = macro->usesVarargs || name == "varargs";
            macro->usesKwargs = macro->usesKwargs || name == "kwargs";
            macro->usesCaller = macro->usesCaller || name == "caller";
        }
        return std::make_unique<NameExpr>(token.at, nameId(name));
    }
    case Tok::String: {
        std::string text;
        while (is(Tok::String))
            text += next().text;
        return std::make_unique<ConstExpr>(token.at, Value(std::make_shared<const TextData>(std::move(text))));
    }
    case Tok::Integer: return std::make_unique<ConstExpr>(token.at, Value(next().integer));
    case Tok::Real: return std::make_unique<ConstExpr>(token.at, Value(next().real));
    case Tok::LParen: {
        const Level level(*this);
        next();
        ExprPtr inner = parseTuple(true, {}, true);
        expect(Tok::RParen);
        return inner;
    }
    case Tok::LBracket:
    case Tok::LBrace: return parseListOrDict();
    default: unexpected("an expression");
    }
}

ExprPtr Parser::parseListOrDict()
{
    const Level level(*this);
    const Token& open = next();
    if (open.kind == Tok::LBracket) {
        auto list = std::make_unique<ListExpr>(open.at);
        while (!is(Tok::RBracket)) {
            list->items.push_back(parseExpression());
            measure(*list, {list->items.back().get()});
            if (!is(Tok::RBracket))
                expect(Tok::Comma);
        }
        next();
        return list;
    }
    auto dict = std::make_unique<DictExpr>(open.at);
    while (!is(Tok::RBrace)) {
        ExprPtr key = parseExpression();
        expect(Tok::Colon);
        dict->entries.emplace_back(std::move(key), parseExpression());
        measure(*dict, {dict->entries.back().first.get(), dict->entries.back().second.get()});
        if (!is(Tok::RBrace))
            expect(Tok::Comma);
    }
    next();
    return dict;
}

bool Parser::atTupleEnd(std::string_view end) const
{
    return is(Tok::VariableEnd) || is(Tok::BlockEnd) || is(Tok::RParen) || (!end.empty() && isName(end));
}

ExprPtr Parser::parseTuple(bool withCondition, std::string_view end, bool parentheses)
{
    auto tuple = std::make_unique<ListExpr>(current().at);
    tuple->isTuple = true;
    bool isTuple = false;
    for (;;) {
        if (!tuple->items.empty())
            expect(Tok::Comma);
        if (atTupleEnd(end))
            break;
        tuple->items.push_back(parseExpression(withCondition));
        if (!is(Tok::Comma))
            break;
        isTuple = true;
    }
    if (!isTuple && !tuple->items.empty())
        return std::move(tuple->items.front());
    if (!isTuple && !parentheses)
        unexpected("an expression");
    for (const ExprPtr& item : tuple->items)
        measure(*tuple, {item.get()});
    return tuple;
}

ExprPtr Parser::parsePostfix(ExprPtr expr)
{
    for (;;) {
        if (is(Tok::Dot) || is(Tok::LBracket))
            expr = parseSubscript(std::move(expr));
        else if (is(Tok::LParen))
            expr = parseCall(std::move(expr));
        else
            return expr;
    }
}

ExprPtr Parser::parseFilters(ExprPtr expr)
{
    for (;;) {
        if (skip(Tok::Pipe))
            expr = parseFilter(std::move(expr));
        else if (isName("is"))
            expr = parseTest(std::move(expr));
        else if (is(Tok::LParen))
            expr = parseCall(std::move(expr));
        else
            return expr;
    }
}

ExprPtr Parser::parseSubscript(ExprPtr object)
{
    const Token& open = next();
    ExprPtr result;
    if (open.kind == Tok::Dot) {
        if (is(Tok::Name)) {
            auto attribute = std::make_unique<AttributeExpr>(current().at, std::move(object), current().text);
            next();
            measure(*attribute, {attribute->object.get()});
            return attribute;
        }
        if (!is(Tok::Integer))
            unexpected("a name or a number");
        auto number = std::make_unique<ConstExpr>(current().at, Value(current().integer));
        next();
        auto item = std::make_unique<ItemExpr>(open.at, std::move(object), std::move(number));
        measure(*item, {item->object.get()});
        return item;
    }
    const Level level(*this);
    auto parts = std::make_unique<ListExpr>(open.at);
    parts->isTuple = true;
    while (!is(Tok::RBracket)) {
        if (!parts->items.empty())
            expect(Tok::Comma);
        parts->items.push_back(parseSubscriptPart());
        measure(*parts, {parts->items.back().get()});
    }
    next();
    ExprPtr index = parts->items.size() == 1 ? std::move(parts->items.front()) : ExprPtr(std::move(parts));
    auto item = std::make_unique<ItemExpr>(open.at, std::move(object), std::move(index));
    measure(*item, {item->object.get(), item->index.get()});
    return item;
}

ExprPtr Parser::parseSubscriptPart()
{
    auto slice = std::make_unique<SliceExpr>(current().at);
    if (!is(Tok::Colon)) {
        slice->start = parseExpression();
        if (!is(Tok::Colon))
            return std::move(slice->start);
    }
    next();
    const auto hasPart = [&] { return !is(Tok::Colon) && !is(Tok::RBracket) && !is(Tok::Comma); };
    if (hasPart())
        slice->stop = parseExpression();
    if (skip(Tok::Colon) && hasPart())
        slice->step = parseExpression();
    measure(*slice, {slice->start.get(), slice->stop.get(), slice->step.get()});
    return slice;
}

ExprPtr Parser::parseCall(ExprPtr callee)
{
    auto call = std::make_unique<CallExpr>(callee->at, std::move(callee));
    parseArguments(call->arguments);
    measure(*call, call->arguments, call->callee.get());
    return call;
}

void Parser::parseArguments(CallArguments& arguments)
{
    const std::uint32_t open = expect(Tok::LParen).at;
    const auto demand = [&](bool fine) {
        if (!fine)
            fail(open, CRUCIBLE_TR_NOOP("Problem", "arguments come in this order: values, name=value, *list, **dict"));
    };
    bool first = true;
    while (!is(Tok::RParen)) {
        if (!first)
            expect(Tok::Comma);
        if (is(Tok::RParen))
            break;
        first = false;
        if (is(Tok::Mul)) {
            demand(!arguments.star && !arguments.doubleStar);
            next();
            arguments.star = parseExpression();
        } else if (is(Tok::Pow)) {
            demand(!arguments.doubleStar);
            next();
            arguments.doubleStar = parseExpression();
        } else if (is(Tok::Name) && ahead().kind == Tok::Assign) {
            demand(!arguments.doubleStar);
            const Token& name = next();
            next();
            const bool twice = std::any_of(arguments.named.begin(), arguments.named.end(),
                                           [&](const auto& known) { return known.first == name.text; });
            if (twice)
                fail(name.at, {CRUCIBLE_TR_NOOP("Problem", "the argument %1 is given twice"), name.text});
            arguments.named.emplace_back(name.text, parseExpression());
        } else {
            demand(!arguments.star && !arguments.doubleStar && arguments.named.empty());
            arguments.positional.push_back(parseExpression());
        }
    }
    next();
}

ExprPtr Parser::parseFilter(ExprPtr input)
{
    const Token& token = expect(Tok::Name);
    auto filter = std::make_unique<ApplyExpr>(ExprKind::Filter, token.at, std::move(input));
    filter->name = token.text;
    while (skip(Tok::Dot))
        filter->name += "." + expect(Tok::Name).text;
    filter->builtin = findBuiltin(filters(), filter->name);
    if (!filter->builtin && m_conditions == 0)
        m_unknown.emplace_back(token.at, missingBuiltin("filter", filter->name, filters()));
    if (is(Tok::LParen))
        parseArguments(filter->arguments);
    measure(*filter, filter->arguments, filter->input.get());
    return filter;
}

ExprPtr Parser::parseTest(ExprPtr input)
{
    next();
    const bool negated = skipName("not");
    const Token& token = expect(Tok::Name);
    auto test = std::make_unique<ApplyExpr>(ExprKind::Test, token.at, std::move(input));
    test->name = token.text;
    while (skip(Tok::Dot))
        test->name += "." + expect(Tok::Name).text;
    test->builtin = findBuiltin(tests(), test->name);
    if (!test->builtin && m_conditions == 0)
        m_unknown.emplace_back(token.at, missingBuiltin("test", test->name, tests()));
    switch (current().kind) {
    case Tok::LParen: parseArguments(test->arguments); break;
    case Tok::Name:
        if (isName("else") || isName("or") || isName("and"))
            break;
        if (isName("is"))
            fail(current().at, CRUCIBLE_TR_NOOP("Problem", "tests can not be chained"),
                 CRUCIBLE_TR_NOOP("Problem", "join them with 'and'"));
        [[fallthrough]];
    case Tok::String:
    case Tok::Integer:
    case Tok::Real:
    case Tok::LBracket:
    case Tok::LBrace: {
        const Level level(*this);
        test->arguments.positional.push_back(parsePostfix(parsePrimary()));
        break;
    }
    default: break;
    }
    measure(*test, test->arguments, test->input.get());
    if (!negated)
        return test;
    auto inverse = std::make_unique<UnaryExpr>(ExprKind::Not, token.at, std::move(test));
    measure(*inverse, {inverse->operand.get()});
    return inverse;
}

} // namespace crucible::text::jinja
