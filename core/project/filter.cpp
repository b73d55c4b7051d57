// SPDX-License-Identifier: GPL-3.0-or-later
#include "project/filter.h"

#include "base/error.h"
#include "base/text.h"
#include "project/run.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace crucible::project {
namespace {

constexpr std::array<std::pair<std::string_view, FilterField>, 8> kFields = {{
    {"id", FilterField::Id},
    {"kind", FilterField::Kind},
    {"status", FilterField::Status},
    {"tag", FilterField::Tag},
    {"name", FilterField::Name},
    {"note", FilterField::Note},
    {"recipe", FilterField::Recipe},
    {"output", FilterField::Output},
}};

std::string lowered(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return c < 0x80 ? static_cast<char>(std::tolower(c)) : static_cast<char>(c); });
    return result;
}

// A word of the text; a quote that is not closed reaches to the end.
struct Word {
    std::string text;
    std::size_t separator = std::string::npos; // of the first ':' or '~' outside quotes
    std::vector<std::size_t> commas;           // outside quotes
};

std::vector<Word> words(std::string_view text)
{
    std::vector<Word> result;
    Word word;
    bool quoted = false;
    bool any = false;
    for (const char c : text) {
        if (c == '"') {
            quoted = !quoted;
            any = true;
            continue;
        }
        if (!quoted && std::isspace(static_cast<unsigned char>(c))) {
            if (any)
                result.push_back(std::exchange(word, {}));
            any = false;
            continue;
        }
        if (!quoted && (c == ':' || c == '~') && word.separator == std::string::npos)
            word.separator = word.text.size();
        if (!quoted && c == ',')
            word.commas.push_back(word.text.size());
        word.text += c;
        any = true;
    }
    if (any)
        result.push_back(std::move(word));
    return result;
}

FilterField fieldNamed(std::string_view name)
{
    std::vector<std::string_view> known;
    for (const auto& [text, field] : kFields) {
        if (text == name)
            return field;
        known.push_back(text);
    }
    const std::optional<std::string> near = didYouMean(name, known);
    throw Error::invalid(
        {CRUCIBLE_TR_NOOP("Problem", "runs have no field %1 to filter by"), name}, "filter",
        near ? Sentence(CRUCIBLE_TR_NOOP("Problem", "did you mean %1?"), *near)
             : Sentence(CRUCIBLE_TR_NOOP("Problem", "use id, kind, status, tag, name, note, recipe or output")));
}

void checkStatuses(const FilterTerm& term)
{
    constexpr std::array<std::string_view, 7> kKnown = {"queued", "running",   "paused",     "done",
                                                        "failed", "cancelled", "interrupted"};
    for (const std::string& value : term.values) {
        if (term.contains || std::find(kKnown.begin(), kKnown.end(), value) != kKnown.end())
            continue;
        const std::optional<std::string> near = didYouMean(value, kKnown);
        throw Error::invalid(
            {CRUCIBLE_TR_NOOP("Problem", "there is no status %1"), value}, "filter",
            near ? Sentence(CRUCIBLE_TR_NOOP("Problem", "did you mean %1?"), *near)
                 : Sentence(CRUCIBLE_TR_NOOP("Problem",
                                             "use queued, running, paused, done, failed, cancelled or interrupted")));
    }
}

} // namespace

std::vector<FilterTerm> parseFilter(std::string_view text)
{
    std::vector<FilterTerm> terms;
    for (const Word& word : words(text)) {
        FilterTerm term;
        std::size_t begin = 0;
        if (word.text.size() > 1 && word.text[0] == '-') {
            term.negated = true;
            begin = 1;
        }
        if (word.separator == std::string::npos || word.separator <= begin) {
            term.values.push_back(lowered(word.text.substr(begin)));
            terms.push_back(std::move(term));
            continue;
        }
        term.field = fieldNamed(lowered(word.text.substr(begin, word.separator - begin)));
        term.contains = word.text[word.separator] == '~';
        std::size_t start = word.separator + 1;
        for (const std::size_t comma : word.commas) {
            if (comma < start)
                continue;
            term.values.push_back(lowered(word.text.substr(start, comma - start)));
            start = comma + 1;
        }
        term.values.push_back(lowered(word.text.substr(start)));
        std::erase(term.values, std::string());
        if (term.values.empty())
            continue; // still being typed
        if (term.field == FilterField::Status)
            checkStatuses(term);
        terms.push_back(std::move(term));
    }
    return terms;
}

} // namespace crucible::project
