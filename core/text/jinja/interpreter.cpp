// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/interpreter.h"

#include "base/units.h"
#include "text/jinja/access.h"
#include "text/jinja/loop.h"
#include "text/jinja/macro.h"
#include "text/jinja/operators.h"
#include "text/jinja/represent.h"
#include "text/utf8.h"

#include <algorithm>
#include <limits>

namespace crucible::text::jinja {

const Value* Frame::find(NameId name) const
{
    for (const auto& [known, value] : variables) {
        if (known == name)
            return &value;
    }
    return nullptr;
}

void Frame::set(NameId name, Value value)
{
    for (auto& [known, old] : variables) {
        if (known == name) {
            old = std::move(value);
            return;
        }
    }
    variables.emplace_back(name, std::move(value));
}

Interpreter::Interpreter(const Program& program, const OrderedJson& variables, const Limits& limits, Clock clock,
                         CancelToken cancel)
    : Run(program.source, limits, std::move(clock), std::move(cancel)), m_program(program),
      m_variables(program.names.size())
{
    for (std::size_t id = 0; id < program.names.size(); ++id) {
        const std::string& name = program.names[id];
        if (const auto given = variables.find(name); given != variables.end())
            m_variables[id] = valueFromJson(*this, *given);
        else if (const Builtin* function = findBuiltin(functions(), name))
            m_variables[id] = Value(make<FunctionObject>(*function));
        if (name == "loop")
            m_loopName = static_cast<NameId>(id);
    }
}

std::string Interpreter::render()
{
    m_root = takeFrame(nullptr);
    m_frame = m_root;
    execute(m_program.body);
    return std::move(m_output);
}

NameId Interpreter::nameOf(std::string_view name) const
{
    const auto found = std::find(m_program.names.begin(), m_program.names.end(), name);
    return found == m_program.names.end() ? kNoName : static_cast<NameId>(found - m_program.names.begin());
}

Frame* Interpreter::takeFrame(Frame* parent)
{
    if (m_free.empty()) {
        takeMemory(sizeof(Frame) + 256);
        m_free.push_back(&m_frames.emplace_back());
    }
    Frame* frame = m_free.back();
    m_free.pop_back();
    frame->parent = parent;
    return frame;
}

void Interpreter::giveBack(Frame* frame)
{
    if (frame->isKept)
        return;
    frame->variables.clear();
    m_free.push_back(frame);
}

void Interpreter::keep(Frame* frame)
{
    for (; frame && !frame->isKept; frame = frame->parent)
        frame->isKept = true;
}

void Interpreter::write(std::string_view text)
{
    spend(text.size() / 64);
    if (text.size() > limits().outputBytes - std::min(limits().outputBytes, m_output.size()))
        fail({CRUCIBLE_TR_NOOP("Problem", "the template writes more than %1"), formatBytes(limits().outputBytes)});
    takeMemory(text.size());
    m_output += text;
}

std::string Interpreter::capture(const Body& body, Frame* scope)
{
    std::string outer = std::exchange(m_output, {});
    {
        const Scope inner(*this, scope);
        execute(body);
    }
    std::string text = std::exchange(m_output, std::move(outer));
    giveBackMemory(text.size());
    return text;
}

std::string Interpreter::runMacro(const MacroCode& code, Frame* scope, std::vector<std::pair<NameId, Value>> variables)
{
    std::string outer = std::exchange(m_output, {});
    {
        const Scope inner(*this, scope);
        inner.frame()->variables = std::move(variables);
        execute(code.body);
    }
    std::string text = std::exchange(m_output, std::move(outer));
    giveBackMemory(text.size());
    return text;
}

std::string Interpreter::runLoopAgain(const ForStmt& loop, Frame* scope, const Value& items, int depth)
{
    const Nesting nesting(*this);
    std::string outer = std::exchange(m_output, {});
    Frame* const frame = std::exchange(m_frame, scope);
    runLoop(loop, items, depth);
    m_frame = frame;
    std::string text = std::exchange(m_output, std::move(outer));
    giveBackMemory(text.size());
    return text;
}

Value Interpreter::evaluateIn(const Expr& expr, Frame* scope, const std::vector<std::pair<NameId, Value>>& variables)
{
    const Scope inner(*this, scope);
    inner.frame()->variables = variables;
    return evaluate(expr);
}

Interpreter::Flow Interpreter::execute(const Body& body)
{
    for (const auto& stmt : body) {
        if (const Flow flow = execute(*stmt); flow != Flow::Next)
            return flow;
    }
    return Flow::Next;
}

Interpreter::Flow Interpreter::execute(const Stmt& stmt)
{
    spend();
    switch (stmt.kind) {
    case StmtKind::Text: write(static_cast<const TextStmt&>(stmt).text); return Flow::Next;
    case StmtKind::Print: {
        const Value value = evaluate(*static_cast<const PrintStmt&>(stmt).value);
        setPlace(stmt.at);
        if (value.isText())
            write(value.text());
        else if (!value.isUndefined())
            write(textOf(*this, value));
        return Flow::Next;
    }
    case StmtKind::Break: return Flow::Break;
    case StmtKind::Continue: return Flow::Continue;
    default: break;
    }
    const Nesting nesting(*this);
    switch (stmt.kind) {
    case StmtKind::Set:
    case StmtKind::SetBlock: executeSet(static_cast<const SetStmt&>(stmt)); return Flow::Next;
    case StmtKind::For: return executeFor(static_cast<const ForStmt&>(stmt));
    case StmtKind::If: return executeIf(static_cast<const IfStmt&>(stmt));
    case StmtKind::Macro:
    case StmtKind::CallBlock: executeMacro(static_cast<const MacroStmt&>(stmt)); return Flow::Next;
    default: return executeScope(static_cast<const ScopeStmt&>(stmt));
    }
}

Interpreter::Flow Interpreter::executeIf(const IfStmt& branches)
{
    for (const auto& [test, body] : branches.branches) {
        if (evaluate(*test).truth())
            return execute(body);
    }
    return execute(branches.otherwise);
}

Interpreter::Flow Interpreter::executeFor(const ForStmt& loop)
{
    const Value items = evaluate(*loop.items);
    runLoop(loop, items, 0);
    return Flow::Next;
}

void Interpreter::runLoop(const ForStmt& loop, const Value& all, int depth)
{
    setPlace(loop.items->at);
    std::vector<Value> items = itemsOf(*this, all);
    if (loop.test) {
        const Scope scope(*this, m_frame);
        std::vector<Value> chosen;
        for (Value& item : items) {
            scope.frame()->variables.clear();
            assign(loop.target, item);
            if (evaluate(*loop.test).truth())
                chosen.push_back(std::move(item));
        }
        items = std::move(chosen);
    }
    bool wentThrough = false; // to the end of the body, once: what decides about the else
    {
        LoopObject* state = m_loopName == kNoName && !loop.recursive
                                ? nullptr
                                : make<LoopObject>(*this, loop, m_frame, std::move(items), depth);
        const std::vector<Value>& rest = state ? state->items() : items;
        if (loop.recursive)
            keep(m_frame);
        const Scope scope(*this, m_frame);
        for (std::size_t i = 0; i < rest.size(); ++i) {
            spend();
            scope.frame()->variables.clear();
            if (state && m_loopName != kNoName) {
                state->moveTo(i);
                scope.frame()->set(m_loopName, Value(state));
            }
            assign(loop.target, rest[i]);
            const Flow flow = execute(loop.body);
            if (flow == Flow::Break)
                break;
            wentThrough = wentThrough || flow == Flow::Next;
        }
        if (state)
            state->finish();
    }
    if (!wentThrough && !loop.otherwise.empty()) {
        const Scope scope(*this, m_frame);
        execute(loop.otherwise);
    }
}

void Interpreter::executeSet(const SetStmt& set)
{
    if (set.kind == StmtKind::Set) {
        const Value value = evaluate(*set.value);
        setPlace(set.target.at);
        assign(set.target, value);
        return;
    }
    Value value = text(capture(set.body, m_frame));
    if (set.value)
        value = applyFilters(*set.value, std::move(value));
    setPlace(set.target.at);
    assign(set.target, value);
}

void Interpreter::assign(const Target& target, const Value& value)
{
    switch (target.form) {
    case Target::Form::Name: m_frame->set(target.name, value); return;
    case Target::Form::Attribute: {
        setPlace(target.at);
        const Value owner = lookUp(target.name, target.at);
        auto* space = owner.as<NamespaceObject>();
        if (!space) {
            demandDefined(*this, owner);
            fail({CRUCIBLE_TR_NOOP("Problem", "%1 is a value of type %2, and only a namespace can be changed"),
                  m_program.names[target.name], owner.typeName()},
                 CRUCIBLE_TR_NOOP("Problem", "make it with namespace()"));
        }
        takeMemory(sizeof(Value));
        space->set(target.attribute, value);
        return;
    }
    case Target::Form::Tuple: {
        setPlace(target.at);
        demandDefined(*this, value);
        const std::vector<Value> parts = itemsOf(*this, value);
        if (parts.size() != target.parts.size())
            fail({CRUCIBLE_TR_NOOP("Problem", "%1 values for %2 names"), parts.size(), target.parts.size()});
        for (std::size_t i = 0; i < parts.size(); ++i)
            assign(target.parts[i], parts[i]);
        return;
    }
    }
}

void Interpreter::executeMacro(const MacroStmt& macro)
{
    keep(m_frame);
    auto* object = make<MacroObject>(*this, macro.code, m_frame);
    if (macro.kind == StmtKind::Macro) {
        m_frame->set(macro.name, Value(object));
        return;
    }
    const Value result = evaluateCall(static_cast<const CallExpr&>(*macro.call), object);
    setPlace(macro.at);
    write(textOf(*this, result));
}

Interpreter::Flow Interpreter::executeScope(const ScopeStmt& scope)
{
    if (scope.kind == StmtKind::FilterBlock) {
        const Value result = applyFilters(*scope.filter, text(capture(scope.body, m_frame)));
        setPlace(scope.at);
        write(textOf(*this, result));
        return Flow::Next;
    }
    std::vector<Value> values;
    for (const auto& [target, expr] : scope.variables)
        values.push_back(evaluate(*expr));
    const Scope inner(*this, scope.fromRoot ? m_root : m_frame);
    for (std::size_t i = 0; i < values.size(); ++i)
        assign(scope.variables[i].first, values[i]);
    return execute(scope.body);
}

Value valueFromJson(Run& run, const OrderedJson& json)
{
    const Run::Nesting nesting(run);
    run.spend();
    switch (json.type()) {
    case OrderedJson::value_t::boolean: return json.get<bool>();
    case OrderedJson::value_t::number_integer: return json.get<std::int64_t>();
    case OrderedJson::value_t::number_unsigned: {
        const auto number = json.get<std::uint64_t>();
        if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return Value(run.make<WideIntegerObject>(number));
        return static_cast<std::int64_t>(number);
    }
    case OrderedJson::value_t::number_float: return json.get<double>();
    case OrderedJson::value_t::string: return run.text(toValidUtf8(json.get_ref<const std::string&>()));
    case OrderedJson::value_t::array: {
        std::vector<Value> items;
        items.reserve(json.size());
        for (const OrderedJson& item : json)
            items.push_back(valueFromJson(run, item));
        return run.list(std::move(items));
    }
    case OrderedJson::value_t::object: {
        std::vector<Dict::Entry> entries;
        entries.reserve(json.size());
        for (const auto& [key, item] : json.items())
            entries.emplace_back(run.text(toValidUtf8(key)), valueFromJson(run, item));
        return run.dict(std::move(entries));
    }
    default: return {};
    }
}

} // namespace crucible::text::jinja
