// SPDX-License-Identifier: GPL-3.0-or-later
#include "text/tokenizer.h"

#include "base/files.h"
#include "text/readers.h"

#include <algorithm>

namespace crucible::text {
namespace {

namespace fs = std::filesystem;

enum class Format { None, HuggingFace, Sentencepiece, Tiktoken, VocabularyAndMerges, WordList, Gguf };

struct Found {
    Format format = Format::None;
    fs::path file;
};

Found findInFolder(const fs::path& folder)
{
    static constexpr std::pair<std::string_view, Format> kNames[] = {
        {"tokenizer.json", Format::HuggingFace}, {"tokenizer.model", Format::Sentencepiece}, {"spiece.model", Format::Sentencepiece},
        {"sentencepiece.bpe.model", Format::Sentencepiece}};
    for (const auto& [name, format] : kNames) {
        if (fs::exists(folder / name))
            return {format, folder / name};
    }
    std::vector<fs::path> ranks;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".tiktoken")
            ranks.push_back(entry.path());
    }
    if (!ranks.empty())
        return {Format::Tiktoken, *std::min_element(ranks.begin(), ranks.end())};
    if (fs::exists(folder / "vocab.json") && fs::exists(folder / "merges.txt"))
        return {Format::VocabularyAndMerges, folder / "vocab.json"};
    if (fs::exists(folder / "vocab.txt"))
        return {Format::WordList, folder / "vocab.txt"};
    return {};
}

// A file of ranks and a compiled model may have the same name (Llama 3's tokenizer.model is the former).
bool looksLikeRanks(const fs::path& file)
{
    const std::string head = readFile(file).substr(0, 64);
    const std::size_t line = head.find('\n');
    const std::size_t space = head.find(' ');
    return line != std::string::npos && space < line && head.find_first_not_of("0123456789\r", space + 1) == line;
}

Found find(const fs::path& path)
{
    Found found{Format::None, path};
    if (fs::is_directory(path))
        found = findInFolder(path);
    else if (path.extension() == ".json")
        found.format = Format::HuggingFace;
    else if (path.extension() == ".model")
        found.format = Format::Sentencepiece;
    else if (path.extension() == ".tiktoken")
        found.format = Format::Tiktoken;
    else if (path.extension() == ".gguf")
        found.format = Format::Gguf;
    else if (path.extension() == ".txt")
        found.format = Format::WordList;
    if (found.format == Format::Sentencepiece && looksLikeRanks(found.file))
        found.format = Format::Tiktoken;
    return found;
}

} // namespace

bool hasTokenizer(const fs::path& path)
{
    return fs::exists(path) && find(path).format != Format::None;
}

std::shared_ptr<const Tokenizer> loadTokenizer(const fs::path& path)
{
    if (!fs::exists(path))
        throw Error::notFound(CRUCIBLE_TR_NOOP("Problem", "there is no such file or folder"), path.string());
    const Found found = find(path);
    const bool isFolder = fs::is_directory(path);
    const TokenizerConfig config = isFolder ? readTokenizerConfig(path) : TokenizerConfig();
    const TokenizerConfig* given = isFolder ? &config : nullptr;
    switch (found.format) {
    case Format::HuggingFace: return readHfTokenizer(found.file, given);
    case Format::Sentencepiece: return readSentencepiece(found.file, given);
    case Format::Tiktoken: return readTiktoken(found.file, given);
    case Format::VocabularyAndMerges: return readVocabularyAndMerges(found.file, path / "merges.txt", given);
    case Format::WordList: return readWordList(found.file, true, given);
    case Format::Gguf: return readGgufVocabulary(found.file);
    case Format::None: break;
    }
    if (isFolder)
        throw Error::notFound(CRUCIBLE_TR_NOOP("Problem", "the folder has no tokenizer"), path.string(),
                              CRUCIBLE_TR_NOOP("Problem", "a tokenizer.json, tokenizer.model, *.tiktoken, vocab.json "
                                                          "with merges.txt or vocab.txt is looked for"));
    throw Error::unsupported(
        CRUCIBLE_TR_NOOP("Problem", "the file is no tokenizer"), path.string(),
        CRUCIBLE_TR_NOOP("Problem", "give a .json, .model, .tiktoken, .gguf or .txt file, or a folder"));
}

} // namespace crucible::text
