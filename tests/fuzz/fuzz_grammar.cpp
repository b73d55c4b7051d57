// SPDX-License-Identifier: GPL-3.0-or-later
// Any text is a grammar, a schema or an Error, and any text is accepted by a grammar or not, in little time. The input: the
// grammar or (where it begins with a brace) the JSON schema, a zero byte, the text.
#include "base/error.h"
#include "generate/grammar.h"
#include "generate/json_schema.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace crucible;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::size_t end = std::min(input.find('\0'), input.size());
    const std::string_view first = input.substr(0, end);
    const std::string_view text = end < input.size() ? input.substr(end + 1) : std::string_view();
    try {
        const auto grammar = generate::Grammar::parse(first.starts_with('{') ? generate::grammarOfSchema(parseOrderedJson(first, "schema")) : std::string(first));
        grammar->accepts(text);
    } catch (const Error&) {
    }
    return 0;
}
