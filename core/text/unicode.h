// SPDX-License-Identifier: GPL-3.0-or-later
// What Unicode says of characters: categories, white space, case and normal forms. The tables are utf8proc's; what
// scanners ask for every character is kept in a table of ours that is made from them once.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace crucible::text {

// General categories as bits, so that a set of them is one word.
enum Category : std::uint32_t {
    kCn = 1u << 0, kLu = 1u << 1, kLl = 1u << 2, kLt = 1u << 3, kLm = 1u << 4, kLo = 1u << 5,
    kMn = 1u << 6, kMc = 1u << 7, kMe = 1u << 8, kNd = 1u << 9, kNl = 1u << 10, kNo = 1u << 11,
    kPc = 1u << 12, kPd = 1u << 13, kPs = 1u << 14, kPe = 1u << 15, kPi = 1u << 16, kPf = 1u << 17, kPo = 1u << 18,
    kSm = 1u << 19, kSc = 1u << 20, kSk = 1u << 21, kSo = 1u << 22,
    kZs = 1u << 23, kZl = 1u << 24, kZp = 1u << 25, kCc = 1u << 26, kCf = 1u << 27, kCs = 1u << 28, kCo = 1u << 29,
    // Not categories, but asked for like them.
    kWhiteSpace = 1u << 30,                        // the property White_Space
    kNewline = 1u << 31,                           // CR and LF
};

inline constexpr std::uint32_t kLetter = kLu | kLl | kLt | kLm | kLo;
inline constexpr std::uint32_t kMark = kMn | kMc | kMe;
inline constexpr std::uint32_t kNumber = kNd | kNl | kNo;
inline constexpr std::uint32_t kPunctuation = kPc | kPd | kPs | kPe | kPi | kPf | kPo;
inline constexpr std::uint32_t kSymbol = kSm | kSc | kSk | kSo;

namespace detail {
inline constexpr std::size_t kDirect = 0x40000;
// For each character below kDirect the set of its category and of the two properties.
extern const std::uint32_t* const kProperties;
std::uint32_t rareProperties(char32_t code);
} // namespace detail

// The category of a character, with kWhiteSpace and kNewline where they hold.
inline std::uint32_t propertiesOf(char32_t code)
{
    return code < detail::kDirect ? detail::kProperties[code] : detail::rareProperties(code);
}

inline bool isIn(char32_t code, std::uint32_t set) { return (propertiesOf(code) & set) != 0; }
inline bool isWhiteSpace(char32_t code) { return isIn(code, kWhiteSpace); }
// \w of UTS 18: alphabetic, marks, decimal digits, connectors and the two joiners.
bool isWord(char32_t code);

// The full lower case mapping of one character.
void appendLowercase(std::string& text, char32_t code);

enum class NormalForm { Nfc, Nfd, Nfkc, Nfkd };

// Brings the parts of `text` that are not in the normal form into it. Calls keep(begin, end) for bytes that stay as they
// are and replace(begin, end, bytes) for those that change, in order, for the whole text. Returns false, without calling
// anything, when all of it is in the form already. A part that changes is a character with all that combines with it.
bool normalize(std::string_view text, NormalForm form, const std::function<void(std::size_t, std::size_t)>& keep,
               const std::function<void(std::size_t, std::size_t, std::string_view)>& replace);

// Bytes of the extended grapheme cluster that begins at `at`.
std::size_t graphemeLength(std::string_view text, std::size_t at);

} // namespace crucible::text
