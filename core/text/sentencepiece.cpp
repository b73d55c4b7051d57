// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/sentencepiece.h"

#include "base/error.h"
#include "base/files.h"
#include "text/byte_level.h"
#include "text/readers.h"
#include "text/sentencepiece_bpe.h"
#include "text/unigram.h"
#include "text/utf8.h"

#include <algorithm>

namespace crucible::text {
namespace {

constexpr std::string_view kSpaceSymbol = "\xE2\x96\x81"; // "▁"

constexpr std::size_t kLongestAdded = 1024; // bytes; no text is searched for a longer token

Vocabulary vocabularyOf(const SentencepieceModel& model)
{
    Vocabulary vocabulary;
    vocabulary.reserve(model.pieces.size());
    for (std::size_t i = 0; i < model.pieces.size(); ++i)
        vocabulary.add(model.pieces[i].text, static_cast<TokenId>(i));
    return vocabulary;
}

std::unique_ptr<const Model> engineOf(const SentencepieceModel& model, bool anyKindForms)
{
    if (model.type == SentencepieceModel::Type::Bpe)
        return std::make_unique<const SentencepieceBpe>(vocabularyOf(model), model, anyKindForms);
    if (model.type != SentencepieceModel::Type::Unigram)
        throw Error::unsupported(
            CRUCIBLE_TR_NOOP("Problem", "models of words or of single characters are not supported"));
    std::vector<UnigramPiece> pieces;
    pieces.reserve(model.pieces.size());
    for (const auto& piece : model.pieces)
        pieces.push_back({piece.score, piece.kind});
    return std::make_unique<const UnigramModel>(vocabularyOf(model), std::move(pieces),
                                                UnigramOptions{model.unknown, model.byteFallback, !anyKindForms, anyKindForms, anyKindForms});
}

} // namespace

Sentencepiece::Sentencepiece(SentencepieceModel model, const SentencepieceOptions& options)
    : m_model(std::move(model)), m_likeLlama(options.anyKindForms && m_model.type == SentencepieceModel::Type::Unigram),
      m_parseSpecial(options.parseSpecial)
{
    if (m_model.unknown < 0 || static_cast<std::size_t>(m_model.unknown) >= m_model.pieces.size())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the model has no piece for what it does not know"));
    m_engine = engineOf(m_model, options.anyKindForms);
    if (!m_model.charsMap.empty())
        m_charsMap.emplace(m_model.charsMap);
    std::vector<ByteTrie::Entry> userSymbols;
    for (std::size_t i = 0; i < m_model.pieces.size(); ++i) {
        const auto& piece = m_model.pieces[i];
        const bool isUsers = piece.kind == TokenKind::UserDefined;
        if (isUsers && (!options.anyKindForms || m_likeLlama) && !piece.text.empty())
            userSymbols.emplace_back(piece.text, static_cast<std::int32_t>(i));
        const bool isSpecial = piece.kind == TokenKind::Control || (piece.kind == TokenKind::Unknown && options.anyKindForms);
        if (piece.text.size() > kLongestAdded)
            continue;
        if (isSpecial || (isUsers && options.anyKindForms)) {
            AddedToken token;
            token.content = piece.text;
            token.id = static_cast<TokenId>(i);
            token.special = isSpecial;
            token.normalized = false;
            m_added.add(std::move(token));
        }
    }
    for (const AddedToken& token : options.added)
        m_added.add(token);
    m_added.prepare({});
    m_userSymbols.build(std::move(userSymbols));
    setSpecialTokens({m_model.bos, m_model.eos, m_model.unknown, m_model.padding});
}

Sentencepiece::Step Sentencepiece::step(std::string_view rest) const
{
    if (const ByteTrie::Match symbol = m_userSymbols.longest(rest); symbol.length > 0)
        return {rest.substr(0, symbol.length), symbol.length};
    if (m_charsMap) {
        if (const CharsMap::Match rule = m_charsMap->longest(rest); rule.length > 0)
            return {rule.replacement, rule.length};
    }
    const std::size_t length = characterAt(rest, 0).length;
    return {rest.substr(0, length), length};
}

// llama.cpp does not ask whether a symbol of the user has come to its end: what only begins like one stays as it is, too.
Sentencepiece::Step Sentencepiece::llamaStep(std::string_view rest) const
{
    std::size_t length = 0;
    for (std::uint32_t node = ByteTrie::root(); length < rest.size() && !m_userSymbols.empty(); ++length) {
        node = m_userSymbols.child(node, static_cast<unsigned char>(rest[length]));
        if (node == 0)
            break;
    }
    if (length > 0)
        return {rest.substr(0, length), length};
    if (m_charsMap) {
        if (const CharsMap::Match rule = m_charsMap->longest(rest); rule.length > 0)
            return {rule.replacement, rule.length};
    }
    if (firstInvalidByte(rest.substr(0, sequenceLength(static_cast<unsigned char>(rest[0])))) == 0)
        return {kReplacementCharacter, 1};
    length = characterAt(rest, 0).length;
    return {rest.substr(0, length), length};
}

// A space is put before the first character that is none, and, where spaces are merged, before every word, even if none is
// wanted at the beginning.
void Sentencepiece::normalizeLikeLlama(std::string_view text, bool tracked, Worker& worker) const
{
    bool inWord = false, hasPrefix = !m_model.addDummyPrefix;
    const auto put = [&](std::string_view bytes, std::size_t from) {
        worker.normalized.append(bytes);
        if (tracked)
            worker.origins.insert(worker.origins.end(), bytes.size(), static_cast<std::uint32_t>(from));
    };
    for (std::size_t at = 0; at < text.size();) {
        const auto [bytes, taken] = llamaStep(text.substr(at));
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const bool isSpace = bytes[i] == ' ';
            if (isSpace ? !m_model.removeExtraWhitespaces : !inWord && (!hasPrefix || m_model.removeExtraWhitespaces))
                put(kSpaceSymbol, at);
            if (!isSpace) {
                hasPrefix = true;
                put(bytes.substr(i, 1), at);
            }
            inWord = !isSpace;
        }
        at += taken;
    }
    if (tracked)
        worker.origins.push_back(static_cast<std::uint32_t>(text.size()));
}

void Sentencepiece::normalizeInto(std::string_view text, bool tracked, Worker& worker) const
{
    std::string& out = worker.normalized;
    out.clear();
    worker.origins.clear();
    if (m_likeLlama)
        return normalizeLikeLlama(text, tracked, worker);
    const std::string_view space = m_model.escapeWhitespaces ? kSpaceSymbol : std::string_view(" ");
    const auto put = [&](std::string_view bytes, std::size_t from) {
        out.append(bytes);
        if (tracked)
            worker.origins.insert(worker.origins.end(), bytes.size(), static_cast<std::uint32_t>(from));
    };
    std::size_t at = 0;
    if (m_model.removeExtraWhitespaces) {
        while (at < text.size()) {
            const Step next = step(text.substr(at));
            if (next.text != " ")
                break;
            at += next.taken;
        }
    }
    if (at == text.size())
        return;
    if (m_model.addDummyPrefix && !m_model.whitespaceAsSuffix)
        put(space, at);
    bool afterSpace = m_model.removeExtraWhitespaces;
    while (at < text.size()) {
        auto [bytes, taken] = step(text.substr(at));
        while (afterSpace && bytes.starts_with(' '))
            bytes.remove_prefix(1);
        for (std::size_t i = 0; i < bytes.size();) {
            const std::size_t end = std::min(bytes.find(' ', i), bytes.size());
            put(bytes.substr(i, end - i), at);
            if (end < bytes.size())
                put(space, at);
            i = end + 1;
        }
        if (!bytes.empty())
            afterSpace = m_model.removeExtraWhitespaces && bytes.ends_with(' ');
        at += taken;
    }
    std::size_t end = at;
    if (m_model.removeExtraWhitespaces) {
        while (out.ends_with(space)) {
            out.resize(out.size() - space.size());
            if (tracked) {
                end = worker.origins[out.size()];
                worker.origins.resize(out.size());
            }
        }
    }
    if (m_model.addDummyPrefix && m_model.whitespaceAsSuffix)
        put(space, end);
    if (tracked)
        worker.origins.push_back(static_cast<std::uint32_t>(end));
}

void Sentencepiece::encodePart(std::string_view text, std::uint32_t offset, Worker& worker, std::vector<TokenId>& ids,
                               std::vector<Offsets>* offsets) const
{
    normalizeInto(text, offsets != nullptr, worker);
    const std::string_view normalized = worker.normalized;
    if (normalized.empty())
        return;
    worker.ends.clear();
    m_engine->cut(normalized, worker.ends);
    std::uint32_t begin = 0;
    for (const std::uint32_t end : worker.ends) {
        const std::string_view word = normalized.substr(begin, end - begin);
        const bool isCacheable = !offsets && word.size() <= WordCache::kLongestWord;
        const std::uint64_t hash = isCacheable ? quickHash(word) : 0;
        if (!isCacheable || !worker.cache.find(word, hash, ids)) {
            worker.scratch.tokens.clear();
            m_engine->encodeWord(word, worker.scratch);
            const std::size_t before = ids.size();
            for (const ModelToken& token : worker.scratch.tokens) {
                ids.push_back(token.id);
                if (!offsets)
                    continue;
                Offsets from{offset + worker.origins[begin + token.begin], offset + worker.origins[begin + token.end]};
                if (from.end == from.begin && token.end > token.begin) // bytes of one character: all have the whole of it
                    from.end += characterAt(text, std::min<std::size_t>(from.begin - offset, text.size() - 1)).length;
                offsets->push_back(from);
            }
            if (isCacheable)
                worker.cache.insert(word, hash, std::span(ids).subspan(before));
        }
        begin = end;
    }
}

void Sentencepiece::encodeInto(std::string_view text, const EncodeOptions& options, std::vector<TokenId>& ids,
                               std::vector<Offsets>* offsets) const
{
    const auto putSpecial = [&](bool wanted, const std::optional<TokenId>& id) {
        if (!options.addSpecial || !wanted || !id)
            return;
        ids.push_back(*id);
        if (offsets)
            offsets->push_back({});
    };
    std::unique_ptr<Worker> worker;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_idle.empty()) {
            worker = std::move(m_idle.back());
            m_idle.pop_back();
        }
    }
    if (!worker)
        worker = std::make_unique<Worker>();
    putSpecial(m_model.addBos, bos());
    WorkText work(text, false);
    m_added.split(work, false, parsesSpecial(options, m_parseSpecial));
    for (const Piece& piece : work.pieces()) {
        if (piece.token < 0) {
            encodePart(work.textOf(piece), piece.begin, *worker, ids, offsets);
            continue;
        }
        ids.push_back(piece.token);
        if (offsets)
            offsets->push_back({piece.begin, piece.end});
    }
    putSpecial(m_model.addEos, eos());
    const std::lock_guard lock(m_mutex);
    m_idle.push_back(std::move(worker));
}

std::string Sentencepiece::decodeIds(std::span<const TokenId> ids, bool skipSpecial) const
{
    std::string text, bytes;
    bool mayDropSpace = m_model.addDummyPrefix || m_model.removeExtraWhitespaces; // at the beginning
    const auto flush = [&] {
        for (std::size_t at = 0; at < bytes.size();) {
            const std::size_t valid = firstInvalidByte(std::string_view(bytes).substr(at));
            text.append(bytes, at, valid);
            at += valid;
            if (at < bytes.size()) {
                text.append(kReplacementCharacter);
                ++at;
            }
        }
        bytes.clear();
    };
    for (const TokenId id : ids) {
        std::string_view piece = this->piece(id);
        if (kind(id) == TokenKind::Byte && byteOfPiece(piece)) {
            bytes.push_back(static_cast<char>(*byteOfPiece(piece)));
            continue;
        }
        flush();
        if (isSpecial(id) || m_added.find(id)) {
            if (!(skipSpecial && isSpecial(id)))
                text.append(piece);
            continue;
        }
        if (kind(id) == TokenKind::Unknown) {
            text.append(m_model.unknownSurface);
            continue;
        }
        mayDropSpace = mayDropSpace && text.empty();
        if (mayDropSpace && piece.starts_with(kSpaceSymbol)) {
            piece.remove_prefix(kSpaceSymbol.size());
            mayDropSpace = m_model.removeExtraWhitespaces;
        }
        for (std::size_t at = 0; at < piece.size();) {
            const std::size_t end = std::min(piece.find(kSpaceSymbol, at), piece.size());
            text.append(piece.substr(at, end - at));
            if (end < piece.size())
                text.push_back(' ');
            at = end + kSpaceSymbol.size();
        }
    }
    flush();
    return text;
}

std::string_view Sentencepiece::piece(TokenId id) const
{
    if (id >= 0 && static_cast<std::size_t>(id) < m_model.pieces.size())
        return m_model.pieces[static_cast<std::size_t>(id)].text;
    const AddedToken* added = m_added.find(id);
    return added ? std::string_view(added->content) : std::string_view();
}

std::optional<TokenId> Sentencepiece::idOf(std::string_view piece) const
{
    if (const std::optional<TokenId> id = m_engine->vocabulary().find(piece))
        return id;
    const AddedToken* added = m_added.find(piece);
    return added ? std::optional<TokenId>(added->id) : std::nullopt;
}

TokenKind Sentencepiece::kind(TokenId id) const
{
    if (id >= 0 && static_cast<std::size_t>(id) < m_model.pieces.size())
        return m_model.pieces[static_cast<std::size_t>(id)].kind;
    const AddedToken* added = m_added.find(id);
    return added && added->special ? TokenKind::Control : TokenKind::UserDefined;
}

bool Sentencepiece::isSpecial(TokenId id) const
{
    return kind(id) == TokenKind::Control;
}

std::shared_ptr<const Tokenizer> readSentencepiece(const std::filesystem::path& file, const TokenizerConfig* config)
{
    return withSource(file, [&] {
        SentencepieceModel model = parseSentencepieceModel(readFile(file));
        SentencepieceOptions options;
        if (config) {
            model.addBos = config->addBos.value_or(model.addBos);
            model.addEos = config->addEos.value_or(model.addEos);
            const auto size = static_cast<TokenId>(model.pieces.size());
            for (const AddedToken& token : config->added) {
                if (token.id >= size)
                    options.added.push_back(token);
            }
        }
        return std::make_shared<const Sentencepiece>(std::move(model), options);
    });
}

} // namespace crucible::text
