// SPDX-License-Identifier: GPL-3.0-or-later
// Protects: sentencepiece models, tiktoken ranks, GGUF vocabularies and folders are read as their own programs do, and what is
// truncated or absurd in them is an Error. All files are made here.
#include "base/error.h"
#include "base/files.h"
#include "formats/bytes.h"
#include "text/sentencepiece_file.h"
#include "text/tokenizer.h"

#include <QTemporaryDir>
#include <QTest>

#include <fmt/format.h>

#include <bit>

using namespace crucible;
using namespace crucible::text;
namespace fs = std::filesystem;

namespace {

// --- protocol buffers
std::string varint(std::uint64_t value)
{
    std::string bytes;
    for (; value >= 0x80; value >>= 7)
        bytes.push_back(static_cast<char>(static_cast<unsigned char>(value | 0x80)));
    bytes.push_back(static_cast<char>(value));
    return bytes;
}
std::string field(std::uint64_t number, std::string_view bytes) { return varint(number << 3 | 2) + varint(bytes.size()) + std::string(bytes); }
std::string field(std::uint64_t number, std::uint64_t value) { return varint(number << 3) + varint(value); }
std::string spPiece(std::string_view text, float score, std::uint64_t type = 1)
{
    std::string real;
    formats::appendLittleEndian(real, score);
    return field(1, field(1, text) + varint(2 << 3 | 5) + real + field(3, type));
}

struct SpFlags {
    bool prefix = true, trims = true, bytes = false;
};

std::string spModel(std::uint64_t type, const std::string& pieces, const SpFlags& flags = {})
{
    return spPiece("<unk>", 0, 2) + spPiece("<s>", 0, 3) + spPiece("</s>", 0, 3) + pieces + field(2, field(3, type) + field(35, flags.bytes ? 1 : 0)) +
           field(3, field(3, flags.prefix ? 1 : 0) + field(4, flags.trims ? 1 : 0));
}

// "▁" l o w e r and what they merge to; "[X]" is the user's, "we" is not to be given out.
const std::string kBpePieces = spPiece("▁", -9) + spPiece("l", -10) + spPiece("o", -11) + spPiece("w", -12) + spPiece("e", -13) + spPiece("lo", -1) +
                               spPiece("low", -2) + spPiece("▁lo", -3) + spPiece("we", -0.5f, 5) + spPiece("[X]", 0, 4);

// --- GGUF
std::string ggufText(std::string_view text)
{
    std::string bytes;
    formats::appendLittleEndian<std::uint64_t>(bytes, text.size());
    return bytes.append(text);
}
template<class T>
std::string number(T value)
{
    std::string bytes;
    formats::appendLittleEndian(bytes, value);
    return bytes;
}
std::string ggufEntry(std::string_view key, std::string_view text) { return ggufText(key) + number<std::uint32_t>(8) + ggufText(text); }
std::string ggufFlag(std::string_view key, bool value) { return ggufText(key) + number<std::uint32_t>(7) + std::string(1, value ? 1 : 0); }
std::string ggufNumber(std::string_view key, std::uint32_t value) { return ggufText(key) + number<std::uint32_t>(4) + number(value); }
std::string ggufList(std::string_view key, const std::vector<std::string>& texts)
{
    std::string bytes = ggufText(key) + number<std::uint32_t>(9) + number<std::uint32_t>(8) + number<std::uint64_t>(texts.size());
    for (const std::string& text : texts)
        bytes += ggufText(text);
    return bytes;
}
template<class T>
std::string ggufList(std::string_view key, std::uint32_t type, const std::vector<T>& values)
{
    std::string bytes = ggufText(key) + number<std::uint32_t>(9) + number(type) + number<std::uint64_t>(values.size());
    for (const T value : values)
        bytes += number(value);
    return bytes;
}
std::string gguf(std::uint64_t entries, const std::string& metadata)
{
    return "GGUF" + number<std::uint32_t>(3) + number<std::uint64_t>(0) + number<std::uint64_t>(entries) + metadata;
}

std::string base64(std::string_view bytes) { return QByteArray(bytes.data(), qsizetype(bytes.size())).toBase64().toStdString(); }

std::string pieces(const Tokenizer& tokenizer, std::string_view text, const EncodeOptions& options = {.addSpecial = false})
{
    std::string all;
    for (const TokenId id : tokenizer.encode(text, options))
        all.append("[").append(tokenizer.piece(id)).append("]");
    return all;
}

} // namespace

class TestTokenizerFiles : public QObject {
    Q_OBJECT
private:
    QTemporaryDir m_temporary;

    fs::path write(const char* name, std::string_view bytes)
    {
        const fs::path file = fs::path(m_temporary.path().toStdString()) / name;
        fs::create_directories(file.parent_path());
        writeFileAtomically(file, bytes);
        return file;
    }

private Q_SLOTS:
    void sentencepieceBpe()
    {
        const auto tokenizer = loadTokenizer(write("a.model", spModel(2, kBpePieces)));
        QCOMPARE(pieces(*tokenizer, "low  lo "), std::string("[▁][low][▁lo]"));
        QCOMPARE(pieces(*tokenizer, "owe"), std::string("[▁][o][w][e]")); // "we" is formed and taken apart again
        QCOMPARE(pieces(*tokenizer, "l[X]o"), std::string("[▁][l][[X]][o]"));
        QCOMPARE(pieces(*tokenizer, "xyl"), std::string("[▁][<unk>][l]"));
        QCOMPARE(pieces(*tokenizer, "<s>"), std::string("[▁][<unk>]"));
        QCOMPARE(pieces(*tokenizer, "<s>low", {.addSpecial = true, .parseSpecial = true}), std::string("[<s>][<s>][▁][low]"));
        QCOMPARE(tokenizer->decode(tokenizer->encode("low lo")), std::string("<s> low lo"));
        QCOMPARE(tokenizer->decode(tokenizer->encode("low lo"), true), std::string("low lo"));
        QCOMPARE(tokenizer->decode(std::vector<TokenId>{0}), std::string(" \xE2\x81\x87 "));
        const Encoding encoding = tokenizer->encodeWithOffsets(" lo  w", {.addSpecial = false});
        QCOMPARE(encoding.offsets.size(), std::size_t(3)); // ▁lo ▁ w
        QVERIFY(encoding.offsets[0] == (Offsets{1, 3}) && encoding.offsets[2] == (Offsets{5, 6}));
    }

    void sentencepieceUnigram()
    {
        std::string bytes;
        for (int byte = 0; byte < 256; ++byte)
            bytes += spPiece(fmt::format("<0x{:02X}>", byte), 0, 6);
        const std::string all = spPiece("▁", -2) + spPiece("a", -3) + spPiece("b", -3.5f) + spPiece("ab", -4) + spPiece("[X]", 0, 4) + spPiece("bb", 0, 5) + bytes;
        const auto tokenizer = loadTokenizer(write("u.model", spModel(1, all, {true, true, true})));
        QCOMPARE(pieces(*tokenizer, "ab bb"), std::string("[▁][ab][▁][b][b]"));
        QCOMPARE(pieces(*tokenizer, "a[X]b"), std::string("[▁][a][[X]][b]"));
        QCOMPARE(pieces(*tokenizer, "é"), std::string("[▁][<0xC3>][<0xA9>]"));
        QCOMPARE(tokenizer->decode(tokenizer->encode("a é", {.addSpecial = false})), std::string("a é"));
        QCOMPARE(pieces(*loadTokenizer(write("n.model", spModel(1, all, {false, false, true}))), " a "), std::string("[▁][a][▁]"));
    }

    // A file that ends anywhere is read as far as whole messages go, or refused; never more.
    void truncatedModels()
    {
        const std::string whole = spModel(2, kBpePieces);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            try {
                parseSentencepieceModel(std::string_view(whole).substr(0, size));
                loadTokenizer(write("t.model", std::string_view(whole).substr(0, size)))->encode("low");
            } catch (const Error&) {
            }
        }
        QVERIFY_THROWS_EXCEPTION(Error, loadTokenizer(write("t.model", "")));
        QVERIFY_THROWS_EXCEPTION(Error, loadTokenizer(write("t.model", "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")));
        QVERIFY_THROWS_EXCEPTION(Error, loadTokenizer(write("t.model", spPiece("a", 0)))); // nothing unknown
        QVERIFY_THROWS_EXCEPTION(Error, loadTokenizer(write("t.model", spModel(7, kBpePieces))));
        QVERIFY_THROWS_EXCEPTION(Error, loadTokenizer(write("t.model", spModel(2, spPiece("a", 0, 9)))));
        QVERIFY_THROWS_EXCEPTION(Error, loadTokenizer(write("t.model", spModel(2, kBpePieces) + field(3, field(2, "\xff\xff\xff\xff\x01")))));
    }

    void tiktokenRanks()
    {
        std::string lines;
        int rank = 0;
        for (int byte = 0; byte < 256; ++byte)
            lines += base64(std::string(1, static_cast<char>(byte))) + fmt::format(" {}\n", rank++);
        for (const char* piece : {"he", "llo", "hello", " w"})
            lines += base64(piece) + fmt::format(" {}\n", rank++);
        const auto tokenizer = loadTokenizer(write("a.tiktoken", lines));
        QCOMPARE(pieces(*tokenizer, "hello wx"), std::string("[hello][Ġw][x]")); // whole words need no merges
        QCOMPARE(pieces(*tokenizer, "hellos"), std::string("[he][l][l][o][s]"));
        QCOMPARE(tokenizer->decode(tokenizer->encode("h\xC3\xA9 \n")), std::string("h\xC3\xA9 \n"));
        // Llama 3 calls such a file tokenizer.model.
        QCOMPARE(pieces(*loadTokenizer(write("ranks/tokenizer.model", lines).parent_path()), "hello"), std::string("[hello]"));

        for (const char* bad : {"", "hello", "aGU= x\n", "aGU= -1\n", "a?= 1\n", "aGU= 99999999999\n", "aGU= 1\n"})
            QVERIFY_THROWS_EXCEPTION(Error, loadTokenizer(write("b.tiktoken", bad)));
        QVERIFY_THROWS_EXCEPTION(Error, loadTokenizer(write("b.tiktoken", lines + "aGU= 300\n"))); // a piece twice
        QVERIFY_THROWS_EXCEPTION(Error, loadTokenizer(write("b.tiktoken", lines + "aGVs 256\n"))); // a rank twice
    }

    void ggufLlama()
    {
        const std::vector<std::string> tokens = {"<unk>", "<s>", "</s>", "<0x0A>", "▁", "l", "o", "lo", "▁lo", "<user>"};
        const std::string metadata = ggufEntry("tokenizer.ggml.model", "llama") + ggufList("tokenizer.ggml.tokens", tokens) +
                                     ggufList<float>("tokenizer.ggml.scores", 6, {0, 0, 0, 0, -5, -6, -7, -1, -2, 0}) +
                                     ggufList<std::int32_t>("tokenizer.ggml.token_type", 5, {2, 3, 3, 6, 1, 1, 1, 1, 1, 4}) +
                                     ggufNumber("tokenizer.ggml.bos_token_id", 1);
        const auto tokenizer = loadTokenizer(write("l.gguf", gguf(5, metadata)));
        QCOMPARE(pieces(*tokenizer, "lo lo"), std::string("[▁lo][▁lo]"));
        QCOMPARE(pieces(*tokenizer, "lo\n<user>lo"), std::string("[▁lo][<0x0A>][<user>][▁lo]"));
        QCOMPARE(pieces(*tokenizer, "<s>lo", {.addSpecial = true}), std::string("[<s>][<s>][▁lo]"));
        QCOMPARE(*tokenizer->bos(), 1);
        QVERIFY(tokenizer->kind(3) == TokenKind::Byte);
        const std::string plain = metadata + ggufFlag("tokenizer.ggml.add_bos_token", false) + ggufFlag("tokenizer.ggml.add_space_prefix", false);
        QCOMPARE(pieces(*loadTokenizer(write("p.gguf", gguf(7, plain))), "lo", {.addSpecial = true}), std::string("[lo]"));

        const std::string whole = gguf(5, metadata);
        for (std::size_t size = 0; size < whole.size(); size += 7)
            QVERIFY_THROWS_EXCEPTION(Error, loadTokenizer(write("t.gguf", std::string_view(whole).substr(0, size))));
        QVERIFY_THROWS_EXCEPTION(Error, loadTokenizer(write("n.gguf", gguf(1, ggufEntry("tokenizer.ggml.model", "llama")))));
        QVERIFY_THROWS_EXCEPTION(Error, loadTokenizer(write("n.gguf", gguf(1, ggufEntry("tokenizer.ggml.model", "magic")))));
        QVERIFY_THROWS_EXCEPTION(Error, loadTokenizer(write("n.gguf", gguf(2, ggufEntry("tokenizer.ggml.model", "llama") + ggufNumber("tokenizer.ggml.tokens", 3)))));
    }

    // llama.cpp normalizes texts for Unigram models in a way of its own.
    void ggufUnigram()
    {
        const std::vector<std::string> tokens = {"<pad>", "</s>", "<unk>", "▁", "a", "b", "▁a", "<sep>", "ab"};
        const auto made = [&](const std::string& more, std::uint64_t entries) {
            const std::string metadata = ggufEntry("tokenizer.ggml.model", "t5") + ggufList("tokenizer.ggml.tokens", tokens) +
                                         ggufList<float>("tokenizer.ggml.scores", 6, {0, 0, 0, -2, -3, -3, -2.5f, 0, -4}) +
                                         ggufList<std::int32_t>("tokenizer.ggml.token_type", 5, {3, 3, 2, 1, 1, 1, 1, 4, 5}) + more;
            return loadTokenizer(write("u.gguf", gguf(4 + entries, metadata)));
        };
        const std::string prefix = ggufFlag("tokenizer.ggml.add_space_prefix", true), merges = ggufFlag("tokenizer.ggml.remove_extra_whitespaces", true);
        const auto keeping = made(prefix, 1);
        QCOMPARE(pieces(*keeping, "a b"), std::string("[▁a][▁][b]"));
        QCOMPARE(pieces(*keeping, "  a "), std::string("[▁][▁][▁a][▁]")); // the prefix stands before the first word
        QCOMPARE(pieces(*keeping, "  "), std::string("[▁][▁]"));
        QCOMPARE(pieces(*keeping, "bab"), std::string("[▁][b][ab]")); // what is called unused is found all the same
        QCOMPARE(pieces(*keeping, "a", {.addSpecial = true}), std::string("[▁a][</s>]"));
        const auto merging = made(prefix + merges, 2);
        QCOMPARE(pieces(*merging, "  a   b "), std::string("[▁a][▁][b]"));
        QCOMPARE(pieces(*merging, "▁"), std::string("[▁][▁]")); // written out it is no space
        QCOMPARE(pieces(*merging, "a▁"), std::string("[▁a][▁]"));
        QCOMPARE(pieces(*merging, "a<sep>b"), std::string("[▁a][<sep>][▁][b]"));
        QCOMPARE(pieces(*made("", 0), "a b"), std::string("[a][▁][b]")); // no prefix unless the file wants one
        QCOMPARE(pieces(*made(ggufFlag("tokenizer.ggml.add_space_prefix", false) + merges, 2), "a b"), std::string("[▁a][▁][b]"));
        const Encoding encoding = keeping->encodeWithOffsets(" a", {.addSpecial = false});
        QCOMPARE(encoding.offsets.size(), std::size_t(2));
        QVERIFY(encoding.offsets[0] == (Offsets{0, 1}) && encoding.offsets[1] == (Offsets{1, 2}));
    }

    // What only begins like a symbol of the user escapes llama.cpp's normalization: "x1" is the user's, so x is not made y.
    void ggufUnigramBeginningsOfSymbols()
    {
        // Darts: the root leads with 'x' to a unit whose leaf says that the replacement is at byte 0.
        const auto unit = [](std::uint32_t value) { return number(value); };
        std::string rules(8 * 256, '\0');
        const auto put = [&](std::size_t at, std::uint32_t value) { rules.replace(at * 4, 4, unit(value)); };
        put(0, 1u << 10);                          // children at 1 ^ byte
        put(1 ^ 'x', 'x' | 1u << 8 | 2u << 10);    // has a leaf at itself ^ 2
        put((1 ^ 'x') ^ 2, 1u << 31);
        const std::string map = number(static_cast<std::uint32_t>(rules.size())) + rules + std::string("y\0", 2);
        const std::vector<std::uint8_t> bytes(map.begin(), map.end());
        const std::string metadata = ggufEntry("tokenizer.ggml.model", "t5") + ggufFlag("tokenizer.ggml.add_eos_token", false) +
                                     ggufList<std::uint8_t>("tokenizer.ggml.precompiled_charsmap", 0, bytes);
        const auto made = [&](const std::vector<std::string>& tokens, const std::vector<std::int32_t>& types) {
            const std::vector<float> scores(tokens.size(), -1);
            return loadTokenizer(write("c.gguf", gguf(6, metadata + ggufList("tokenizer.ggml.tokens", tokens) + ggufList("tokenizer.ggml.scores", 6, scores) +
                                                             ggufList("tokenizer.ggml.token_type", 5, types))));
        };
        QCOMPARE(pieces(*made({"<pad>", "</s>", "<unk>", "x", "y"}, {3, 3, 2, 1, 1}), "xyx"), std::string("[y][y][y]"));
        QCOMPARE(pieces(*made({"<pad>", "</s>", "<unk>", "x", "y", "x1"}, {3, 3, 2, 1, 1, 4}), "xyx1"), std::string("[x][y][x1]"));
    }

    // llama.cpp heeds neither rules nor merged spaces in the kind "llama".
    void ggufLlamaIsNotNormalized()
    {
        const std::vector<std::string> tokens = {"<unk>", "<s>", "</s>", "▁", "a"};
        const std::string metadata = ggufEntry("tokenizer.ggml.model", "llama") + ggufList("tokenizer.ggml.tokens", tokens) +
                                     ggufList<float>("tokenizer.ggml.scores", 6, {0, 0, 0, -1, -2}) +
                                     ggufList<std::int32_t>("tokenizer.ggml.token_type", 5, {2, 3, 3, 1, 1}) +
                                     ggufFlag("tokenizer.ggml.remove_extra_whitespaces", true);
        QCOMPARE(pieces(*loadTokenizer(write("l.gguf", gguf(5, metadata))), " a  a"), std::string("[▁][▁][a][▁][▁][a]"));
    }

    void ggufBytePairs()
    {
        std::vector<std::string> tokens = {"<|end|>", "h", "e", "he", "Ġ", "Ġhe", "1", "2", "12"};
        const std::string metadata = ggufEntry("tokenizer.ggml.model", "gpt2") + ggufList("tokenizer.ggml.tokens", tokens) +
                                     ggufList<std::int32_t>("tokenizer.ggml.token_type", 5, {3, 1, 1, 1, 1, 1, 1, 1, 1}) +
                                     ggufList("tokenizer.ggml.merges", {"h e", "Ġ he", "1 2"});
        QCOMPARE(pieces(*loadTokenizer(write("g.gguf", gguf(5, metadata + ggufEntry("tokenizer.ggml.pre", "llama-bpe")))), "he he12<|end|>", {.addSpecial = true}),
                 std::string("[he][Ġhe][12][<|end|>]"));
        QCOMPARE(pieces(*loadTokenizer(write("q.gguf", gguf(5, metadata + ggufEntry("tokenizer.ggml.pre", "qwen2")))), "he12"), std::string("[he][1][2]"));
        QVERIFY_THROWS_EXCEPTION(Error, loadTokenizer(write("x.gguf", gguf(2, ggufEntry("tokenizer.ggml.model", "gpt2") + ggufList("tokenizer.ggml.tokens", tokens)))));
    }

    void ggufWordPieces()
    {
        const std::vector<std::string> tokens = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "▁un", "able", "▁!"};
        const std::string metadata = ggufEntry("tokenizer.ggml.model", "bert") + ggufList("tokenizer.ggml.tokens", tokens) + ggufNumber("tokenizer.ggml.unknown_token_id", 1) +
                                     ggufNumber("tokenizer.ggml.cls_token_id", 2) + ggufNumber("tokenizer.ggml.seperator_token_id", 3);
        const auto tokenizer = loadTokenizer(write("w.gguf", gguf(5, metadata)));
        QCOMPARE(pieces(*tokenizer, "Unable! x", {.addSpecial = true}), std::string("[[CLS]][un][##able][!][[UNK]][[SEP]]"));
        QCOMPARE(tokenizer->decode(tokenizer->encode("unable!"), true), std::string("unable!"));
        // llama.cpp puts [CLS] and [SEP] whatever the flags for BOS and EOS say.
        const std::string plain = metadata + ggufFlag("tokenizer.ggml.add_bos_token", false) + ggufFlag("tokenizer.ggml.add_eos_token", false);
        QCOMPARE(pieces(*loadTokenizer(write("w.gguf", gguf(7, plain))), "unable", {.addSpecial = true}), std::string("[[CLS]][un][##able][[SEP]]"));
        // A word of over a hundred characters is unknown, as in the tokenizer that the model was trained with; llama.cpp cuts it.
        std::string longWord = "un";
        for (int i = 0; i < 25; ++i)
            longWord += "able";
        QCOMPARE(pieces(*tokenizer, longWord), std::string("[[UNK]]"));
        // Newer files say whether capitals and accents are kept.
        const std::vector<std::string> written = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "▁Un", "▁ün", "able", "▁un"};
        const std::string kept = ggufEntry("tokenizer.ggml.model", "bert") + ggufList("tokenizer.ggml.tokens", written) + ggufNumber("tokenizer.ggml.unknown_token_id", 1);
        QCOMPARE(pieces(*loadTokenizer(write("w.gguf", gguf(3, kept))), "Unable ünable"), std::string("[un][##able][un][##able]"));
        QCOMPARE(pieces(*loadTokenizer(write("w.gguf", gguf(4, kept + ggufFlag("tokenizer.ggml.normalizer.lowercase", false)))), "ünable"), std::string("[ün][##able]"));
        const std::string flags = ggufFlag("tokenizer.ggml.normalizer.lowercase", false) + ggufFlag("tokenizer.ggml.normalizer.strip_accents", false);
        QCOMPARE(pieces(*loadTokenizer(write("w.gguf", gguf(5, kept + flags))), "Unable ünable"), std::string("[Un][##able][ün][##able]"));
    }

    void folders()
    {
        QVERIFY_THROWS_EXCEPTION(Error, loadTokenizer(fs::path(m_temporary.path().toStdString()) / "nowhere"));
        fs::create_directories(fs::path(m_temporary.path().toStdString()) / "empty");
        QVERIFY(!hasTokenizer(fs::path(m_temporary.path().toStdString()) / "empty"));
        QVERIFY_THROWS_EXCEPTION(Error, loadTokenizer(fs::path(m_temporary.path().toStdString()) / "empty"));

        // The configuration adds tokens, and for some classes decides on BOS and EOS.
        write("llama/tokenizer.json", "{\"model\": {\"type\": \"BPE\", \"vocab\": {\"<s>\": 0, \"</s>\": 1, \"a\": 2}, \"merges\": []}, \"added_tokens\": [{\"id\": 0, \"content\": \"<s>\", \"special\": true}]}");
        const fs::path folder = write("llama/tokenizer_config.json",
                                      "{\"tokenizer_class\": \"LlamaTokenizer\", \"add_bos_token\": true, \"add_eos_token\": true, \"bos_token\": \"<s>\", \"eos_token\": {\"content\": \"</s>\"},"
                                      " \"added_tokens_decoder\": {\"3\": {\"content\": \"<tool>\", \"special\": true}}}")
                                    .parent_path();
        QVERIFY(hasTokenizer(folder));
        const auto tokenizer = loadTokenizer(folder);
        QCOMPARE(pieces(*tokenizer, "a<tool>", {.addSpecial = true}), std::string("[<s>][a][<tool>][</s>]"));
        QCOMPARE(*tokenizer->eos(), 1);
        QCOMPARE(pieces(*loadTokenizer(folder / "tokenizer.json"), "a", {.addSpecial = true}), std::string("[a]"));

        write("old/vocab.json", "{\"a\": 0, \"b\": 1, \"ab\": 2, \"Ġ\": 3}");
        QCOMPARE(pieces(*loadTokenizer(write("old/merges.txt", "#version: 0.2\na b\n").parent_path()), "ab b"), std::string("[ab][Ġ][b]"));
        QCOMPARE(pieces(*loadTokenizer(write("words/vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nab\n##c\n").parent_path()), "ABC d", {.addSpecial = true}),
                 std::string("[[CLS]][ab][##c][[UNK]][[SEP]]"));
    }
};

QTEST_GUILESS_MAIN(TestTokenizerFiles)
#include "tst_tokenizer_files.moc"
