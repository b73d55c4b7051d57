// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/post_processors.h"

#include "text/byte_level.h"
#include "text/json_fields.h"
#include "text/unicode.h"
#include "text/utf8.h"

#include <algorithm>

namespace crucible::text {
namespace {

bool isSpaceInPiece(std::string_view piece, std::size_t at, std::size_t length)
{
    return piece.substr(at, length) == byteCharacter(' ') || isWhiteSpace(characterAt(piece, at).code);
}

void trim(std::string_view piece, bool keepsPrefixSpace, Offsets& offsets)
{
    std::uint32_t leading = 0, trailing = 0;
    for (std::size_t at = 0; at < piece.size(); ++leading) {
        const std::size_t length = characterAt(piece, at).length;
        if (!isSpaceInPiece(piece, at, length))
            break;
        at += length;
    }
    for (std::size_t end = piece.size(); end > 0; ++trailing) {
        const std::size_t at = previousCharacter(piece, end);
        if (!isSpaceInPiece(piece, at, end - at))
            break;
        end = at;
    }
    if (leading == 1 && keepsPrefixSpace)
        leading = 0;
    offsets.begin = std::min(offsets.begin + leading, offsets.end);
    if (offsets.end >= trailing)
        offsets.end = std::max(offsets.end - trailing, offsets.begin);
}

TokenId readId(const Json& json)
{
    const std::optional<std::int32_t> id = countOf(json);
    if (!id)
        throw Error::invalid(
            CRUCIBLE_TR_NOOP("Problem", "the post-processor names a token by something that is no id"));
    return *id;
}

// ["[SEP]", 102]
TokenId readPair(const Json& json, const char* key)
{
    const Json* pair = memberOf(json, key);
    if (!pair || !pair->is_array() || pair->size() != 2)
        throw Error::invalid(
            {CRUCIBLE_TR_NOOP("Problem", "the post-processor's \"%1\" is to be a token and its id"), key});
    return readId((*pair)[1]);
}

PostProcessor::Frame readTemplate(const Json& json)
{
    const Json* single = memberOf(json, "single");
    if (!single || !single->is_array())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the template for one text is missing"));
    const Json* tokens = memberOf(json, "special_tokens");
    PostProcessor::Frame frame;
    frame.hasText = false;
    for (const Json& item : *single) {
        if (const Json* special = memberOf(item, "SpecialToken")) {
            const std::string name = textOf(*special, "id");
            const Json* token = tokens ? memberOf(*tokens, name.c_str()) : nullptr;
            const Json* ids = token ? memberOf(*token, "ids") : nullptr;
            if (!ids || !ids->is_array())
                throw Error::invalid(
                    {CRUCIBLE_TR_NOOP("Problem", "the template names the token \"%1\" without saying its ids"), name});
            for (const Json& id : *ids)
                (frame.hasText ? frame.after : frame.before).push_back(readId(id));
        } else if (memberOf(item, "Sequence")) {
            if (frame.hasText)
                throw Error::unsupported(
                    CRUCIBLE_TR_NOOP("Problem", "a template that repeats its text is not supported"));
            frame.hasText = true;
        }
    }
    return frame;
}

void readInto(const Json& json, PostProcessor& result, int depth)
{
    constexpr int kMostNesting = 32;
    const std::string type = textOf(json, "type");
    if (type == "Sequence") {
        const Json* steps = memberOf(json, "processors");
        if (!steps || !steps->is_array() || depth > kMostNesting)
            throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "a sequence of post-processors lacks its list"));
        for (const Json& step : *steps)
            readInto(step, result, depth + 1);
    } else if (type == "TemplateProcessing") {
        result.addFrame(readTemplate(json));
    } else if (type == "BertProcessing" || type == "RobertaProcessing") {
        if (type == "RobertaProcessing" && flagOf(json, "trim_offsets", true))
            result.addTrim({flagOf(json, "add_prefix_space", true)});
        result.addFrame({{readPair(json, "cls")}, {readPair(json, "sep")}});
    } else if (type == "ByteLevel") {
        if (flagOf(json, "trim_offsets", true))
            result.addTrim({flagOf(json, "add_prefix_space", true)});
    } else {
        throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "the post-processor \"%1\" is not known"), type});
    }
}

} // namespace

void PostProcessor::apply(bool addSpecial, const std::function<std::string_view(TokenId)>& pieceOf, std::vector<TokenId>& ids,
                          std::vector<Offsets>* offsets) const
{
    if (offsets) {
        for (const TrimOffsets& rule : m_trims) {
            for (std::size_t i = 0; i < ids.size(); ++i)
                trim(pieceOf(ids[i]), rule.addPrefixSpace && (i == 0 || (*offsets)[i].begin == 0), (*offsets)[i]);
        }
    }
    if (!addSpecial)
        return;
    for (const Frame& frame : m_frames) {
        if (!frame.hasText) {
            ids.clear();
            if (offsets)
                offsets->clear();
        }
        ids.insert(ids.begin(), frame.before.begin(), frame.before.end());
        ids.insert(ids.end(), frame.after.begin(), frame.after.end());
        if (offsets) {
            offsets->insert(offsets->begin(), frame.before.size(), {});
            offsets->insert(offsets->end(), frame.after.size(), {});
        }
    }
}

PostProcessor readPostProcessor(const Json& json)
{
    PostProcessor result;
    if (!json.is_null())
        readInto(json, result, 0);
    return result;
}

} // namespace crucible::text
