// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/unicode.h"

#include "text/unicode_versions.h"
#include "text/utf8.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

namespace crucible::text {
namespace {

constexpr char32_t kCodes = 0x110000;

// utf8proc numbers the categories in the order of our bits.
static_assert(UTF8PROC_CATEGORY_CN == 0 && UTF8PROC_CATEGORY_LU == 1 && UTF8PROC_CATEGORY_LO == 5 &&
              UTF8PROC_CATEGORY_MN == 6 && UTF8PROC_CATEGORY_ND == 9 && UTF8PROC_CATEGORY_PC == 12 &&
              UTF8PROC_CATEGORY_PO == 18 && UTF8PROC_CATEGORY_SM == 19 && UTF8PROC_CATEGORY_SO == 22 &&
              UTF8PROC_CATEGORY_ZS == 23 && UTF8PROC_CATEGORY_ZP == 25 && UTF8PROC_CATEGORY_CC == 26 &&
              UTF8PROC_CATEGORY_CO == 29);

std::uint32_t computeProperties(char32_t code)
{
    auto category = 1u << utf8proc_category(static_cast<utf8proc_int32_t>(code));
    if (category == kCn && addedCategory(code) != 0)
        category = addedCategory(code);
    std::uint32_t set = category;
    if ((category & (kZs | kZl | kZp)) || (code >= 9 && code <= 13) || code == 0x85)
        set |= kWhiteSpace;
    if (code == '\n' || code == '\r')
        set |= kNewline;
    return set;
}

const std::uint32_t* makeProperties()
{
    static const auto table = [] {
        auto all = std::make_unique<std::uint32_t[]>(detail::kDirect);
        for (char32_t code = 0; code < detail::kDirect; ++code)
            all[code] = computeProperties(code);
        return all;
    }();
    return table.get();
}

bool isHangulJamoThatFollows(char32_t code)
{
    return (code >= 0x1160 && code <= 0x11ff) || (code >= 0xd7b0 && code <= 0xd7ff);
}

// May the character combine with one before it, so that a part must not begin with it?
bool mayCombineBackwards(char32_t code, bool compatibility)
{
    if (isIn(code, kMark) || isHangulJamoThatFollows(code))
        return true;
    // Letters that are marks or vowels of Hangul in all but name.
    return compatibility && ((code >= 0x3131 && code <= 0x318e) || (code >= 0xff9e && code <= 0xffdc));
}

int optionsOf(NormalForm form)
{
    switch (form) {
    case NormalForm::Nfc: return UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    case NormalForm::Nfd: return UTF8PROC_STABLE | UTF8PROC_DECOMPOSE;
    case NormalForm::Nfkc: return UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT;
    case NormalForm::Nfkd: return UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT;
    }
    return 0;
}

std::string mapped(std::string_view part, int options)
{
    utf8proc_uint8_t* result = nullptr;
    const utf8proc_ssize_t length =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(part.data()), static_cast<utf8proc_ssize_t>(part.size()), &result,
                     static_cast<utf8proc_option_t>(options));
    if (length < 0)
        return std::string(part);
    std::string text(reinterpret_cast<const char*>(result), static_cast<std::size_t>(length));
    std::free(result); // utf8proc allocates with malloc
    return text;
}

// Decomposed and with its marks in canonical order. utf8proc orders marks by swapping neighbours, in quadratic time.
std::string orderedDecomposition(std::string_view part, int options)
{
    struct Code {
        char32_t code;
        int combiningClass;
    };
    std::vector<Code> codes;
    for (std::size_t at = 0; at < part.size();) {
        const std::size_t length = characterAt(part, at).length;
        const std::string decomposed = mapped(part.substr(at, length), options);
        for (std::size_t i = 0; i < decomposed.size();) {
            const Character character = characterAt(decomposed, i);
            codes.push_back({character.code, utf8proc_get_property(static_cast<utf8proc_int32_t>(character.code))->combining_class});
            i += character.length;
        }
        at += length;
    }
    for (auto begin = codes.begin(); begin != codes.end();) {
        const auto isStarter = [](const Code& code) { return code.combiningClass == 0; };
        begin = std::find_if_not(begin, codes.end(), isStarter);
        const auto end = std::find_if(begin, codes.end(), isStarter);
        std::stable_sort(begin, end, [](const Code& a, const Code& b) { return a.combiningClass < b.combiningClass; });
        begin = end;
    }
    std::string text;
    for (const Code& code : codes)
        appendCharacter(text, code.code);
    return text;
}

std::string normalizePart(std::string_view part, NormalForm form)
{
    constexpr std::size_t kLongPart = 256;
    const int options = optionsOf(form);
    if (part.size() <= kLongPart)
        return mapped(part, options);
    const std::string decomposed = orderedDecomposition(part, (options & ~UTF8PROC_COMPOSE) | UTF8PROC_DECOMPOSE);
    return options & UTF8PROC_COMPOSE ? mapped(decomposed, options) : decomposed;
}

// Hugging Face's normalizers have the tables of Unicode 12.0; what got a decomposition later they leave as it is.
bool isNewerThanReference(char32_t code)
{
    return code == 0x32ff || code == 0xab69 || code == 0x11938 || code == 0x1f16c || (code >= 0xa7f2 && code <= 0xa7f4) || (code >= 0x10780 && code <= 0x107ba) ||
           (code >= 0x1e030 && code <= 0x1e06d) || (code >= 0x1fbf0 && code <= 0x1fbf9);
}

// One bit for each character that stands alone and stays as it is in the form.
class StableCharacters {
public:
    explicit StableCharacters(NormalForm form) : m_bits(kCodes / 64, ~std::uint64_t(0))
    {
        const bool compatibility = form == NormalForm::Nfkc || form == NormalForm::Nfkd;
        for (char32_t code = 0x80; code < kCodes; ++code) {
            if (code >= detail::kDirect && code < 0xe0000)
                continue; // nothing is there
            if (mayCombineBackwards(code, compatibility) || changesAlone(code, form))
                m_bits[code / 64] &= ~(std::uint64_t(1) << (code % 64));
        }
    }

    bool contains(char32_t code) const { return code < kCodes && (m_bits[code / 64] >> (code % 64)) & 1; }

private:
    static bool changesAlone(char32_t code, NormalForm form)
    {
        if (isNewerThanReference(code))
            return false;
        const bool isSyllable = code >= 0xac00 && code <= 0xd7a3;
        if (isSyllable)
            return form == NormalForm::Nfd || form == NormalForm::Nfkd;
        if (utf8proc_get_property(static_cast<utf8proc_int32_t>(code))->decomp_seqindex == UINT16_MAX)
            return false;
        std::string text;
        appendCharacter(text, code);
        return normalizePart(text, form) != text;
    }

    std::vector<std::uint64_t> m_bits;
};

const StableCharacters& stableCharacters(NormalForm form)
{
    switch (form) {
    case NormalForm::Nfc: {
        static const StableCharacters set(NormalForm::Nfc);
        return set;
    }
    case NormalForm::Nfd: {
        static const StableCharacters set(NormalForm::Nfd);
        return set;
    }
    case NormalForm::Nfkc: {
        static const StableCharacters set(NormalForm::Nfkc);
        return set;
    }
    case NormalForm::Nfkd: break;
    }
    static const StableCharacters set(NormalForm::Nfkd);
    return set;
}

} // namespace

const std::uint32_t* const detail::kProperties = makeProperties();

std::uint32_t detail::rareProperties(char32_t code)
{
    return code < kCodes ? computeProperties(code) : std::uint32_t(kCn);
}

bool isWord(char32_t code)
{
    if (isIn(code, kLetter | kMark | kNd | kNl | kPc))
        return true;
    // Other_Alphabetic beyond marks: letters in circles and squares.
    return code == 0x200c || code == 0x200d || (code >= 0x24b6 && code <= 0x24e9) || (code >= 0x1f130 && code <= 0x1f149) ||
           (code >= 0x1f150 && code <= 0x1f169) || (code >= 0x1f170 && code <= 0x1f189);
}

void appendLowercase(std::string& text, char32_t code)
{
    if (code == 0x130) { // the one character whose lower case is two
        text.append("i\xCC\x87");
        return;
    }
    // Of Unicode 16, which utf8proc may not know.
    switch (code) {
    case 0x1c89: code = 0x1c8a; break;
    case 0xa7cb: code = 0x264; break;
    case 0xa7cc: code = 0xa7cd; break;
    case 0xa7da: code = 0xa7db; break;
    case 0xa7dc: code = 0x19b; break;
    default:
        if (code >= 0x10d50 && code <= 0x10d65)
            code += 0x20;
    }
    appendCharacter(text, static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(code))));
}

bool normalize(std::string_view text, NormalForm form, const std::function<void(std::size_t, std::size_t)>& keep,
               const std::function<void(std::size_t, std::size_t, std::string_view)>& replace)
{
    const StableCharacters& stable = stableCharacters(form);
    std::size_t kept = 0; // everything before was reported
    bool changed = false;
    for (std::size_t at = 0; at < text.size();) {
        if (static_cast<unsigned char>(text[at]) < 0x80) {
            ++at;
            continue;
        }
        const Character character = characterAt(text, at);
        if (stable.contains(character.code)) {
            at += character.length;
            continue;
        }
        // A part: the character before, when this one may combine with it, and all behind it that may.
        const bool compatibility = form == NormalForm::Nfkc || form == NormalForm::Nfkd;
        const bool follows = mayCombineBackwards(character.code, compatibility);
        const std::size_t begin = follows && at > kept ? previousCharacter(text, at) : at;
        std::size_t end = at + character.length;
        while (end < text.size()) {
            const Character next = characterAt(text, end);
            if (!mayCombineBackwards(next.code, compatibility))
                break;
            end += next.length;
        }
        const std::string_view part = text.substr(begin, end - begin);
        const std::string normal = normalizePart(part, form);
        if (normal != part) {
            if (begin > kept)
                keep(kept, begin);
            replace(begin, end, normal);
            kept = end;
            changed = true;
        }
        at = end;
    }
    if (changed && kept < text.size())
        keep(kept, text.size());
    return changed;
}

std::size_t graphemeLength(std::string_view text, std::size_t at)
{
    utf8proc_int32_t state = 0;
    Character last = characterAt(text, at);
    std::size_t end = at + last.length;
    while (end < text.size()) {
        const Character next = characterAt(text, end);
        if (utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(last.code), static_cast<utf8proc_int32_t>(next.code), &state))
            break;
        end += next.length;
        last = next;
    }
    return end - at;
}

} // namespace crucible::text
