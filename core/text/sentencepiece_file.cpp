// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/sentencepiece_file.h"

#include "base/error.h"
#include "formats/bytes.h"

namespace crucible::text {
namespace {

// One message of a protocol buffer, field by field. Only what is asked for is looked at; groups do not occur.
class Message {
public:
    explicit Message(std::string_view bytes) : m_bytes(bytes) {}

    // Steps to the next field; false at the end.
    bool next()
    {
        if (m_at >= m_bytes.size())
            return false;
        const std::uint64_t key = varint();
        m_field = key >> 3;
        m_type = static_cast<int>(key & 7);
        switch (m_type) {
        case 0: m_number = varint(); break;
        case 1: m_value = take(8); break;
        case 2: m_value = take(varint()); break;
        case 5: m_value = take(4); break;
        default:
            throw Error::invalid(
                {CRUCIBLE_TR_NOOP("Problem", "a field of the unknown wire type %1 at byte %2"), m_type, m_at});
        }
        return true;
    }

    std::uint64_t field() const { return m_field; }
    std::string_view bytes() const
    {
        expect(2);
        return m_value;
    }
    std::uint64_t number() const
    {
        expect(0);
        return m_number;
    }
    bool flag() const { return number() != 0; }
    TokenId id() const
    {
        const auto value = static_cast<std::int64_t>(number()); // -1 is written as 64 bits of ones
        return value >= -1 && value < (1 << 26) ? static_cast<TokenId>(value) : -1;
    }
    float real() const
    {
        expect(5);
        return formats::loadLittleEndian<float>(std::as_bytes(std::span(m_value.data(), m_value.size())));
    }

private:
    void expect(int type) const
    {
        if (m_type != type)
            throw Error::invalid(
                {CRUCIBLE_TR_NOOP("Problem", "field %1 has the wire type %2, %3 is expected"), m_field, m_type, type});
    }

    std::uint64_t varint()
    {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (m_at >= m_bytes.size())
                break;
            const auto byte = static_cast<unsigned char>(m_bytes[m_at++]);
            value |= std::uint64_t(byte & 0x7f) << shift;
            if (!(byte & 0x80))
                return value;
        }
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "a number does not end at byte %1"), m_at});
    }

    std::string_view take(std::uint64_t size)
    {
        if (size > m_bytes.size() - m_at)
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "a field of %1 bytes at byte %2, %3 are left"), size,
                                  m_at, m_bytes.size() - m_at});
        const std::string_view taken = m_bytes.substr(m_at, static_cast<std::size_t>(size));
        m_at += static_cast<std::size_t>(size);
        return taken;
    }

    std::string_view m_bytes;
    std::size_t m_at = 0;
    std::uint64_t m_field = 0;
    int m_type = 0;
    std::uint64_t m_number = 0;
    std::string_view m_value;
};

TokenKind kindOf(std::uint64_t type)
{
    switch (type) {
    case 1: return TokenKind::Normal;
    case 2: return TokenKind::Unknown;
    case 3: return TokenKind::Control;
    case 4: return TokenKind::UserDefined;
    case 5: return TokenKind::Unused;
    case 6: return TokenKind::Byte;
    default: throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "a piece of the unknown type %1"), type});
    }
}

SentencepieceModel::Piece readPiece(std::string_view bytes)
{
    SentencepieceModel::Piece piece;
    for (Message message(bytes); message.next();) {
        switch (message.field()) {
        case 1: piece.text = message.bytes(); break;
        case 2: piece.score = message.real(); break;
        case 3: piece.kind = kindOf(message.number()); break;
        default: break;
        }
    }
    return piece;
}

void readTrainer(std::string_view bytes, SentencepieceModel& model)
{
    const auto optional = [](TokenId id) { return id < 0 ? std::nullopt : std::optional<TokenId>(id); };
    for (Message message(bytes); message.next();) {
        switch (message.field()) {
        case 3:
            if (message.number() < 1 || message.number() > 4)
                throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "a model of the unknown type %1"), message.number()});
            model.type = static_cast<SentencepieceModel::Type>(message.number());
            break;
        case 24: model.whitespaceAsSuffix = message.flag(); break;
        case 35: model.byteFallback = message.flag(); break;
        case 41: model.bos = optional(message.id()); break;
        case 42: model.eos = optional(message.id()); break;
        case 43: model.padding = optional(message.id()); break;
        case 44: model.unknownSurface = message.bytes(); break;
        default: break;
        }
    }
}

void readNormalizer(std::string_view bytes, SentencepieceModel& model)
{
    for (Message message(bytes); message.next();) {
        switch (message.field()) {
        case 2: model.charsMap = message.bytes(); break;
        case 3: model.addDummyPrefix = message.flag(); break;
        case 4: model.removeExtraWhitespaces = message.flag(); break;
        case 5: model.escapeWhitespaces = message.flag(); break;
        default: break;
        }
    }
}

void putVarint(std::string& to, std::uint64_t value)
{
    for (; value > 0x7f; value >>= 7)
        to.push_back(static_cast<char>((value & 0x7f) | 0x80));
    to.push_back(static_cast<char>(value));
}

void putNumber(std::string& to, std::uint64_t field, std::int64_t value)
{
    putVarint(to, field << 3);
    putVarint(to, static_cast<std::uint64_t>(value));
}

void putBytes(std::string& to, std::uint64_t field, std::string_view bytes)
{
    putVarint(to, field << 3 | 2);
    putVarint(to, bytes.size());
    to.append(bytes);
}

std::int64_t typeOf(TokenKind kind)
{
    switch (kind) {
    case TokenKind::Normal: return 1;
    case TokenKind::Unknown: return 2;
    case TokenKind::Control: return 3;
    case TokenKind::UserDefined: return 4;
    case TokenKind::Unused: return 5;
    case TokenKind::Byte: return 6;
    }
    return 1;
}

} // namespace

std::string writeSentencepieceModel(const SentencepieceModel& model)
{
    std::string all;
    for (const SentencepieceModel::Piece& piece : model.pieces) {
        std::string bytes;
        putBytes(bytes, 1, piece.text);
        putVarint(bytes, 2 << 3 | 5);
        formats::appendLittleEndian(bytes, piece.score);
        putNumber(bytes, 3, typeOf(piece.kind));
        putBytes(all, 1, bytes);
    }
    std::string trainer;
    putNumber(trainer, 3, static_cast<std::int64_t>(model.type));
    putNumber(trainer, 4, static_cast<std::int64_t>(model.pieces.size()));
    putNumber(trainer, 24, model.whitespaceAsSuffix);
    putNumber(trainer, 35, model.byteFallback);
    putNumber(trainer, 40, model.unknown);
    putNumber(trainer, 41, model.bos.value_or(-1));
    putNumber(trainer, 42, model.eos.value_or(-1));
    putNumber(trainer, 43, model.padding.value_or(-1));
    putBytes(trainer, 44, model.unknownSurface);
    putBytes(all, 2, trainer);
    std::string normalizer;
    putBytes(normalizer, 1, model.charsMap.empty() ? "identity" : "user_defined");
    putBytes(normalizer, 2, model.charsMap);
    putNumber(normalizer, 3, model.addDummyPrefix);
    putNumber(normalizer, 4, model.removeExtraWhitespaces);
    putNumber(normalizer, 5, model.escapeWhitespaces);
    putBytes(all, 3, normalizer);
    return all;
}

SentencepieceModel parseSentencepieceModel(std::string_view bytes)
{
    SentencepieceModel model;
    model.bos = 1;
    model.eos = 2;
    for (Message message(bytes); message.next();) {
        switch (message.field()) {
        case 1: model.pieces.push_back(readPiece(message.bytes())); break;
        case 2: readTrainer(message.bytes(), model); break;
        case 3: readNormalizer(message.bytes(), model); break;
        default: break;
        }
    }
    // What is unknown is told by its type.
    model.unknown = -1;
    for (std::size_t i = 0; i < model.pieces.size(); ++i) {
        if (model.pieces[i].kind == TokenKind::Unknown)
            model.unknown = static_cast<TokenId>(i);
    }
    const auto existing = [&](std::optional<TokenId>& id) {
        if (id && static_cast<std::size_t>(*id) >= model.pieces.size())
            id.reset();
    };
    existing(model.bos);
    existing(model.eos);
    existing(model.padding);
    return model;
}

} // namespace crucible::text
