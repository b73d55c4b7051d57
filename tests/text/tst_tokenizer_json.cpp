// SPDX-License-Identifier: GPL-3.0-or-later
// Protects: every part that a tokenizer.json can be made of does what Hugging Face's library does with it, on vocabularies
// small enough to follow by hand; offsets; added tokens; streaming; and that a damaged or hostile file is an Error.
#include "base/error.h"
#include "base/json.h"
#include "text/readers.h"

#include <QTest>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <thread>

using namespace crucible;
using namespace crucible::text;

namespace {

std::shared_ptr<const Tokenizer> parsed(const Json& json) { return parseHfTokenizer(json, "tokenizer.json", nullptr); }

std::string listed(const std::vector<TokenId>& ids) { return fmt::format("{}", fmt::join(ids, " ")); }

std::string pieces(const Tokenizer& tokenizer, std::string_view text, bool addSpecial = false)
{
    std::string all;
    for (const TokenId id : tokenizer.encode(text, {.addSpecial = addSpecial}))
        all.append("[").append(tokenizer.piece(id)).append("]");
    return all;
}

std::string spans(const Tokenizer& tokenizer, std::string_view text)
{
    std::string all;
    for (const Offsets& offsets : tokenizer.encodeWithOffsets(text, {.addSpecial = false}).offsets)
        all.append("[").append(text.substr(offsets.begin, offsets.end - offsets.begin)).append("]");
    return all;
}

// Letters, a space symbol, and the merges that make "low", "lower" and "▁lo".
Json letterBpe()
{
    Json vocab = Json::object();
    int id = 0;
    for (const char* piece : {"<unk>", "<s>", "</s>", "▁", "l", "o", "w", "e", "r", "lo", "low", "er", "lower", "▁lo"})
        vocab[piece] = id++;
    return {{"model", {{"type", "BPE"}, {"unk_token", "<unk>"}, {"fuse_unk", true}, {"vocab", vocab}, {"merges", {"l o", "lo w", "e r", "low er", "▁ lo"}}}}};
}

// All 256 bytes as pieces in the byte-level alphabet, and a few merges.
Json byteBpe()
{
    Json vocab = Json::object();
    int id = 0;
    for (int byte = 0; byte < 256; ++byte) {
        const bool visible = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
        static int hidden = 0;
        const int code = visible ? byte : 0x100 + (byte == 0 ? hidden = 0, hidden++ : hidden++);
        std::string character;
        if (code < 0x80)
            character = static_cast<char>(code);
        else
            character = {static_cast<char>(0xc0 | (code >> 6)), static_cast<char>(0x80 | (code & 0x3f))};
        vocab[character] = id++;
    }
    for (const char* piece : {"he", "ll", "hell", "hello", "Ġw", "Ã©"})
        vocab[piece] = id++;
    return {{"model", {{"type", "BPE"}, {"vocab", vocab}, {"merges", Json::array({Json::array({"h", "e"}), Json::array({"l", "l"}), Json::array({"he", "ll"}),
                                                                               Json::array({"hell", "o"}), Json::array({"Ġ", "w"}), Json::array({"Ã", "©"})})}}},
            {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}}},
            {"decoder", {{"type", "ByteLevel"}}}};
}

Json added(int id, const char* content, Json more = Json::object())
{
    Json token{{"id", id}, {"content", content}, {"single_word", false}, {"lstrip", false}, {"rstrip", false}, {"normalized", false}, {"special", true}};
    token.update(more);
    return token;
}

Json unigram(bool byteFallback)
{
    Json vocab = Json::array({{"<unk>", 0.0}, {"▁", -2.0}, {"a", -3.0}, {"b", -3.5}, {"ab", -4.0}, {"abb", -20.0}, {"▁a", -4.5}});
    for (int byte = 0; byteFallback && byte < 256; ++byte)
        vocab.push_back({fmt::format("<0x{:02X}>", byte), -50.0});
    return {{"model", {{"type", "Unigram"}, {"unk_id", 0}, {"byte_fallback", byteFallback}, {"vocab", vocab}}},
            {"pre_tokenizer", {{"type", "Metaspace"}, {"replacement", "▁"}, {"prepend_scheme", "always"}}},
            {"decoder", {{"type", "Metaspace"}, {"replacement", "▁"}, {"prepend_scheme", "always"}}}};
}

Json wordPiece()
{
    return {{"model", {{"type", "WordPiece"}, {"unk_token", "[UNK]"}, {"max_input_chars_per_word", 8},
                       {"vocab", {{"[UNK]", 0}, {"[CLS]", 1}, {"[SEP]", 2}, {"un", 3}, {"##aff", 4}, {"##able", 5}, {"cafe", 6}, {"!", 7}, {"世", 8}}}}},
            {"normalizer", {{"type", "BertNormalizer"}}},
            {"pre_tokenizer", {{"type", "BertPreTokenizer"}}},
            {"post_processor", {{"type", "BertProcessing"}, {"cls", {"[CLS]", 1}}, {"sep", {"[SEP]", 2}}}},
            {"decoder", {{"type", "WordPiece"}}}};
}

} // namespace

class TestTokenizerJson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void mergesTheLowestRankFirst()
    {
        const auto tokenizer = parsed(letterBpe());
        QCOMPARE(pieces(*tokenizer, "lower"), std::string("[lower]"));
        QCOMPARE(pieces(*tokenizer, "lowlo"), std::string("[low][lo]"));
        QCOMPARE(pieces(*tokenizer, "▁low"), std::string("[▁][low]"));
        QCOMPARE(pieces(*tokenizer, "loxyzw"), std::string("[lo][<unk>][w]"));
        QCOMPARE(spans(*tokenizer, "loxyéw"), std::string("[lo][xyé][w]"));
        Json apart = letterBpe();
        apart["model"]["fuse_unk"] = false;
        QCOMPARE(pieces(*parsed(apart), "xy"), std::string("[<unk>][<unk>]"));
    }

    // Long words take another way than short ones; both must give what merging one pair after the other gives.
    void longWordsAreMergedAlike()
    {
        const auto tokenizer = parsed(letterBpe());
        std::string word, expected;
        for (int i = 0; i < 500; ++i) {
            word += "lowerlow";
            expected += "[lower][low]";
        }
        QCOMPARE(pieces(*tokenizer, word), expected);
        std::string whole;
        const Encoding encoding = tokenizer->encodeWithOffsets(word);
        for (const Offsets& offsets : encoding.offsets)
            whole += word.substr(offsets.begin, offsets.end - offsets.begin);
        QCOMPARE(whole, word);
    }

    void aHostileWordIsNotQuadratic()
    {
        const auto begin = std::chrono::steady_clock::now();
        const auto tokenizer = parsed(letterBpe());
        QCOMPARE(tokenizer->encode(std::string(1000000, 'l')).size(), std::size_t(1000000));
        QVERIFY(!parsed(unigram(false))->encode(std::string(1000000, 'b')).empty());
        QVERIFY(!parsed(wordPiece())->encode(std::string(1000000, 'u')).empty());
        std::string marks;
        while (marks.size() < 400000)
            marks += "\xCC\xA7\xCC\x81"; // classes 202 and 230, in order; reversed below
        Json composed = letterBpe();
        composed["normalizer"] = {{"type", "NFC"}};
        QVERIFY(!parsed(composed)->encode(marks).empty());
        std::reverse(marks.begin(), marks.end());
        for (std::size_t i = 0; i + 1 < marks.size(); i += 2)
            std::swap(marks[i], marks[i + 1]);
        QVERIFY(!parsed(composed)->encode(marks).empty());
        QVERIFY(std::chrono::steady_clock::now() - begin < std::chrono::seconds(30));
    }

    void bytesAreSymbols()
    {
        const auto tokenizer = parsed(byteBpe());
        QCOMPARE(pieces(*tokenizer, "hello world"), std::string("[hello][Ġw][o][r][l][d]"));
        QCOMPARE(spans(*tokenizer, "hellé ẞ"), std::string("[hell][é][ ][ẞ][ẞ][ẞ]"));
        const std::string text = "h\xC3\xA9llo \xF0\x9F\x98\x80\n\t\x01";
        QCOMPARE(tokenizer->decode(tokenizer->encode(text)), text);
        QCOMPARE(tokenizer->decode(std::vector<TokenId>{*tokenizer->idOf("Ã")}), std::string("\xEF\xBF\xBD"));
        QCOMPARE(tokenizer->encode("").size(), std::size_t(0));
    }

    void bytesStandForUnknownCharacters()
    {
        Json json = letterBpe();
        json["model"]["byte_fallback"] = true;
        for (int byte = 0; byte < 256; ++byte)
            json["model"]["vocab"][fmt::format("<0x{:02X}>", byte)] = 100 + byte;
        json["decoder"] = {{"type", "Sequence"}, {"decoders", {{{"type", "Replace"}, {"pattern", {{"String", "▁"}}}, {"content", " "}}, {{"type", "ByteFallback"}}, {{"type", "Fuse"}},
                                                               {{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}}}}};
        json["normalizer"] = {{"type", "Sequence"}, {"normalizers", {{{"type", "Prepend"}, {"prepend", "▁"}}, {{"type", "Replace"}, {"pattern", {{"String", " "}}}, {"content", "▁"}}}}};
        const auto tokenizer = parsed(json);
        QCOMPARE(pieces(*tokenizer, "lo é"), std::string("[▁lo][▁][<0xC3>][<0xA9>]"));
        QCOMPARE(spans(*tokenizer, "lo é"), std::string("[lo][ ][é][é]"));
        QCOMPARE(tokenizer->decode(tokenizer->encode("lo é low")), std::string("lo é low"));
        QCOMPARE(tokenizer->decode(std::vector<TokenId>{100 + 0xC3, 100 + 0x41}), std::string("\xEF\xBF\xBD\xEF\xBF\xBD"));
    }

    void wholeWordsMayIgnoreMerges()
    {
        Json json = byteBpe();
        json["model"]["ignore_merges"] = true;
        json["model"]["vocab"]["dog"] = 400;
        QCOMPARE(listed(parsed(json)->encode("dog")), std::string("400"));
        json["model"]["ignore_merges"] = false;
        QCOMPARE(parsed(json)->encode("dog").size(), std::size_t(3));
    }

    void unigramTakesTheBestPath()
    {
        const auto tokenizer = parsed(unigram(false));
        QCOMPARE(pieces(*tokenizer, "ab abb"), std::string("[▁][ab][▁][ab][b]"));
        QCOMPARE(pieces(*tokenizer, "axyb"), std::string("[▁a][<unk>][b]"));
        QCOMPARE(spans(*tokenizer, "axyb"), std::string("[a][xy][b]"));
        QCOMPARE(tokenizer->decode(tokenizer->encode("ab a")), std::string("ab a"));
        QCOMPARE(pieces(*parsed(unigram(true)), "é"), std::string("[▁][<0xC3>][<0xA9>]"));
    }

    void wordPieceTakesTheLongestPiece()
    {
        const auto tokenizer = parsed(wordPiece());
        QCOMPARE(pieces(*tokenizer, "Unaffable!", true), std::string("[[CLS]][[UNK]][!][[SEP]]")); // more than 8 characters
        QCOMPARE(pieces(*tokenizer, "UNable!"), std::string("[un][##able][!]"));
        QCOMPARE(pieces(*tokenizer, "unx"), std::string("[[UNK]]"));
        QCOMPARE(pieces(*tokenizer, "CAFÉ\tcafe\xCC\x81 世!"), std::string("[cafe][cafe][世][!]"));
        QCOMPARE(spans(*tokenizer, "CAFÉ!"), std::string("[CAFÉ][!]"));
        QCOMPARE(tokenizer->decode(tokenizer->encode("unable !")), std::string("[CLS] unable! [SEP]"));
    }

    void addedTokensAreCutOut_data()
    {
        QTest::addColumn<QString>("flags");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("plain") << "{}" << "lo <x>lo" << "[lo][<unk>][<x>][lo]";
        QTest::newRow("longest wins") << "{}" << "<x><xx>" << "[<x>][<xx>]";
        QTest::newRow("left") << R"({"lstrip": true})" << "lo \t<x> lo" << "[lo][<x>][<unk>][lo]";
        QTest::newRow("right") << R"({"rstrip": true})" << "lo <x> \n lo" << "[lo][<unk>][<x>][lo]";
        QTest::newRow("right, next to another") << R"({"rstrip": true})" << "<x>  <x> lo" << "[<x>][<x>][lo]";
        QTest::newRow("single word, touched") << R"({"single_word": true})" << "lo<x>" << "[lo][<unk>]";
        QTest::newRow("single word, free") << R"({"single_word": true})" << "lo-<x>." << "[lo][<unk>][<x>][<unk>]";
    }

    void addedTokensAreCutOut()
    {
        QFETCH(QString, flags);
        QFETCH(QString, text);
        QFETCH(QString, expected);
        Json json = letterBpe();
        json["added_tokens"] = Json::array({added(20, "<x>", parseJson(flags.toStdString(), "flags")), added(21, "<xx>")});
        QCOMPARE(QString::fromStdString(pieces(*parsed(json), text.toStdString())), expected);
    }

    // Tokens are searched for before any of them takes the white space behind it, and that may hold other tokens.
    void tokensWithinTakenSpaceStay()
    {
        Json json = letterBpe();
        json["added_tokens"] = Json::array({added(20, "  ", {{"rstrip", true}})});
        QCOMPARE(pieces(*parsed(json), "lo     lo"), std::string("[lo][  ][  ][lo]"));
    }

    void normalizedTokensAreFoundInNormalizedText()
    {
        Json json = letterBpe();
        json["normalizer"] = {{"type", "Lowercase"}};
        json["added_tokens"] = Json::array({added(20, "Row", {{"normalized", true}, {"special", false}}), added(21, "LOW")});
        QCOMPARE(pieces(*parsed(json), "ROWlowLOW"), std::string("[Row][low][LOW]"));
    }

    // As the reference library numbers them: in the vocabulary, else one after the other.
    void addedTokensAreNumbered()
    {
        Json json = letterBpe();
        json["added_tokens"] = Json::array({added(10, "low"), added(14, "<a>"), added(15, "<b>")});
        const auto tokenizer = parsed(json);
        QCOMPARE(*tokenizer->idOf("low"), 10);
        QCOMPARE(*tokenizer->idOf("<b>"), 15);
        QCOMPARE(tokenizer->vocabularySize(), std::size_t(16));
        QVERIFY(tokenizer->isSpecial(14));
        QVERIFY(!tokenizer->isSpecial(4));
        QVERIFY(!tokenizer->idOf("nothing"));
        QVERIFY(tokenizer->piece(99).empty());
        QVERIFY(tokenizer->piece(-1).empty());
    }

    void specialTokensInTheTextAreText()
    {
        Json json = letterBpe();
        json["added_tokens"] = Json::array({added(1, "<s>"), added(20, "er", {{"special", false}})});
        const auto tokenizer = parsed(json);
        QCOMPARE(listed(tokenizer->encode("lo<s>er")), std::string("9 1 11"));
        QCOMPARE(listed(tokenizer->encode("lo<s>", {.addSpecial = true, .parseSpecial = false})), std::string("9 0"));
    }

    void templatesGoAround()
    {
        Json json = letterBpe();
        const Json text{{"Sequence", {{"id", "A"}, {"type_id", 0}}}};
        const auto special = [](const char* name) { return Json{{"SpecialToken", {{"id", name}, {"type_id", 0}}}}; };
        json["post_processor"] = {{"type", "Sequence"}, {"processors", {{{"type", "ByteLevel"}}, {{"type", "TemplateProcessing"}, {"single", {special("<s>"), text, special("</s>")}},
                                  {"special_tokens", {{"<s>", {{"id", "<s>"}, {"ids", {1}}, {"tokens", {"<s>"}}}}, {"</s>", {{"id", "</s>"}, {"ids", {2, 2}}, {"tokens", {"</s>", "</s>"}}}}}}}}}};
        const auto tokenizer = parsed(json);
        QCOMPARE(listed(tokenizer->encode("low")), std::string("1 10 2 2"));
        QCOMPARE(listed(tokenizer->encode("low", {.addSpecial = false})), std::string("10"));
        const Encoding encoding = tokenizer->encodeWithOffsets("low");
        QVERIFY(encoding.offsets[0] == Offsets{} && encoding.offsets[1] == (Offsets{0, 3}));
    }

    void normalizers_data()
    {
        QTest::addColumn<QString>("normalizer");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* normalizer, const char* text, const char* expected) {
            QTest::newRow(name) << QString(normalizer) << QString::fromUtf8(text) << QString::fromUtf8(expected);
        };
        row("NFC", R"({"type": "NFC"})", "e\xCC\x81\xE1\x84\x92\xE1\x85\xA1", "é하");
        row("NFD", R"({"type": "NFD"})", "é하", "e\xCC\x81\xE1\x84\x92\xE1\x85\xA1");
        row("NFKC", R"({"type": "NFKC"})", "ﬁ①ｶﾞ²", "fi1ガ2");
        row("NFKD", R"({"type": "NFKD"})", "ﬁÅ", "fiA\xCC\x8A");
        row("order of marks", R"({"type": "NFD"})", "a\xCC\x81\xCC\xA7", "a\xCC\xA7\xCC\x81");
        row("Lowercase", R"({"type": "Lowercase"})", "ÀΣİẞ", "àσi\xCC\x87ß");
        row("StripAccents", R"({"type": "StripAccents"})", "e\xCC\x81", "e");
        row("StripAccents of an older Unicode", R"({"type": "StripAccents"})", "e\xE0\xA2\x98\xE1\xAB\x88", "e\xE0\xA2\x98\xE1\xAB\x88");
        row("Strip", R"({"type": "Strip", "strip_left": true, "strip_right": false})", " \t a ", "a ");
        row("Replace", R"({"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": "_"})", "a \n b", "a_b");
        row("Nmt", R"({"type": "Nmt"})", "a\x02\xE2\x80\x8B" "b", "a b");
        row("Prepend", R"({"type": "Prepend", "prepend": "x"})", "a", "xa");
        row("ByteLevel", R"({"type": "ByteLevel"})", "é ", "Ã©Ġ");
        row("Bert of an older Unicode", R"({"type": "BertNormalizer", "lowercase": true, "clean_text": true})", "Á\xE0\xA2\x90\xE0\xA2\x98",
            "a\xE0\xA2\x90\xE0\xA2\x98");
        row("Lowercase of a newer Unicode", R"({"type": "Lowercase"})", "\xE1\xB2\x89\xF0\x90\xB5\x90", "\xE1\xB2\x8A\xF0\x90\xB5\xB0");
        row("Bert", R"({"type": "BertNormalizer", "lowercase": false, "strip_accents": true})", "Éa\x01世", "Ea 世 ");
    }

    void normalizers()
    {
        QFETCH(QString, normalizer);
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const std::string original = text.toStdString();
        for (const bool tracked : {false, true}) {
            WorkText work(original, tracked);
            for (const auto& step : readNormalizer(parseJson(normalizer.toStdString(), "normalizer")))
                step->apply(work);
            QCOMPARE(QString::fromStdString(std::string(work.view())), expected);
            for (std::uint32_t i = 0; tracked && i < work.view().size(); ++i) {
                const Offsets origin = work.originOf(i, i + 1);
                QVERIFY(origin.begin <= origin.end && origin.end <= original.size());
            }
        }
    }

    void preTokenizers_data()
    {
        QTest::addColumn<QString>("preTokenizer");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* json, const char* text, const char* expected) {
            QTest::newRow(name) << QString(json) << QString::fromUtf8(text) << QString::fromUtf8(expected);
        };
        row("Whitespace", R"({"type": "Whitespace"})", "a-b  c!?", "[a][-][b][c][!?]");
        row("WhitespaceSplit", R"({"type": "WhitespaceSplit"})", "a-b  c", "[a-b][c]");
        row("Bert", R"({"type": "BertPreTokenizer"})", "a-b c.", "[a][-][b][c][.]");
        row("digits apart", R"({"type": "Digits", "individual_digits": true})", "a12b", "[a][1][2][b]");
        row("digits together", R"({"type": "Digits", "individual_digits": false})", "a12b", "[a][12][b]");
        row("delimiter", R"({"type": "CharDelimiterSplit", "delimiter": "-"})", "a--b", "[a][b]");
        row("punctuation of an older Unicode", R"({"type": "Punctuation"})", "a؛b\xD8\x9D\xE2\xB9\x92" "c", "[a][؛][b\xD8\x9D\xE2\xB9\x92" "c]");
        row("letters of a newer Unicode", R"({"type": "Whitespace"})", "a\xF0\xAE\xAF\xB0\xF0\x93\x91\xA0!", "[a\xF0\xAE\xAF\xB0\xF0\x93\x91\xA0][!]");
        row("script", R"({"type": "Split", "pattern": {"Regex": "[\\p{Han}]+"}, "behavior": "Isolated"})", "一、二三。「四」", "[一][、][二三][。「][四][」]");
        row("script apart", R"({"type": "Split", "pattern": {"Regex": "\\p{Han}|\\p{^Han}+"}, "behavior": "Isolated"})", "一、a二", "[一][、a][二]");
        row("named class", R"({"type": "Split", "pattern": {"Regex": "[[:punct:]]"}, "behavior": "Isolated"})", "1€2.3+4", "[1][€][2][.][3][+][4]");
        row("fixed length", R"({"type": "FixedLength", "length": 2})", "abécd", "[ab][éc][d]");
        row("removed", R"({"type": "Split", "pattern": {"String": "-"}, "behavior": "Removed", "invert": false})", "-a--b-", "[a][b]");
        row("isolated", R"({"type": "Split", "pattern": {"String": "-"}, "behavior": "Isolated", "invert": false})", "a--b", "[a][-][-][b]");
        row("with previous", R"({"type": "Split", "pattern": {"String": "-"}, "behavior": "MergedWithPrevious", "invert": false})", "a--b", "[a-][-][b]");
        row("with next", R"({"type": "Split", "pattern": {"String": "-"}, "behavior": "MergedWithNext", "invert": false})", "a--b", "[a][-][-b]");
        row("contiguous", R"({"type": "Split", "pattern": {"String": "-"}, "behavior": "Contiguous", "invert": false})", "a--b", "[a][--][b]");
        row("inverted", R"({"type": "Split", "pattern": {"Regex": "[a-z]+"}, "behavior": "Removed", "invert": true})", "ab1c", "[ab][c]");
        row("metaspace", R"({"type": "Metaspace", "replacement": "_", "prepend_scheme": "always"})", "a  b", "[_a][_][_b]");
        row("metaspace never", R"({"type": "Metaspace", "replacement": "_", "prepend_scheme": "never", "split": false})", "a b", "[a_b]");
        row("bytes", R"({"type": "ByteLevel", "add_prefix_space": true, "use_regex": true})", "é b", "[ĠÃ©][Ġb]");
    }

    void preTokenizers()
    {
        QFETCH(QString, preTokenizer);
        QFETCH(QString, text);
        QFETCH(QString, expected);
        const std::string original = text.toStdString();
        WorkText work(original, true);
        for (const auto& step : readPreTokenizer(parseJson(preTokenizer.toStdString(), "pre_tokenizer"), true).steps)
            step->apply(work);
        std::string cut;
        for (const Piece& piece : work.pieces())
            cut.append("[").append(work.textOf(piece)).append("]");
        QCOMPARE(QString::fromStdString(cut), expected);
    }

    // The space that a first part gets, later parts do not.
    void onlyTheFirstPartGetsASpace()
    {
        Json json = letterBpe();
        json["pre_tokenizer"] = {{"type", "Metaspace"}, {"replacement", "▁"}, {"prepend_scheme", "first"}, {"split", false}};
        json["added_tokens"] = Json::array({added(1, "<s>")});
        QCOMPARE(pieces(*parsed(json), "lo<s>lo"), std::string("[▁lo][<s>][lo]"));
        QCOMPARE(pieces(*parsed(json), "<s>lo"), std::string("[<s>][lo]"));
    }

    void streamsWholeCharacters()
    {
        const auto tokenizer = parsed(byteBpe());
        const std::string text = "h\xC3\xA9 \xF0\x9F\x98\x80\xE4\xBD\xA0!";
        StreamDecoder stream(tokenizer);
        std::string all;
        for (const TokenId id : tokenizer->encode(text)) {
            const std::string part = stream.push(id);
            QVERIFY(part.empty() || (static_cast<unsigned char>(part[0]) & 0xc0) != 0x80);
            QVERIFY(part.find("\xEF\xBF\xBD") == std::string::npos);
            all += part;
        }
        QCOMPARE(all, text);
        QCOMPARE(stream.push(*tokenizer->idOf("Ã")), std::string());
        QCOMPARE(stream.finish(), std::string("\xEF\xBF\xBD"));
        QCOMPARE(stream.push(*tokenizer->idOf("h")), std::string("h"));
    }

    // Bytes that never become a character do not hold the text back for ever.
    void streamsInvalidBytes()
    {
        const auto tokenizer = parsed(byteBpe());
        StreamDecoder stream(tokenizer);
        std::string all;
        for (int i = 0; i < 100; ++i)
            all += stream.push(*tokenizer->idOf("Ã"));
        QVERIFY(all.size() >= 3 * 80);
        QCOMPARE(all + stream.finish(), tokenizer->decode(std::vector<TokenId>(100, *tokenizer->idOf("Ã"))));
    }

    void threadsShareATokenizer()
    {
        const auto tokenizer = parsed(byteBpe());
        const std::vector<TokenId> expected = tokenizer->encode("hello world hello");
        std::vector<std::thread> threads;
        std::atomic<int> wrong = 0;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                for (int n = 0; n < 500; ++n)
                    wrong += tokenizer->encode("hello world hello") != expected;
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(wrong.load(), 0);
    }

    void refusesTextsThatAreNoUtf8()
    {
        const auto tokenizer = parsed(letterBpe());
        for (const char* text : {"a\xFF", "\xC3", "\xED\xA0\x80", "\xC0\x80", "\xF5\x80\x80\x80"})
            QVERIFY_THROWS_EXCEPTION(Error, tokenizer->encode(text));
    }

    void refusesFiles_data()
    {
        QTest::addColumn<QString>("change"); // a JSON merge patch, with ' for "
        QTest::newRow("no model") << "{'model': null}";
        QTest::newRow("model is no object") << "{'model': 3}";
        QTest::newRow("unknown model") << "{'model': {'type': 'Magic'}}";
        QTest::newRow("no vocabulary") << "{'model': {'vocab': null}}";
        QTest::newRow("vocabulary is a list") << "{'model': {'vocab': ['a']}}";
        QTest::newRow("id is text") << "{'model': {'vocab': {'a': '1'}}}";
        QTest::newRow("id is negative") << "{'model': {'vocab': {'a': -1}}}";
        QTest::newRow("id is huge") << "{'model': {'vocab': {'a': 2000000000}}}";
        QTest::newRow("merges are text") << "{'model': {'merges': 'a b'}}";
        QTest::newRow("merge of one piece") << "{'model': {'merges': ['ab']}}";
        QTest::newRow("merge of three pieces") << "{'model': {'merges': ['l o w']}}";
        QTest::newRow("merge of unknown pieces") << "{'model': {'merges': ['q z']}}";
        QTest::newRow("merge without result") << "{'model': {'merges': ['r e']}}";
        QTest::newRow("unknown normalizer") << "{'normalizer': {'type': 'Rot13'}}";
        QTest::newRow("normalizer is a list") << "{'normalizer': [1]}";
        QTest::newRow("bad expression") << "{'normalizer': {'type': 'Replace', 'pattern': {'Regex': '('}, 'content': ''}}";
        QTest::newRow("pattern without kind") << "{'pre_tokenizer': {'type': 'Split', 'pattern': {}, 'behavior': 'Removed'}}";
        QTest::newRow("unknown behaviour") << "{'pre_tokenizer': {'type': 'Split', 'pattern': {'String': 'a'}, 'behavior': 'Eaten'}}";
        QTest::newRow("unknown pre-tokenizer") << "{'pre_tokenizer': {'type': 'Magic'}}";
        QTest::newRow("fixed length of zero") << "{'pre_tokenizer': {'type': 'FixedLength', 'length': 0}}";
        QTest::newRow("charsmap is no base64") << "{'normalizer': {'type': 'Precompiled', 'precompiled_charsmap': '?'}}";
        QTest::newRow("charsmap lies about its size") << "{'normalizer': {'type': 'Precompiled', 'precompiled_charsmap': 'AAAA8AAA'}}";
        QTest::newRow("unknown decoder") << "{'decoder': {'type': 'Magic'}}";
        QTest::newRow("unknown post-processor") << "{'post_processor': {'type': 'Magic'}}";
        QTest::newRow("template without ids") << "{'post_processor': {'type': 'TemplateProcessing', 'single': [{'SpecialToken': {'id': '<s>'}}], 'special_tokens': {}}}";
        QTest::newRow("token of a megabyte") << QString("{'added_tokens': [{'id': 20, 'content': '%1'}]}").arg(QString("x").repeated(1 << 20));
        QTest::newRow("unknown id beyond") << "{'model': {'type': 'Unigram', 'vocab': [['a', 0.0]], 'unk_id': 7}}";
    }

    void refusesFiles()
    {
        QFETCH(QString, change);
        Json json = letterBpe();
        json.merge_patch(parseJson(QString(change).replace('\'', '"').toStdString(), "change"));
        if (change.contains("'vocab': {'a'"))
            json["model"]["merges"] = Json::array();
        try {
            parsed(json);
            QFAIL("it was read");
        } catch (const Error& error) {
            QVERIFY2(error.kind() == ErrorKind::CorruptFile || error.kind() == ErrorKind::Unsupported, error.what());
            QVERIFY2(std::string_view(error.what()).find("tokenizer.json") != std::string_view::npos, error.what());
        }
    }

    // Rules that would blow a text up are stopped.
    void refusesGrowthWithoutEnd()
    {
        Json json = letterBpe();
        Json steps = Json::array();
        for (int i = 0; i < 12; ++i)
            steps.push_back({{"type", "Replace"}, {"pattern", {{"String", "l"}}}, {"content", "llllllllll"}});
        json["normalizer"] = {{"type", "Sequence"}, {"normalizers", steps}};
        QVERIFY_THROWS_EXCEPTION(Error, parsed(json)->encode("lll"));
    }

    void aMillionMergesLoad()
    {
        Json json = letterBpe();
        Json& vocab = json["model"]["vocab"];
        Json merges = Json::array();
        int id = 100;
        for (int i = 0; i < 1000000; ++i) {
            if (i < 1000)
                vocab[fmt::format("l{}", i)] = id++;
            merges.push_back(Json::array({"l", "o"}));
        }
        json["model"]["merges"] = std::move(merges);
        QCOMPARE(pieces(*parsed(json), "lolo"), std::string("[lo][lo]"));
    }
};

QTEST_GUILESS_MAIN(TestTokenizerJson)
#include "tst_tokenizer_json.moc"
