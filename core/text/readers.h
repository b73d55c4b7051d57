// SPDX-License-Identifier: GPL-3.0-or-later
// The readers behind loadTokenizer(), one for each format. What is wrong in a file is thrown as Error::corrupt or
// Error::unsupported with its path.
#pragma once

#include "base/error.h"
#include "base/json.h"
#include "text/bpe.h"
#include "text/pipeline.h"

namespace crucible::text {

// tokenizer_config.json and its companions, as far as they change what a tokenizer does.
struct TokenizerConfig {
    std::string tokenizerClass;
    std::optional<bool> addBos, addEos;
    std::optional<std::string> bos, eos, unknown, padding;
    std::optional<bool> addPrefixSpace; // sentencepiece models: the space before the text
    std::vector<AddedToken> added;      // ids as declared
};
// An empty one when `folder` has no such files.
TokenizerConfig readTokenizerConfig(const std::filesystem::path& folder);

// config may be null.
std::shared_ptr<const Tokenizer> readHfTokenizer(const std::filesystem::path& file, const TokenizerConfig* config);
std::shared_ptr<const Tokenizer> parseHfTokenizer(const Json& json, const std::filesystem::path& source, const TokenizerConfig* config);
// vocab.json with merges.txt: byte-level BPE as GPT-2 has it.
std::shared_ptr<const Tokenizer> readVocabularyAndMerges(const std::filesystem::path& vocabulary, const std::filesystem::path& merges,
                                                         const TokenizerConfig* config);
// vocab.txt: WordPiece as BERT has it, one piece a line. lowercase: what the model was trained with.
std::shared_ptr<const Tokenizer> readWordList(const std::filesystem::path& file, bool lowercase, const TokenizerConfig* config);
std::shared_ptr<const Tokenizer> readSentencepiece(const std::filesystem::path& file, const TokenizerConfig* config);
std::shared_ptr<const Tokenizer> readTiktoken(const std::filesystem::path& file, const TokenizerConfig* config);
std::shared_ptr<const Tokenizer> readGgufVocabulary(const std::filesystem::path& file);


// Adds what the configuration declares and the parts lack, as Hugging Face's library does for a folder.
void applyConfig(const TokenizerConfig& config, PipelineParts& parts);
// Adds a token as the reference library numbers it: the id of its content in the vocabulary, else the next free one.
void addNumbered(AddedToken token, PipelineParts& parts);
// The special tokens that the configuration names, found in the tokenizer.
Tokenizer::SpecialTokens specialTokens(const TokenizerConfig* config, const Tokenizer& tokenizer, const std::optional<std::string>& unknown);

// Runs `read`; problems that have no place yet are thrown as corrupt with the file's path.
template<class Read>
auto withSource(const std::filesystem::path& file, Read read) -> decltype(read())
{
    try {
        return read();
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::InvalidInput)
            throw Error::corrupt(
                file,
                error.where().empty() ? error.said()
                                      : Sentence(CRUCIBLE_TR_NOOP("Problem", "%1 (%2)"), error.said(), error.where()),
                error.hint().empty() ? CRUCIBLE_TR_NOOP("Problem", "download or copy the file again") : error.advice());
        if (error.kind() == ErrorKind::Unsupported && error.where().empty())
            throw Error::unsupported(error.said(), file.string(), error.advice());
        throw;
    }
}

} // namespace crucible::text
