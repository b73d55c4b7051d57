// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/work_text.h"

#include "base/error.h"
#include "text/utf8.h"

#include <limits>

namespace crucible::text {
namespace {

// Rules of a file may make a text longer, but not without end.
void checkGrowth(std::size_t size, std::size_t original)
{
    constexpr std::size_t kMostGrowth = 64, kAlwaysAllowed = std::size_t(1) << 20;
    if (size > original * kMostGrowth + kAlwaysAllowed || size > std::numeric_limits<std::uint32_t>::max())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the tokenizer's rules would make the text too long"), {},
                             CRUCIBLE_TR_NOOP("Problem", "encode it in parts, or check the tokenizer's normalizer"));
}

} // namespace

WorkText::WorkText(std::string_view original, bool tracked) : m_original(original), m_view(original), m_tracked(tracked)
{
    if (!original.empty())
        m_pieces.push_back({0, static_cast<std::uint32_t>(original.size()), -1});
}

Offsets WorkText::originOf(std::uint32_t begin, std::uint32_t end) const
{
    Offsets origin{begin, end};
    if (m_changed) {
        if (begin >= end || m_origins.empty())
            return {};
        origin = {m_origins[begin].begin, m_origins[end - 1].end};
    }
    while (origin.begin > 0 && origin.begin < m_original.size() && isContinuation(m_original[origin.begin]))
        --origin.begin;
    while (origin.end < m_original.size() && origin.end > origin.begin && isContinuation(m_original[origin.end]))
        ++origin.end;
    return origin;
}

bool WorkText::beginsOriginal(const Piece& piece) const
{
    return m_changed ? piece.begin < m_origins.size() && m_origins[piece.begin].begin == 0 : piece.begin == 0;
}

void WorkText::Writer::keep(std::size_t begin, std::size_t end)
{
    m_text->append(m_old.substr(begin, end - begin));
    if (!m_origins)
        return;
    for (std::size_t i = m_oldBegin + begin; i < m_oldBegin + end; ++i) {
        const auto at = static_cast<std::uint32_t>(i);
        m_origins->push_back(m_oldOrigins ? (*m_oldOrigins)[i] : Offsets{at, at + 1});
    }
}

void WorkText::Writer::put(std::string_view bytes, std::size_t begin, std::size_t end)
{
    m_text->append(bytes);
    if (!m_origins)
        return;
    if (begin == end) { // inserted: before the first byte it stands for what follows, else for what precedes
        if (begin < m_old.size() && begin == 0)
            end = sequenceLength(static_cast<unsigned char>(m_old[0]));
        else if (begin > 0)
            begin = previousCharacter(m_old, end);
        end = std::min(end, m_old.size());
    }
    Offsets origin{static_cast<std::uint32_t>(m_oldBegin + begin), static_cast<std::uint32_t>(m_oldBegin + end)};
    if (m_oldOrigins && end > begin)
        origin = {(*m_oldOrigins)[m_oldBegin + begin].begin, (*m_oldOrigins)[m_oldBegin + end - 1].end};
    m_origins->insert(m_origins->end(), bytes.size(), origin);
}

void WorkText::edit(const std::function<bool(std::string_view, Writer&)>& edit)
{
    editPieces([&](const Piece& piece, Writer& writer) { return edit(textOf(piece), writer); });
}

void WorkText::editPieces(const std::function<bool(const Piece&, Writer&)>& edit)
{
    std::string text;
    std::vector<Offsets> origins;
    bool changed = false;
    Writer writer;
    writer.m_text = &text;
    writer.m_oldOrigins = m_changed ? &m_origins : nullptr;
    writer.m_origins = m_tracked ? &origins : nullptr;
    m_spare.clear();
    // Nothing is copied until the first piece changes; the pieces before it follow then.
    const auto copy = [&](const Piece& piece) {
        writer.m_old = textOf(piece);
        writer.m_oldBegin = piece.begin;
        const auto begin = static_cast<std::uint32_t>(text.size());
        writer.keep(0, writer.m_old.size());
        m_spare.push_back({begin, static_cast<std::uint32_t>(text.size()), piece.token});
    };
    for (std::size_t i = 0; i < m_pieces.size(); ++i) {
        const Piece& piece = m_pieces[i];
        if (piece.token < 0) {
            const auto begin = static_cast<std::uint32_t>(text.size());
            writer.m_old = textOf(piece);
            writer.m_oldBegin = piece.begin;
            if (edit(piece, writer)) {
                checkGrowth(text.size(), m_original.size());
                if (!changed) {
                    changed = true;
                    if (i > 0) { // the pieces so far were not copied: begin again, with them in front
                        text.clear();
                        origins.clear();
                        for (std::size_t j = 0; j < i; ++j)
                            copy(m_pieces[j]);
                        --i;
                        continue;
                    }
                }
                if (text.size() > begin)
                    m_spare.push_back({begin, static_cast<std::uint32_t>(text.size()), -1});
                continue;
            }
        }
        if (changed)
            copy(piece);
    }
    if (!changed)
        return;
    checkGrowth(text.size(), m_original.size());
    m_pieces.swap(m_spare);
    m_text.swap(text);
    m_view = m_text;
    m_origins.swap(origins);
    m_changed = true;
}

void WorkText::split(const std::function<void(const Piece&, std::vector<Piece>&)>& cut)
{
    m_spare.clear();
    for (const Piece& piece : m_pieces) {
        if (piece.token >= 0)
            m_spare.push_back(piece);
        else
            cut(piece, m_spare);
    }
    m_pieces.swap(m_spare);
}

} // namespace crucible::text
