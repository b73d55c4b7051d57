// SPDX-License-Identifier: GPL-3.0-or-later
// The variable `loop`.
#pragma once

#include "text/jinja/ast.h"
#include "text/jinja/objects.h"

namespace crucible::text::jinja {

class Interpreter;
struct Frame;

class LoopObject final : public Object {
public:
    LoopObject(Interpreter& run, const ForStmt& stmt, Frame* scope, std::vector<Value> items, int depth)
        : m_run(run), m_stmt(stmt), m_scope(scope), m_items(std::move(items)),
          m_length(static_cast<std::int64_t>(m_items.size())), m_depth(depth)
    {
    }
    std::string_view typeName() const override { return "LoopContext"; }
    std::string represent(Run& run) const override;
    std::optional<std::int64_t> length() const override { return m_length; }
    std::optional<Value> attribute(Run& run, std::string_view name) override;
    bool isCallable() const override { return true; }
    // A recursive loop goes through other items with the same body.
    Value call(Run& run, Arguments& arguments) override;

    const std::vector<Value>& items() const { return m_items; }
    void moveTo(std::size_t index) { m_index = static_cast<std::int64_t>(index); }
    // The loop is over: whoever still has it sees its numbers only.
    void finish() { m_items.clear(); }
    Value cycle(Run& run, const std::vector<Value>& values) const;
    bool changed(Value values);

private:
    Interpreter& m_run;
    const ForStmt& m_stmt;
    Frame* m_scope;
    std::vector<Value> m_items;
    std::int64_t m_length;
    std::int64_t m_index = 0;
    int m_depth;
    std::optional<Value> m_last; // what changed() saw
};

} // namespace crucible::text::jinja
