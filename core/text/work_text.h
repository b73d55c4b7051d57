// SPDX-License-Identifier: GPL-3.0-or-later
// A text on its way through a tokenizer: the bytes as they are now, the pieces they were cut into, and where in the
// original each byte came from. Texts that nothing changes are never copied.
#pragma once

#include "text/tokenizer.h"

#include <functional>

namespace crucible::text {

struct Piece {
    std::uint32_t begin = 0; // in WorkText::view()
    std::uint32_t end = 0;
    TokenId token = -1; // an added token; -1 for text that is still to be encoded
};

class WorkText {
public:
    // `original` must outlive this. Origins are only kept when `tracked`.
    WorkText(std::string_view original, bool tracked);

    std::string_view view() const { return m_view; }
    std::string_view textOf(const Piece& piece) const { return m_view.substr(piece.begin, piece.end - piece.begin); }
    std::vector<Piece>& pieces() { return m_pieces; }
    const std::vector<Piece>& pieces() const { return m_pieces; }

    // The bytes of the original that [begin, end) of view() came from, rounded to whole characters.
    Offsets originOf(std::uint32_t begin, std::uint32_t end) const;
    // Whether the piece begins with the original's first byte.
    bool beginsOriginal(const Piece& piece) const;

    // What an edit writes: the new text of a piece, each byte with the range of old bytes that it stands for.
    class Writer {
    public:
        // Copies old bytes. Positions count in the piece.
        void keep(std::size_t begin, std::size_t end);
        // Puts bytes in the place of old ones [begin, end), which may be empty: inserted text stands for its neighbours.
        void put(std::string_view bytes, std::size_t begin, std::size_t end);

    private:
        friend class WorkText;
        std::string_view m_old; // the piece
        std::size_t m_oldBegin = 0;
        std::string* m_text = nullptr;
        const std::vector<Offsets>* m_oldOrigins = nullptr; // null: the old text is the original
        std::vector<Offsets>* m_origins = nullptr;          // null: not tracked
    };

    // Offers every piece of text to `edit`, which writes the new text and returns true, or writes nothing and returns
    // false to leave it as it is. A piece that becomes empty is dropped.
    void edit(const std::function<bool(std::string_view, Writer&)>& edit);
    // The same with the piece itself at hand.
    void editPieces(const std::function<bool(const Piece&, Writer&)>& edit);

    // Cuts every piece of text into what `cut` appends: ranges of view() in order. Pieces of added tokens stay.
    void split(const std::function<void(const Piece&, std::vector<Piece>&)>& cut);

private:
    std::string_view m_original;
    std::string_view m_view;
    std::string m_text; // what m_view shows, once something was changed
    bool m_tracked = false;
    bool m_changed = false;
    std::vector<Offsets> m_origins; // of each byte of m_text, when tracked and changed
    std::vector<Piece> m_pieces;
    std::vector<Piece> m_spare;
};

} // namespace crucible::text
