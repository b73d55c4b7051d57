// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/interpreter.h"

#include "text/jinja/access.h"
#include "text/jinja/operators.h"
#include "text/jinja/represent.h"

#include <fmt/format.h>

namespace crucible::text::jinja {

Value Interpreter::evaluate(const Expr& expr)
{
    if (expr.kind == ExprKind::Const)
        return static_cast<const ConstExpr&>(expr).value;
    if (expr.kind == ExprKind::Name)
        return lookUp(static_cast<const NameExpr&>(expr).name, expr.at);
    const Nesting nesting(*this);
    spend();
    return evaluateNode(expr);
}

Value Interpreter::lookUp(NameId name, std::uint32_t at)
{
    spend();
    for (const Frame* frame = m_frame; frame; frame = frame->parent) {
        if (const Value* value = frame->find(name))
            return *value;
    }
    if (m_variables[name])
        return *m_variables[name];
    if (m_program.names[name] == "self")
        return Value(make<TemplateObject>());
    setPlace(at);
    return undefined(fmt::format("'{}' is undefined", m_program.names[name]));
}

Value Interpreter::evaluateNode(const Expr& expr)
{
    switch (expr.kind) {
    case ExprKind::List: {
        const auto& node = static_cast<const ListExpr&>(expr);
        std::vector<Value> items;
        items.reserve(node.items.size());
        for (const ExprPtr& item : node.items)
            items.push_back(evaluate(*item));
        setPlace(expr.at);
        return node.isTuple ? tuple(std::move(items)) : list(std::move(items));
    }
    case ExprKind::Dict: {
        const auto& node = static_cast<const DictExpr&>(expr);
        std::vector<Dict::Entry> entries;
        entries.reserve(node.entries.size());
        for (const auto& [key, value] : node.entries) {
            Value keyValue = evaluate(*key);
            entries.emplace_back(std::move(keyValue), evaluate(*value));
        }
        setPlace(expr.at);
        return dict(std::move(entries));
    }
    case ExprKind::Not: return !evaluate(*static_cast<const UnaryExpr&>(expr).operand).truth();
    case ExprKind::Negate:
    case ExprKind::Plus: {
        const Value value = evaluate(*static_cast<const UnaryExpr&>(expr).operand);
        setPlace(expr.at);
        return negate(*this, value, expr.kind == ExprKind::Negate);
    }
    case ExprKind::Binary:
    case ExprKind::And:
    case ExprKind::Or: return evaluateBinary(static_cast<const BinaryExpr&>(expr));
    case ExprKind::Compare: return evaluateCompare(static_cast<const CompareExpr&>(expr));
    case ExprKind::Concat: return evaluateConcat(static_cast<const ConcatExpr&>(expr));
    case ExprKind::Condition: {
        const auto& node = static_cast<const ConditionExpr&>(expr);
        if (evaluate(*node.test).truth())
            return evaluate(*node.yes);
        return node.no ? evaluate(*node.no) : undefined("the condition does not hold, and there is no else");
    }
    case ExprKind::Attribute: {
        const auto& node = static_cast<const AttributeExpr&>(expr);
        const Value object = evaluate(*node.object);
        setPlace(expr.at);
        return attributeOf(*this, object, node.name);
    }
    case ExprKind::Item: return evaluateItem(static_cast<const ItemExpr&>(expr));
    case ExprKind::Slice:
        setPlace(expr.at);
        fail(CRUCIBLE_TR_NOOP("Problem", "a slice stands alone within its brackets"));
    case ExprKind::Call: return evaluateCall(static_cast<const CallExpr&>(expr));
    case ExprKind::Filter:
    case ExprKind::Test: return evaluateApply(static_cast<const ApplyExpr&>(expr));
    default: return {};
    }
}

Value Interpreter::evaluateBinary(const BinaryExpr& expr)
{
    Value left = evaluate(*expr.left);
    if (expr.kind == ExprKind::And)
        return left.truth() ? evaluate(*expr.right) : left;
    if (expr.kind == ExprKind::Or)
        return left.truth() ? left : evaluate(*expr.right);
    const Value right = evaluate(*expr.right);
    setPlace(expr.at);
    return arithmetic(*this, expr.op, left, right);
}

Value Interpreter::evaluateCompare(const CompareExpr& expr)
{
    Value left = evaluate(*expr.left);
    for (const auto& [comparison, other] : expr.others) {
        Value right = evaluate(*other);
        setPlace(expr.at);
        if (!compare(*this, comparison, left, right))
            return false;
        left = std::move(right);
    }
    return true;
}

Value Interpreter::evaluateConcat(const ConcatExpr& expr)
{
    std::string all;
    for (const ExprPtr& part : expr.parts) {
        const Value value = evaluate(*part);
        setPlace(expr.at);
        appendText(*this, all, value);
    }
    return text(std::move(all));
}

Value Interpreter::evaluateItem(const ItemExpr& expr)
{
    const Value object = evaluate(*expr.object);
    if (expr.index->kind != ExprKind::Slice) {
        const Value index = evaluate(*expr.index);
        setPlace(expr.at);
        return itemOf(*this, object, index);
    }
    const auto& slice = static_cast<const SliceExpr&>(*expr.index);
    const Value start = slice.start ? evaluate(*slice.start) : Value();
    const Value stop = slice.stop ? evaluate(*slice.stop) : Value();
    const Value step = slice.step ? evaluate(*slice.step) : Value();
    setPlace(expr.at);
    return sliceOf(*this, object, start, stop, step);
}

Arguments Interpreter::evaluateArguments(const CallArguments& arguments)
{
    Arguments values;
    values.positional.reserve(arguments.positional.size());
    for (const ExprPtr& argument : arguments.positional)
        values.positional.push_back(evaluate(*argument));
    for (const auto& [name, argument] : arguments.named)
        values.named.emplace_back(name, evaluate(*argument));
    if (arguments.star) {
        const Value more = evaluate(*arguments.star);
        setPlace(arguments.star->at);
        for (Value& item : itemsOf(*this, more))
            values.positional.push_back(std::move(item));
    }
    if (arguments.doubleStar) {
        const Value more = evaluate(*arguments.doubleStar);
        setPlace(arguments.doubleStar->at);
        if (!more.isDict())
            fail({CRUCIBLE_TR_NOOP("Problem", "** takes a dict, not a value of type %1"), more.typeName()});
        for (const auto& [key, value] : more.dict().entries) {
            if (!key.isText())
                fail(CRUCIBLE_TR_NOOP("Problem", "the names of arguments are texts"));
            values.named.emplace_back(key.text(), value);
        }
    }
    return values;
}

Value Interpreter::evaluateCall(const CallExpr& expr, Object* caller)
{
    Value callee;
    if (expr.callee->kind == ExprKind::Attribute) {
        const auto& attribute = static_cast<const AttributeExpr&>(*expr.callee);
        const Value object = evaluate(*attribute.object);
        if (const Builtin* method = methodOf(object, attribute.name)) {
            Arguments arguments = evaluateArguments(expr.arguments);
            setPlace(attribute.at);
            return applyBuiltin(*this, *method, object, arguments);
        }
        setPlace(attribute.at);
        callee = attributeOf(*this, object, attribute.name);
    } else {
        callee = evaluate(*expr.callee);
    }
    setPlace(expr.callee->at);
    demandDefined(*this, callee);
    if (!callee.isObject() || !callee.object()->isCallable())
        fail({CRUCIBLE_TR_NOOP("Problem", "a value of type %1 can not be called"), callee.typeName()});
    Arguments arguments = evaluateArguments(expr.arguments);
    if (caller)
        arguments.named.emplace_back("caller", Value(caller));
    setPlace(expr.callee->at);
    return callee.object()->call(*this, arguments);
}

Value Interpreter::evaluateApply(const ApplyExpr& expr)
{
    const Value input = expr.input ? evaluate(*expr.input) : *m_blockText;
    if (!expr.builtin) {
        setPlace(expr.at);
        const bool isFilter = expr.kind == ExprKind::Filter;
        fail(missingBuiltin(isFilter ? "filter" : "test", expr.name, isFilter ? filters() : tests()));
    }
    Arguments arguments = evaluateArguments(expr.arguments);
    setPlace(expr.at);
    return applyBuiltin(*this, *expr.builtin, input, arguments);
}

Value Interpreter::applyFilters(const Expr& filter, Value input)
{
    const Value* outer = std::exchange(m_blockText, &input);
    Value result = evaluate(filter);
    m_blockText = outer;
    return result;
}

} // namespace crucible::text::jinja
