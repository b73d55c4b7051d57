// SPDX-License-Identifier: GPL-3.0-or-later
// tokenize: the ids that a model's tokenizer gives for a text, or for every line of a JSONL file.
#include "command.h"
#include "context.h"
#include "input.h"
#include "options.h"
#include "output.h"

#include "text/tokenizer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace crucible::cli {
namespace {

struct Flags {
    std::string model;
    std::vector<std::string> words;
    std::string text;
    std::string file;
    bool jsonl = false;
    bool noSpecial = false;
    std::optional<bool> parseSpecial;
};

// ids, and with --json the pieces and the bytes of the text that they stand for.
Json encoded(const text::Tokenizer& tokenizer, std::string_view input, const text::EncodeOptions& options,
             bool detailed)
{
    if (!detailed)
        return {{"ids", tokenizer.encode(input, options)}};
    const text::Encoding encoding = tokenizer.encodeWithOffsets(input, options);
    Json pieces = Json::array(), offsets = Json::array();
    for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
        pieces.push_back(std::string(tokenizer.piece(encoding.ids[i])));
        offsets.push_back({encoding.offsets[i].begin, encoding.offsets[i].end});
    }
    return {{"ids", encoding.ids}, {"pieces", std::move(pieces)}, {"offsets", std::move(offsets)}};
}

void encodeLines(const Flags& flags, const text::Tokenizer& tokenizer, const text::EncodeOptions& options,
                 Context& context)
{
    forEachJsonLine(flags.file, [&](const Json& line, const std::string& place) {
        context.cancel.check();
        if (!line.is_object() || !line.contains("text") || !line["text"].is_string())
            throw Error::invalid("the line is no object with a \"text\"", place,
                                 "write one {\"text\": \"...\"} per line");
        const Json result = encoded(tokenizer, line["text"].get_ref<const std::string&>(), options, context.json);
        printTo(stdout, toJsonText(result) + "\n");
    });
}

void run(const Flags& flags, Context& context)
{
    const auto tokenizer = text::loadTokenizer(modelPath(flags.model, context));
    text::EncodeOptions options;
    options.addSpecial = !flags.noSpecial;
    options.parseSpecial = flags.parseSpecial;
    if (flags.jsonl) {
        if (!flags.words.empty() || !flags.text.empty())
            throw Error::invalid("--jsonl reads its texts from --file or from standard input", "--jsonl",
                                 "leave the text out");
        return encodeLines(flags, *tokenizer, options, context);
    }
    std::string input = flags.text;
    if (!flags.words.empty())
        input = fmt::format("{}", fmt::join(flags.words, " "));
    else if (flags.text.empty())
        input = readInput(flags.file);
    const Json result = encoded(*tokenizer, input, options, context.json);
    if (!context.printJson(result))
        context.print(fmt::format("{}", fmt::join(result["ids"].get<std::vector<text::TokenId>>(), " ")));
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    options
        .add("MODEL", flags->model,
             "A model's folder or name, tokenizer.json, tokenizer.model, a .tiktoken or a .gguf file")
        .required();
    options.add("TEXT", flags->words, "The text; words are joined by a space. Without it standard input is read");
    options.add("--text", flags->text, "The text, for texts that begin with a dash").value("T");
    options.add("--file", flags->file, "Read the text from a file, or from standard input for -").value("F");
    options.flag("--jsonl", flags->jsonl, "One {\"text\": ...} per line in, one {\"ids\": [...]} per line out");
    options.flag("--no-special", flags->noSpecial, "Leave out what the model expects around a text (BOS, EOS, [CLS])");
    options.flag(
        "--parse-special", [flags] { flags->parseSpecial = true; }, "Read special tokens that are written in the text");
    options.flag(
        "--no-parse-special", [flags] { flags->parseSpecial = false; }, "Take them for text");
    options.footer(
        "Special tokens in the text are read as the format's own program does: always for tokenizer.json, never for\n"
        "tokenizer.model, and unless --no-special is given for .gguf and .tiktoken. --json adds pieces and offsets in "
        "bytes.");
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command tokenize_command;
const Command tokenize_command{
    .name = "tokenize", .summary = "Show the token ids of a text", .setup = &setup, .uses = kOnlyAnswers};

} // namespace crucible::cli
