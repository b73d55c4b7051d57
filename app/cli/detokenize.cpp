// SPDX-License-Identifier: GPL-3.0-or-later
// detokenize: from token ids back to text.
#include "command.h"
#include "context.h"
#include "input.h"
#include "options.h"
#include "output.h"

#include "base/units.h"
#include "text/tokenizer.h"

#include <fmt/format.h>

namespace crucible::cli {
namespace {

struct Flags {
    std::string model;
    std::vector<std::string> ids;
    std::string file;
    bool jsonl = false;
    bool skipSpecial = false;
};

text::TokenId checkedId(std::optional<std::int64_t> id, std::string_view written, const text::Tokenizer& tokenizer,
                        const std::string& place)
{
    const auto size = static_cast<std::int64_t>(tokenizer.vocabularySize());
    if (!id || *id < 0 || *id >= size)
        throw Error::invalid(fmt::format("\"{}\" is no id of a token, they go from 0 to {}", written, size - 1), place);
    return static_cast<text::TokenId>(*id);
}

std::vector<text::TokenId> readIds(std::string_view text, const text::Tokenizer& tokenizer)
{
    constexpr std::string_view kBetween = " \t\r\n,[]";
    std::vector<text::TokenId> ids;
    for (std::size_t at = text.find_first_not_of(kBetween); at != std::string_view::npos;
         at = text.find_first_not_of(kBetween, at)) {
        const std::size_t end = std::min(text.find_first_of(kBetween, at), text.size());
        const std::string_view word = text.substr(at, end - at);
        ids.push_back(checkedId(parseInteger(word), word.substr(0, 40), tokenizer, {}));
        at = end;
    }
    return ids;
}

void decodeLines(const Flags& flags, const text::Tokenizer& tokenizer, Context& context)
{
    forEachJsonLine(flags.file, [&](const Json& line, const std::string& place) {
        context.cancel.check();
        if (!line.is_object() || !line.contains("ids") || !line["ids"].is_array())
            throw Error::invalid("the line is no object with a list of \"ids\"", place,
                                 "write one {\"ids\": [...]} per line");
        std::vector<text::TokenId> ids;
        for (const Json& id : line["ids"]) {
            const bool isWhole = id.is_number_integer() &&
                                 (!id.is_number_unsigned() || id.get<std::uint64_t>() < (std::uint64_t(1) << 62));
            ids.push_back(checkedId(isWhole ? std::optional(id.get<std::int64_t>()) : std::nullopt,
                                    toJsonText(id).substr(0, 40), tokenizer, place));
        }
        const Json result{{"text", tokenizer.decode(ids, flags.skipSpecial)}};
        printTo(stdout, toJsonText(result) + "\n");
    });
}

void run(const Flags& flags, Context& context)
{
    const auto tokenizer = text::loadTokenizer(modelPath(flags.model, context));
    if (flags.jsonl) {
        if (!flags.ids.empty())
            throw Error::invalid("--jsonl reads its ids from --file or from standard input", "--jsonl",
                                 "leave the ids out");
        return decodeLines(flags, *tokenizer, context);
    }
    std::string written;
    for (const std::string& id : flags.ids)
        written.append(id).append(" ");
    if (flags.ids.empty())
        written = readInput(flags.file);
    const std::string result = tokenizer->decode(readIds(written, *tokenizer), flags.skipSpecial);
    if (!context.printJson({{"text", result}}))
        context.print(result);
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    options
        .add("MODEL", flags->model,
             "A model's folder or name, tokenizer.json, tokenizer.model, a .tiktoken or a .gguf file")
        .required();
    options.add("IDS", flags->ids,
                "Token ids, with spaces or commas between them. Without them standard input is read");
    options.add("--file", flags->file, "Read the ids from a file, or from standard input for -").value("F");
    options.flag("--jsonl", flags->jsonl, "One {\"ids\": [...]} per line in, one {\"text\": ...} per line out");
    options.flag("--skip-special", flags->skipSpecial, "Leave special tokens out of the text");
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command detokenize_command;
const Command detokenize_command{
    .name = "detokenize", .summary = "Show the text of token ids", .setup = &setup, .uses = kOnlyAnswers};

} // namespace crucible::cli
