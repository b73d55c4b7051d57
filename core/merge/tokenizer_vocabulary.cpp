// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/tokenizer_vocabulary.h"

#include "base/error.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/text.h"
#include "base/units.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

namespace crucible::merge {
namespace {

namespace fs = std::filesystem;

// Four times the largest vocabulary known; bounds the memory that a hostile file can ask for.
constexpr std::int64_t kLargestId = (std::int64_t(1) << 22) - 1;
constexpr std::size_t kMaxFileBytes = std::size_t(256) << 20;

std::int64_t checkedId(const Json& value, const fs::path& file, std::string_view token)
{
    if (value.is_number_integer()) {
        const auto id = value.get<std::int64_t>();
        if (id >= 0 && id <= kLargestId)
            return id;
    }
    throw Error::corrupt(file,
                         {CRUCIBLE_TR_NOOP("Problem", "the token \"%1\" has no usable id"), token.substr(0, 100)});
}

AddedToken addedToken(const Json& entry, const fs::path& file)
{
    if (!entry.is_object() || !entry.contains("content") || !entry["content"].is_string() || !entry.contains("id"))
        throw Error::corrupt(file, CRUCIBLE_TR_NOOP("Problem", "an entry of added_tokens has no content or no id"));
    const auto flag = [&](const char* key, bool otherwise) {
        const auto found = entry.find(key);
        return found != entry.end() && found->is_boolean() ? found->get<bool>() : otherwise;
    };
    AddedToken token;
    token.content = entry["content"].get<std::string>();
    token.id = checkedId(entry["id"], file, token.content);
    token.singleWord = flag("single_word", false);
    token.leftStrip = flag("lstrip", false);
    token.rightStrip = flag("rstrip", false);
    token.normalized = flag("normalized", false);
    token.special = flag("special", false);
    return token;
}

// Orders the tokens and builds the index. Of several entries for one text the first counts.
void finish(Vocabulary& vocabulary)
{
    std::stable_sort(vocabulary.tokens.begin(), vocabulary.tokens.end(),
                     [](const Vocabulary::Token& a, const Vocabulary::Token& b) { return a.id < b.id; });
    vocabulary.ids.clear();
    vocabulary.ids.reserve(vocabulary.tokens.size());
    for (const Vocabulary::Token& token : vocabulary.tokens)
        vocabulary.ids.emplace(token.text, token.id);
}

void readModelVocab(const Json& model, const fs::path& file, Vocabulary& vocabulary)
{
    const auto vocab = model.find("vocab");
    if (vocab == model.end() || !(vocab->is_object() || vocab->is_array()))
        throw Error::corrupt(file, CRUCIBLE_TR_NOOP("Problem", "the tokenizer has no vocabulary"));
    vocabulary.tokens.reserve(vocab->size());
    if (vocab->is_object()) {
        for (const auto& [token, id] : vocab->items())
            vocabulary.tokens.push_back({token, checkedId(id, file, token)});
        return;
    }
    std::int64_t id = 0;
    for (const Json& piece : *vocab) {
        if (!piece.is_array() || piece.empty() || !piece[0].is_string())
            throw Error::corrupt(
                file, {CRUCIBLE_TR_NOOP("Problem", "entry %1 of the vocabulary is not a piece with a score"), id});
        vocabulary.tokens.push_back({piece[0].get<std::string>(), id++});
    }
}

// The few field types of protocol buffers that sentencepiece uses.
class ProtoReader {
public:
    ProtoReader(std::string_view bytes, const fs::path& file) : m_bytes(bytes), m_file(file) {}

    bool atEnd() const { return m_at == m_bytes.size(); }
    std::uint64_t varint()
    {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64; shift += 7) {
            const auto byte = static_cast<unsigned char>(take(1).front());
            value |= std::uint64_t(byte & 0x7f) << shift;
            if (byte < 0x80)
                return value;
        }
        throw Error::corrupt(m_file, CRUCIBLE_TR_NOOP("Problem", "a number in the sentencepiece model is too long"));
    }
    // Content of a length-delimited field; of others it is skipped and empty.
    std::string_view field(std::uint64_t key)
    {
        switch (key & 7) {
        case 0: varint(); return {};
        case 1: take(8); return {};
        case 2: return take(varint());
        case 5: take(4); return {};
        default: throw Error::corrupt(m_file, CRUCIBLE_TR_NOOP("Problem", "not a sentencepiece model"));
        }
    }

private:
    std::string_view take(std::uint64_t count)
    {
        if (count > m_bytes.size() - m_at)
            throw Error::corrupt(m_file, CRUCIBLE_TR_NOOP("Problem", "the sentencepiece model ends early"));
        const std::string_view part = m_bytes.substr(m_at, static_cast<std::size_t>(count));
        m_at += static_cast<std::size_t>(count);
        return part;
    }

    std::string_view m_bytes;
    std::size_t m_at = 0;
    const fs::path& m_file;
};

// The tokens that stand beside the vocabulary of a tokenizer without a tokenizer.json.
void addExtraTokens(const fs::path& folder, Vocabulary& vocabulary)
{
    std::vector<AddedToken> extra;
    std::error_code error;
    if (const fs::path file = folder / "added_tokens.json"; fs::is_regular_file(file, error)) {
        const Json json = readJson(file);
        if (!json.is_object())
            throw Error::corrupt(file, CRUCIBLE_TR_NOOP("Problem", "must be an object of tokens and ids"));
        for (const auto& [text, id] : json.items()) {
            AddedToken token;
            token.content = text;
            token.id = checkedId(id, file, text);
            extra.push_back(std::move(token));
        }
    }
    if (const fs::path file = folder / "tokenizer_config.json"; fs::is_regular_file(file, error)) {
        const Json json = readJson(file);
        Json decoder = json.is_object() ? json.value("added_tokens_decoder", Json()) : Json();
        if (!decoder.is_object())
            decoder = Json::object();
        for (const auto& [id, entry] : decoder.items()) {
            Json numbered = entry;
            if (const std::optional<double> number = parseNumber(id); number && numbered.is_object())
                numbered["id"] = static_cast<std::int64_t>(*number);
            extra.push_back(addedToken(numbered, file));
        }
    }
    std::vector<Vocabulary::Token> fresh; // apart, because the index looks into `tokens`
    for (AddedToken& token : extra) {
        if (vocabulary.isAdded(token.content))
            continue;
        const std::int64_t known = vocabulary.idOf(token.content);
        if (known >= 0)
            token.id = known;
        else
            fresh.push_back({token.content, token.id});
        vocabulary.added.push_back(std::move(token));
    }
    std::move(fresh.begin(), fresh.end(), std::back_inserter(vocabulary.tokens));
    finish(vocabulary);
}

// One token a line; its id is the number of the line.
void readLines(std::string_view text, const fs::path& file, Vocabulary& vocabulary)
{
    if (!isUtf8(text))
        throw Error::corrupt(file, CRUCIBLE_TR_NOOP("Problem", "is not UTF-8"));
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        vocabulary.tokens.push_back({std::string(line), static_cast<std::int64_t>(vocabulary.tokens.size())});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

Vocabulary vocabularyFromParts(std::string_view text, const fs::path& file)
{
    Vocabulary vocabulary;
    vocabulary.file = file.filename().string();
    if (file.extension() == ".json")
        readModelVocab(Json{{"vocab", parseJson(text, file)}}, file, vocabulary);
    else
        readLines(text, file, vocabulary);
    if (vocabulary.tokens.empty())
        throw Error::corrupt(file, CRUCIBLE_TR_NOOP("Problem", "the tokenizer has no vocabulary"));
    finish(vocabulary);
    return vocabulary;
}

// Of the files that addExtraTokens reads.
std::uint64_t hashOfExtras(const fs::path& folder)
{
    std::uint64_t hash = 2;
    std::error_code error;
    for (const char* name : {"added_tokens.json", "tokenizer_config.json"}) {
        hash *= 0x9e3779b97f4a7c15u;
        if (fs::is_regular_file(folder / name, error))
            hash ^= hash64(readFile(folder / name, kMaxFileBytes));
    }
    return hash;
}

struct Cached {
    std::uint64_t key = 0;
    std::shared_ptr<const Vocabulary> vocabulary;
};

// Reads through a small cache. `extra` tells apart files of the same content in different surroundings.
template<class Read>
std::shared_ptr<const Vocabulary> cached(std::string_view content, std::uint64_t extra, Read&& read)
{
    constexpr std::size_t kKept = 8;
    static std::mutex mutex;
    static std::deque<Cached> recent;
    const std::uint64_t key = hash64(content) ^ (content.size() * 0x9e3779b97f4a7c15u) ^ extra;
    {
        const std::lock_guard lock(mutex);
        for (const Cached& entry : recent) {
            if (entry.key == key)
                return entry.vocabulary;
        }
    }
    auto vocabulary = std::make_shared<Vocabulary>(read());
    const std::lock_guard lock(mutex);
    recent.push_front({key, vocabulary});
    if (recent.size() > kKept)
        recent.pop_back();
    return vocabulary;
}

} // namespace

bool AddedToken::sameSettings(const AddedToken& other) const
{
    return singleWord == other.singleWord && leftStrip == other.leftStrip && rightStrip == other.rightStrip &&
           normalized == other.normalized && special == other.special;
}

OrderedJson AddedToken::json() const
{
    OrderedJson entry;
    entry["id"] = id;
    entry["content"] = content;
    entry["single_word"] = singleWord;
    entry["lstrip"] = leftStrip;
    entry["rstrip"] = rightStrip;
    entry["normalized"] = normalized;
    entry["special"] = special;
    return entry;
}

OrderedJson AddedToken::decoderJson() const
{
    OrderedJson entry;
    entry["content"] = content;
    entry["lstrip"] = leftStrip;
    entry["normalized"] = normalized;
    entry["rstrip"] = rightStrip;
    entry["single_word"] = singleWord;
    entry["special"] = special;
    return entry;
}

bool Vocabulary::isAdded(std::string_view text) const
{
    return std::any_of(added.begin(), added.end(), [&](const AddedToken& token) { return token.content == text; });
}

std::int64_t Vocabulary::idOf(std::string_view text) const
{
    const auto found = ids.find(text);
    return found == ids.end() ? -1 : found->second;
}

Vocabulary vocabularyFromJson(std::string_view text, const fs::path& file)
{
    const Json json = parseJson(text, file);
    if (!json.is_object() || !json.contains("model") || !json["model"].is_object())
        throw Error::corrupt(file, CRUCIBLE_TR_NOOP("Problem", "has no tokenizer model"));
    Vocabulary vocabulary;
    vocabulary.file = "tokenizer.json";
    readModelVocab(json["model"], file, vocabulary);
    finish(vocabulary);
    const auto added = json.find("added_tokens");
    if (added != json.end() && added->is_array()) {
        for (const Json& entry : *added) {
            AddedToken token = addedToken(entry, file);
            const std::int64_t modelId = vocabulary.idOf(token.content);
            if (modelId >= 0)
                token.id = modelId; // the model's id counts, as in the tokenizers library
            vocabulary.added.push_back(std::move(token));
        }
    }
    std::vector<Vocabulary::Token> extra;
    for (const AddedToken& token : vocabulary.added) {
        if (vocabulary.ids.emplace(token.content, token.id).second)
            extra.push_back({token.content, token.id});
    }
    std::move(extra.begin(), extra.end(), std::back_inserter(vocabulary.tokens));
    finish(vocabulary);
    return vocabulary;
}

Vocabulary vocabularyFromSentencePiece(std::string_view bytes, const fs::path& file)
{
    constexpr std::uint64_t kPieces = 1 << 3 | 2; // field 1 of the model, and of a piece its text
    Vocabulary vocabulary;
    vocabulary.file = file.filename().string();
    ProtoReader model(bytes, file);
    while (!model.atEnd()) {
        const std::uint64_t key = model.varint();
        const std::string_view content = model.field(key);
        if (key != kPieces)
            continue;
        ProtoReader piece(content, file);
        std::string_view text;
        while (!piece.atEnd()) {
            const std::uint64_t pieceKey = piece.varint();
            const std::string_view value = piece.field(pieceKey);
            if (pieceKey == kPieces)
                text = value;
        }
        if (!isUtf8(text))
            throw Error::corrupt(file, CRUCIBLE_TR_NOOP("Problem", "a piece of the sentencepiece model is not UTF-8"));
        vocabulary.tokens.push_back({std::string(text), static_cast<std::int64_t>(vocabulary.tokens.size())});
    }
    if (vocabulary.tokens.empty())
        throw Error::corrupt(file, CRUCIBLE_TR_NOOP("Problem", "holds no sentencepiece pieces"));
    finish(vocabulary);
    return vocabulary;
}

std::shared_ptr<const Vocabulary> readVocabulary(const fs::path& modelFolder)
{
    std::error_code error;
    if (const fs::path file = modelFolder / "tokenizer.json"; fs::is_regular_file(file, error)) {
        const std::string text = readFile(file, kMaxFileBytes);
        return cached(text, 1, [&] { return vocabularyFromJson(text, file); });
    }
    for (const char* name : {"tokenizer.model", "spiece.model", "sentencepiece.bpe.model", "vocab.json", "vocab.txt"}) {
        const fs::path file = modelFolder / name;
        if (!fs::is_regular_file(file, error))
            continue;
        const std::string bytes = readFile(file, kMaxFileBytes);
        return cached(bytes, hashOfExtras(modelFolder), [&] {
            Vocabulary vocabulary = file.extension() == ".model" ? vocabularyFromSentencePiece(bytes, file)
                                                                 : vocabularyFromParts(bytes, file);
            addExtraTokens(modelFolder, vocabulary);
            return vocabulary;
        });
    }
    return nullptr;
}

} // namespace crucible::merge
