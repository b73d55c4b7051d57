// SPDX-License-Identifier: GPL-3.0-or-later
// Any text is a template that renders or an Error, within small limits.
#include "base/error.h"
#include "text/jinja/template.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace crucible;
    static const OrderedJson variables = {
        {"messages",
         {{{"role", "system"}, {"content", "Be brief."}},
          {{"role", "user"}, {"content", "H\u00e4?"}},
          {{"role", "assistant"}, {"tool_calls", {{{"name", "f"}}}}}}},
        {"tools", {{{"name", "f"}, {"parameters", {{"n", 1}, {"x", 2.5}, {"none", nullptr}}}}}},
        {"add_generation_prompt", true},
        {"bos_token", "<s>"}};
    text::jinja::RenderOptions options;
    options.limits.steps = 200'000;
    options.limits.textBytes = options.limits.outputBytes = std::size_t(1) << 20;
    options.limits.memoryBytes = std::size_t(16) << 20;
    options.limits.nesting = 400;
    options.clock = [] { return text::jinja::Moment{}; };
    try {
        text::jinja::Template::parse(std::string_view(reinterpret_cast<const char*>(data), size))
            .render(variables, options);
    } catch (const Error&) {
    }
    return 0;
}
