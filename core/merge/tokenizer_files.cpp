// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/tokenizer_files.h"

#include "base/error.h"
#include "base/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace crucible::merge {
namespace {

namespace fs = std::filesystem;

// Where a member's value stands in a JSON object's text.
struct Range {
    std::size_t begin = 0;
    std::size_t end = 0; // 0: no such member
};

std::size_t skipString(std::string_view text, std::size_t at)
{
    for (++at; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\')
            ++at;
    }
    return at + 1;
}

// `text` is valid JSON with an object at the top (a parser has accepted it), so counting brackets outside strings is enough.
Range memberRange(std::string_view text, std::string_view key)
{
    const std::string quoted = fmt::format("\"{}\"", key);
    int depth = 0;
    std::size_t begin = 0;
    bool atKey = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '"') {
            const std::size_t end = skipString(text, at);
            if (depth == 1 && begin == 0 && !atKey)
                atKey = text.substr(at, end - at) == quoted;
            at = end - 1;
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if (c == ':' && depth == 1 && atKey && begin == 0) {
            begin = at + 1;
        } else if ((c == ',' || c == '}') && depth == 1) {
            if (begin != 0)
                return {begin, at};
            atKey = false;
        }
        if (c == '}' || c == ']')
            --depth;
    }
    return {};
}

std::string quoted(const std::string& text)
{
    return toJsonText(Json(text));
}

bool usesRemoved(const Json& merge, const std::set<std::string>& removed)
{
    if (merge.is_array())
        return std::any_of(merge.begin(), merge.end(), [&](const Json& part) {
            return part.is_string() && removed.contains(part.get_ref<const std::string&>());
        });
    if (!merge.is_string())
        return false;
    const std::string& text = merge.get_ref<const std::string&>();
    const std::size_t space = text.find(' ');
    return removed.contains(text.substr(0, space)) ||
           (space != std::string::npos && removed.contains(text.substr(space + 1)));
}

// The object `model` without the removed tokens. Written by hand: a vocabulary keeps the order of its ids.
std::string modelWithout(std::string_view text, const std::set<std::string>& removed, const fs::path& file)
{
    Json model = parseJson(text, file);
    Json vocab = std::move(model["vocab"]);
    model.erase("vocab");
    std::string vocabText;
    if (vocab.is_array()) {
        Json kept = Json::array();
        bool gap = false;
        for (Json& piece : vocab) {
            if (removed.contains(piece.at(0).get_ref<const std::string&>())) {
                gap = true;
                continue;
            }
            if (gap)
                throw Error::unsupported(
                    CRUCIBLE_TR_NOOP("Problem",
                                     "A token without a row in the embedding stands before others in the vocabulary"),
                    file.string(), CRUCIBLE_TR_NOOP("Problem", "Choose another tokenizer source"));
            kept.push_back(std::move(piece));
        }
        vocabText = toJsonText(kept);
    } else {
        std::vector<std::pair<std::int64_t, std::string>> kept;
        for (const auto& [token, id] : vocab.items()) {
            if (!removed.contains(token))
                kept.emplace_back(id.get<std::int64_t>(), token);
        }
        std::sort(kept.begin(), kept.end());
        vocabText = "{";
        for (const auto& [id, token] : kept)
            vocabText += fmt::format("{}{}:{}", vocabText.size() > 1 ? "," : "", quoted(token), id);
        vocabText += "}";
    }
    if (const auto merges = model.find("merges"); merges != model.end() && merges->is_array()) {
        Json kept = Json::array();
        for (Json& merge : *merges) {
            if (!usesRemoved(merge, removed))
                kept.push_back(std::move(merge));
        }
        *merges = std::move(kept);
    }
    std::string rest = toJsonText(model);
    rest.pop_back();
    return fmt::format("{}{}\"vocab\":{}}}", rest, rest.size() > 1 ? "," : "", vocabText);
}

std::string_view contentOf(const OrderedJson& token)
{
    const OrderedJson* text = token.is_object() && token.contains("content") ? &token["content"] : &token;
    return text->is_string() ? std::string_view(text->get_ref<const std::string&>()) : std::string_view();
}

// Takes away what names a token that the vocabulary lost ("pad_token"): a loader would add the token again, under an id that
// has no row. True when there was something.
bool dropNames(OrderedJson& json, const VocabularyChange& change)
{
    const auto isLost = [&](const OrderedJson& token) {
        const std::string text(contentOf(token));
        return change.removed.contains(text) &&
               std::none_of(change.added.begin(), change.added.end(),
                            [&](const AddedToken& added) { return added.content == text; });
    };
    OrderedJson kept = OrderedJson::object();
    bool changed = false;
    for (auto& [key, value] : json.items()) {
        if (key.ends_with("_token") && isLost(value)) {
            changed = true;
            continue;
        }
        if (key.ends_with("special_tokens") && value.is_array()) {
            OrderedJson list = OrderedJson::array();
            std::copy_if(value.begin(), value.end(), std::back_inserter(list), [&](const OrderedJson& token) { return !isLost(token); });
            changed = changed || list.size() != value.size();
            kept[key] = std::move(list);
            continue;
        }
        kept[key] = std::move(value);
    }
    json = std::move(kept);
    return changed;
}

std::string changedTokenizerConfig(const std::string& text, const VocabularyChange& change, const fs::path& file)
{
    OrderedJson json = parseOrderedJson(text, file);
    if (!json.is_object())
        return text;
    const bool changed = dropNames(json, change);
    if (!json.contains("added_tokens_decoder") || !json["added_tokens_decoder"].is_object())
        return changed ? toJsonText(json, 2) + "\n" : text;
    OrderedJson& decoder = json["added_tokens_decoder"];
    OrderedJson rest = OrderedJson::object();
    for (auto& [id, entry] : decoder.items()) {
        const bool gone = entry.is_object() && entry.contains("content") && entry["content"].is_string() &&
                          change.removed.contains(entry["content"].get<std::string>());
        if (!gone)
            rest[id] = entry;
    }
    for (const AddedToken& token : change.added)
        rest[fmt::format("{}", token.id)] = token.decoderJson();
    decoder = std::move(rest);
    return toJsonText(json, 2) + "\n";
}

} // namespace

std::string changedTokenizerJson(std::string_view text, const VocabularyChange& change, const fs::path& file)
{
    std::string result(text);
    if (!change.removed.empty()) {
        const Range model = memberRange(result, "model");
        if (model.end == 0)
            throw Error::corrupt(file, CRUCIBLE_TR_NOOP("Problem", "has no tokenizer model"));
        const std::string_view old = std::string_view(result).substr(model.begin, model.end - model.begin);
        result.replace(model.begin, model.end - model.begin, " " + modelWithout(old, change.removed, file) + "\n");
    }
    const Range range = memberRange(result, "added_tokens");
    OrderedJson entries = OrderedJson::array();
    if (range.end != 0) {
        const OrderedJson old =
            parseOrderedJson(std::string_view(result).substr(range.begin, range.end - range.begin), file);
        for (const OrderedJson& entry : old) {
            const bool gone = entry.is_object() && entry.contains("content") && entry["content"].is_string() &&
                              change.removed.contains(entry["content"].get<std::string>());
            if (!gone)
                entries.push_back(entry);
        }
    }
    for (const AddedToken& token : change.added)
        entries.push_back(token.json());
    const std::string entriesText = " " + toJsonText(entries, 2);
    if (range.end != 0)
        return result.replace(range.begin, range.end - range.begin, entriesText);
    const std::size_t brace = result.find('{');
    return result.insert(brace + 1, fmt::format("\"added_tokens\":{},", entriesText));
}

std::map<std::string, std::string> tokenizerFiles(const fs::path& folder, const VocabularyChange& change)
{
    constexpr std::size_t kMaxFileBytes = std::size_t(256) << 20;
    std::map<std::string, std::string> files;
    const auto take = [&](const char* name) {
        std::error_code error;
        const fs::path file = folder / name;
        if (fs::is_regular_file(file, error))
            files[name] = readFile(file, kMaxFileBytes);
    };
    for (const char* name : {"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja",
                             "chat_template.json"})
        take(name);
    if (change.empty()) {
        for (const char* name : {"tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "added_tokens.json",
                                 "vocab.json", "vocab.txt", "merges.txt"})
            take(name);
        return files;
    }
    if (const auto json = files.find("tokenizer.json"); json != files.end())
        json->second = changedTokenizerJson(json->second, change, folder / "tokenizer.json");
    if (const auto config = files.find("tokenizer_config.json"); config != files.end())
        config->second = changedTokenizerConfig(config->second, change, folder / "tokenizer_config.json");
    if (const auto map = files.find("special_tokens_map.json"); map != files.end()) {
        OrderedJson json = parseOrderedJson(map->second, folder / "special_tokens_map.json");
        if (json.is_object() && dropNames(json, change))
            map->second = toJsonText(json, 2) + "\n";
    }
    return files;
}

} // namespace crucible::merge
