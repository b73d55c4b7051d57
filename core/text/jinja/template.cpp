// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/jinja/template.h"

#include "base/units.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/parser.h"
#include "text/utf8.h"

#include <algorithm>

namespace crucible::text::jinja {

Template Template::parse(std::string_view source, std::string name, const Limits& limits)
{
    if (source.size() > limits.templateBytes)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the template has %1, and at most %2 are read"),
                              formatBytes(source.size()), formatBytes(limits.templateBytes)},
                             std::move(name));
    if (const std::size_t bad = firstInvalidByte(source); bad != source.size())
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the template is not valid UTF-8 at byte %1"), bad},
                             std::move(name));
    auto program = std::make_shared<Program>(Source(source, std::move(name)));
    Parser(*program).parse();
    return Template(std::move(program));
}

std::string Template::render(const OrderedJson& variables, const RenderOptions& options) const
{
    return Interpreter(*m_program, variables, options.limits, options.clock, options.cancel).render();
}

bool Template::mentions(std::string_view name) const
{
    return std::find(m_program->names.begin(), m_program->names.end(), name) != m_program->names.end();
}

} // namespace crucible::text::jinja
