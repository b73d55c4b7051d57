// SPDX-License-Identifier: GPL-3.0-or-later
// The files of tokenizers from before tokenizer.json: vocab.json with merges.txt (GPT-2) and vocab.txt (BERT).
#include "base/files.h"
#include "text/readers.h"
#include "text/word_models.h"

#include <fmt/format.h>

namespace crucible::text {
namespace {

template<class Body>
void forEachLine(std::string_view text, const Body& body)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        body(line);
        at = end + 1;
    }
}

} // namespace

std::shared_ptr<const Tokenizer> readVocabularyAndMerges(const std::filesystem::path& vocabulary, const std::filesystem::path& merges,
                                                         const TokenizerConfig* config)
{
    Json json{{"type", "BPE"}, {"vocab", readJson(vocabulary)}, {"merges", Json::array()}};
    const std::string lines = readFile(merges, std::size_t(256) << 20);
    forEachLine(lines, [&](std::string_view line) {
        if (!line.empty() && !line.starts_with("#version"))
            json["merges"].push_back(std::string(line));
    });
    Json all{{"model", std::move(json)},
             {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", config && config->addPrefixSpace.value_or(false)}}},
             {"decoder", {{"type", "ByteLevel"}}}};
    return parseHfTokenizer(all, vocabulary, config);
}

std::shared_ptr<const Tokenizer> readWordList(const std::filesystem::path& file, bool lowercase, const TokenizerConfig* config)
{
    return withSource(file, [&] {
        const std::string lines = readFile(file, std::size_t(256) << 20);
        Vocabulary vocabulary;
        TokenId next = 0;
        forEachLine(lines, [&](std::string_view line) { vocabulary.add(line.substr(0, line.find_last_not_of(" \t") + 1), next++); });
        PipelineParts parts;
        PostProcessor::Frame frame;
        if (const auto first = vocabulary.find("[CLS]"))
            frame.before.push_back(*first);
        if (const auto last = vocabulary.find("[SEP]"))
            frame.after.push_back(*last);
        parts.postProcessor.addFrame(std::move(frame));
        parts.normalizers.push_back(bertNormalizer({.stripAccents = lowercase, .lowercase = lowercase}));
        parts.preTokenizers.steps.push_back(bertPreTokenizer());
        parts.decoders.push_back(wordPieceDecoder("##", true));
        parts.model = std::make_unique<const WordPieceModel>(std::move(vocabulary), WordPieceOptions{});
        for (const char* special : {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}) {
            AddedToken token;
            token.content = special;
            token.special = true;
            token.normalized = false;
            if (parts.model->vocabulary().find(token.content))
                addNumbered(std::move(token), parts);
        }
        if (config)
            applyConfig(*config, parts);
        const auto tokenizer = std::make_shared<Pipeline>(std::move(parts));
        Tokenizer::SpecialTokens tokens = specialTokens(config, *tokenizer, std::string("[UNK]"));
        if (!tokens.padding)
            tokens.padding = tokenizer->idOf("[PAD]");
        tokenizer->setSpecialTokens(tokens);
        return std::shared_ptr<const Tokenizer>(tokenizer);
    });
}

} // namespace crucible::text
