// SPDX-License-Identifier: GPL-3.0-or-later
// tiktoken's files: one "base64 rank" a line. There is no list of merges; two neighbours are joined when their joined bytes
// have a rank, the lowest first. The regular expression and the special tokens are known by the size of the vocabulary.
#include "base/files.h"
#include "base/units.h"
#include "text/base64.h"
#include "text/byte_level.h"
#include "text/readers.h"

#include <algorithm>

namespace crucible::text {
namespace {

constexpr std::size_t kLongestJoined = 512; // bytes; finding the pairs of a piece takes the square of its length

struct Ranks {
    std::vector<std::string> pieces; // bytes, by rank; empty where there is none
};

Ranks readRanks(const std::filesystem::path& file)
{
    constexpr std::int64_t kMostRanks = 1 << 24;
    const std::string content = readFile(file, std::size_t(256) << 20);
    Ranks ranks;
    std::size_t line = 0;
    for (std::size_t at = 0; at < content.size();) {
        const std::size_t end = std::min(content.find('\n', at), content.size());
        std::string_view text = std::string_view(content).substr(at, end - at);
        at = end + 1;
        ++line;
        if (text.ends_with('\r'))
            text.remove_suffix(1);
        if (text.empty())
            continue;
        const std::size_t space = text.find(' ');
        const std::optional<std::string> piece = fromBase64(text.substr(0, space));
        const std::optional<std::int64_t> rank = space == std::string_view::npos ? std::nullopt : parseInteger(text.substr(space + 1));
        if (!piece || piece->empty() || !rank || *rank < 0 || *rank >= kMostRanks)
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "line %1 is not a piece in base64 and its rank"), line});
        const auto index = static_cast<std::size_t>(*rank);
        if (index >= ranks.pieces.size())
            ranks.pieces.resize(index + 1);
        if (!ranks.pieces[index].empty())
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "line %1 gives the rank %2 a second time"), line, *rank});
        ranks.pieces[index] = *piece;
    }
    if (ranks.pieces.empty())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the file holds no ranks"));
    return ranks;
}

std::unique_ptr<const Model> makeModel(const Ranks& ranks)
{
    Vocabulary raw, written; // pieces as bytes, and in the alphabet that vocabularies of bytes are shown in
    raw.reserve(ranks.pieces.size());
    written.reserve(ranks.pieces.size());
    for (std::size_t rank = 0; rank < ranks.pieces.size(); ++rank) {
        const std::string& piece = ranks.pieces[rank];
        if (piece.empty())
            continue;
        if (raw.find(piece))
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the piece of rank %1 is there twice"), rank});
        raw.add(piece, static_cast<TokenId>(rank));
        written.add(toByteCharacters(piece), static_cast<TokenId>(rank));
    }
    std::array<TokenId, 256> bytes;
    for (unsigned byte = 0; byte < 256; ++byte) {
        const char character = static_cast<char>(byte);
        bytes[byte] = raw.find(std::string_view(&character, 1)).value_or(-1);
        if (bytes[byte] < 0)
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the byte %1 has no rank"), byte});
    }
    MergeTable merges;
    merges.reserve(2 * ranks.pieces.size());
    for (std::size_t rank = 0; rank < ranks.pieces.size(); ++rank) {
        const std::string_view piece = ranks.pieces[rank];
        for (std::size_t cut = 1; cut < piece.size() && piece.size() <= kLongestJoined; ++cut) {
            const std::optional<TokenId> left = raw.find(piece.substr(0, cut));
            const std::optional<TokenId> right = left ? raw.find(piece.substr(cut)) : std::nullopt;
            if (right)
                merges.add(*left, *right, static_cast<std::uint32_t>(rank), static_cast<TokenId>(rank));
        }
    }
    BpeOptions options;
    options.ignoreMerges = true; // a word that has a rank is one token
    return std::make_unique<const BpeModel>(std::move(written), std::move(merges), bytes, options);
}

struct KnownEncoding {
    std::size_t ranks;
    std::string_view regex;
    std::vector<std::pair<std::string_view, TokenId>> special;
};

// OpenAI's encodings, and Llama 3's and Qwen's, by the number of their ranks.
const std::vector<KnownEncoding>& encodings()
{
    static const std::vector<KnownEncoding> all = {
        {50256, kGpt2Regex, {{"<|endoftext|>", 50256}}},
        {50280, kGpt2Regex, {{"<|endoftext|>", 50256}, {"<|fim_prefix|>", 50281}, {"<|fim_middle|>", 50282}, {"<|fim_suffix|>", 50283}}},
        {100256, kLlama3Regex,
         {{"<|endoftext|>", 100257}, {"<|fim_prefix|>", 100258}, {"<|fim_middle|>", 100259}, {"<|fim_suffix|>", 100260}, {"<|endofprompt|>", 100276}}},
        {199998, kO200kRegex, {{"<|endoftext|>", 199999}, {"<|endofprompt|>", 200018}}},
        {151643, kQwen2Regex, {{"<|endoftext|>", 151643}, {"<|im_start|>", 151644}, {"<|im_end|>", 151645}}},
        {128000, kLlama3Regex,
         {{"<|begin_of_text|>", 128000}, {"<|end_of_text|>", 128001}, {"<|start_header_id|>", 128006}, {"<|end_header_id|>", 128007}, {"<|eot_id|>", 128009}}},
    };
    return all;
}

const KnownEncoding& encodingOf(std::size_t ranks)
{
    const auto found = std::find_if(encodings().begin(), encodings().end(), [&](const KnownEncoding& known) { return known.ranks == ranks; });
    static const KnownEncoding other{0, kLlama3Regex, {}};
    return found == encodings().end() ? other : *found;
}

} // namespace

std::shared_ptr<const Tokenizer> readTiktoken(const std::filesystem::path& file, const TokenizerConfig* config)
{
    return withSource(file, [&] {
        const Ranks ranks = readRanks(file);
        const auto count = static_cast<std::size_t>(std::count_if(ranks.pieces.begin(), ranks.pieces.end(), [](const std::string& piece) { return !piece.empty(); }));
        const KnownEncoding& encoding = encodingOf(count);
        PipelineParts parts;
        parts.model = makeModel(ranks);
        parts.preTokenizers.steps.push_back(splitBy(regexPattern(encoding.regex), SplitBehavior::Isolated));
        parts.decoders.push_back(byteLevelDecoder());
        parts.parseSpecial = ParseSpecial::WithAddSpecial;
        const auto add = [&](std::string_view content, TokenId id) {
            AddedToken token;
            token.content = content;
            token.id = id;
            token.special = true;
            token.normalized = false;
            parts.added.add(std::move(token));
        };
        for (const auto& [content, id] : encoding.special)
            add(content, id);
        if (config) {
            for (const AddedToken& token : config->added)
                add(token.content, token.id);
        }
        const auto tokenizer = std::make_shared<Pipeline>(std::move(parts));
        Tokenizer::SpecialTokens special = specialTokens(config, *tokenizer, std::nullopt);
        if (!special.bos)
            special.bos = tokenizer->idOf("<|begin_of_text|>");
        if (!special.eos)
            special.eos = tokenizer->idOf(special.bos ? "<|end_of_text|>" : "<|endoftext|>");
        tokenizer->setSpecialTokens(special);
        return std::shared_ptr<const Tokenizer>(tokenizer);
    });
}

} // namespace crucible::text
