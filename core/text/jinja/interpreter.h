// SPDX-License-Identifier: GPL-3.0-or-later
// Goes through a Program and writes its text. Variables live in frames, one for each scope of the template; a name is
// looked for from the innermost frame outwards, then among the variables of the caller, then among the functions.
#pragma once

#include "base/json.h"
#include "text/jinja/ast.h"
#include "text/jinja/objects.h"
#include "text/jinja/run.h"

#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace crucible::text::jinja {

// The variables of one scope.
struct Frame {
    Frame* parent = nullptr;
    bool isKept = false; // a macro was made here and may still look at it
    std::vector<std::pair<NameId, Value>> variables;

    const Value* find(NameId name) const;
    void set(NameId name, Value value);
};

class Interpreter final : public Run {
public:
    Interpreter(const Program& program, const OrderedJson& variables, const Limits& limits, Clock clock,
                CancelToken cancel);

    std::string render();

    // --- for macros and recursive loops
    std::string runMacro(const MacroCode& code, Frame* scope, std::vector<std::pair<NameId, Value>> variables);
    std::string runLoopAgain(const ForStmt& loop, Frame* scope, const Value& items, int depth);
    NameId nameOf(std::string_view name) const; // kNoName when the template never says it
    Value evaluate(const Expr& expr);           // in the current scope
    // Evaluates a default value among the parameters that are set already.
    Value evaluateIn(const Expr& expr, Frame* scope, const std::vector<std::pair<NameId, Value>>& variables);

    static constexpr NameId kNoName = ~NameId(0);

private:
    enum class Flow : std::uint8_t { Next, Break, Continue };

    // Enters a new scope for as long as it lives.
    class Scope {
    public:
        Scope(Interpreter& run, Frame* parent) : m_run(run), m_outer(run.m_frame), m_frame(run.takeFrame(parent))
        {
            run.m_frame = m_frame;
        }
        ~Scope()
        {
            m_run.m_frame = m_outer;
            m_run.giveBack(m_frame);
        }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;
        Frame* frame() const { return m_frame; }

    private:
        Interpreter& m_run;
        Frame* m_outer;
        Frame* m_frame;
    };

    // --- statements (interpreter.cpp)
    Flow execute(const Body& body);
    Flow execute(const Stmt& stmt);
    Flow executeFor(const ForStmt& loop);
    void runLoop(const ForStmt& loop, const Value& items, int depth);
    Flow executeIf(const IfStmt& branches);
    void executeSet(const SetStmt& set);
    void executeMacro(const MacroStmt& macro);
    Flow executeScope(const ScopeStmt& scope);
    // What the body writes, in a new scope.
    std::string capture(const Body& body, Frame* scope);
    void assign(const Target& target, const Value& value);
    void write(std::string_view text);
    void keep(Frame* frame);
    Frame* takeFrame(Frame* parent);
    void giveBack(Frame* frame);

    // --- expressions (interpreter_expressions.cpp)
    Value evaluateNode(const Expr& expr);
    Value lookUp(NameId name, std::uint32_t at);
    Value evaluateBinary(const BinaryExpr& expr);
    Value evaluateCompare(const CompareExpr& expr);
    Value evaluateConcat(const ConcatExpr& expr);
    Value evaluateItem(const ItemExpr& expr);
    Value evaluateCall(const CallExpr& expr, Object* caller = nullptr);
    Value evaluateApply(const ApplyExpr& expr);
    // A chain of filters over the text of a block.
    Value applyFilters(const Expr& filter, Value input);
    Arguments evaluateArguments(const CallArguments& arguments);

    const Program& m_program;
    std::vector<std::optional<Value>> m_variables; // of the caller, and functions, by name
    std::deque<Frame> m_frames;
    std::vector<Frame*> m_free;
    Frame* m_root = nullptr;
    Frame* m_frame = nullptr;
    std::string m_output;               // of the innermost thing that is captured
    const Value* m_blockText = nullptr; // what the first filter of a block is applied to
    NameId m_loopName = kNoName;
};

// JSON as values: objects become dicts in their order.
Value valueFromJson(Run& run, const OrderedJson& json);

} // namespace crucible::text::jinja
