// SPDX-License-Identifier: GPL-3.0-or-later
// A macro, or the body of a call block, with the scope that it was made in.
#pragma once

#include "text/jinja/ast.h"
#include "text/jinja/objects.h"

namespace crucible::text::jinja {

class Interpreter;
struct Frame;

class MacroObject final : public Object {
public:
    MacroObject(Interpreter& run, const MacroCode& code, Frame* scope) : m_run(run), m_code(code), m_scope(scope) {}
    std::string_view typeName() const override { return "Macro"; }
    std::string represent(Run& run) const override;
    std::optional<Value> attribute(Run& run, std::string_view name) override;
    bool isCallable() const override { return true; }
    Value call(Run& run, Arguments& arguments) override;

private:
    Interpreter& m_run;
    const MacroCode& m_code;
    Frame* m_scope;
};

} // namespace crucible::text::jinja
