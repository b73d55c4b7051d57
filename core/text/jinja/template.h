// SPDX-License-Identifier: GPL-3.0-or-later
// Jinja2 templates, as transformers sets them up for chat: trim_blocks, lstrip_blocks, loop controls, `generation`
// blocks, a `tojson` that writes plain JSON, raise_exception and strftime_now. Nothing that a template says reaches
// beyond the data that it is given, and what it may cost is limited.
//
//     const auto greeting = jinja::Template::parse("Hello {{ name }}!");
//     greeting.render({{"name", "World"}});
#pragma once

#include "base/cancel.h"
#include "base/json.h"
#include "text/jinja/limits.h"
#include "text/jinja/strftime.h"

#include <memory>
#include <string>
#include <string_view>

namespace crucible::text::jinja {

struct Program;

struct RenderOptions {
    Limits limits;
    Clock clock; // for strftime_now; empty: this machine's local time
    CancelToken cancel;
};

// Immutable: any number of threads may render it at once.
class Template {
public:
    // `name` is what errors call the template. Throws Error::invalid at "name:line:column".
    static Template parse(std::string_view source, std::string name = "template", const Limits& limits = {});

    // `variables`: an object. Throws Error::invalid at "name:line:column" (for raise_exception with its text), also for
    // a template that is beyond the limits, and Error::cancelled.
    std::string render(const OrderedJson& variables, const RenderOptions& options = {}) const;

    // Whether the template's own code says this name anywhere.
    bool mentions(std::string_view name) const;

private:
    explicit Template(std::shared_ptr<const Program> program) : m_program(std::move(program)) {}

    std::shared_ptr<const Program> m_program;
};

} // namespace crucible::text::jinja
