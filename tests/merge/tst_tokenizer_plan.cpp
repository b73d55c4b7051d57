// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/files.h"
#include "base/json.h"
#include "formats/checkpoint.h"
#include "merge/chat_templates.h"
#include "merge/golden_merge.h"
#include "merge/tokenizer_models.h"
#include "merge/tokenizer_files.h"
#include "merge/tokenizer_plan.h"
#include "merge/tokenizer_vocabulary.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <cstring>
#include <map>
#include <set>

using namespace crucible;
using namespace crucible::merge;
using recipe::MergeRecipe;
using recipe::ModelRef;
using recipe::TokenizerRequest;
using recipe::TokenRule;
using tests::idsOf;

namespace fs = std::filesystem;

namespace {

struct Matrix {
    std::size_t rows = 0, columns = 0;
    std::vector<float> values;
};

Matrix readMatrix(const fs::path& location, const char* name)
{
    const auto checkpoint = formats::openCheckpoint(location);
    const auto* entry = checkpoint->find(name);
    Matrix matrix;
    matrix.rows = static_cast<std::size_t>(entry->info.shape[0]);
    matrix.columns = static_cast<std::size_t>(entry->info.shape[1]);
    matrix.values.resize(matrix.rows * matrix.columns);
    const formats::TensorData data = checkpoint->read(*entry);
    std::memcpy(matrix.values.data(), data.bytes.data(), data.bytes.size());
    return matrix;
}

// The meaning of a row map, in plain loops.
std::vector<std::vector<double>> rearrange(const TokenizerPlan& plan, std::size_t input, const std::vector<Matrix>& stored)
{
    const std::size_t columns = stored[input].columns;
    std::vector<std::vector<double>> result(plan.vocabSize, std::vector<double>(columns, 0.0));
    std::vector<double> mean(columns, 0.0);
    std::size_t real = 0;
    const auto add = [&](std::vector<double>& to, RowRef from, double factor) {
        for (std::size_t c = 0; c < columns; ++c)
            to[c] += factor * double(stored[from.model].values.at(from.row * columns + c));
    };
    for (std::size_t id = 0; id < plan.vocabSize; ++id) {
        const RowSource& source = plan.rows[input][id];
        if (source.kind == RowSource::Kind::MeanOfAll)
            continue;
        if (source.kind == RowSource::Kind::Row)
            add(result[id], source.ref, 1);
        if (source.kind == RowSource::Kind::Mean) {
            for (const RowRef& ref : plan.means[source.mean])
                add(result[id], ref, 1.0 / double(plan.means[source.mean].size()));
        }
        ++real;
        for (std::size_t c = 0; c < columns; ++c)
            mean[c] += result[id][c];
    }
    for (std::size_t id = 0; id < plan.vocabSize; ++id) {
        if (plan.rows[input][id].kind == RowSource::Kind::MeanOfAll) {
            for (std::size_t c = 0; c < columns; ++c)
                result[id][c] = mean[c] / double(real);
        }
    }
    return result;
}

double weightOf(const MergeRecipe& recipe, const ModelRef& ref)
{
    for (const recipe::InputModel& input : recipe.modules[0].models) {
        if (input.model == ref && input.parameters.contains("weight"))
            return input.parameters.at("weight").conditionals[0].values[0].number;
    }
    const auto global = recipe.parameters.find("weight");
    return global == recipe.parameters.end() ? 0 : global->second.conditionals[0].values[0].number;
}

} // namespace

class TestTokenizerPlan : public QObject, private tests::TokenizerModels {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void rowsMatchMergekit_data();
    void rowsMatchMergekit();

    void unionOrderIsReproducible();
    void identityIsSeen();
    void rulesDecideRows();
    void forceOverridesOwnRows();
    void paddingIsTheMean();
    void unknownTokensBecomeZeroRows();
    void meansWithoutABase();
    void tokensWithoutRowsAreLeftOut_data();
    void tokensWithoutRowsAreLeftOut();
    void refusesBadRules_data();
    void refusesBadRules();
    void refusesBadFiles_data();
    void refusesBadFiles();
    void readsSentencePieceModels();
    void keepsTheRestOfTheFile();
    void comparesTokenizers();
    void choosesChatTemplates();
};

void TestTokenizerPlan::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestTokenizerPlan::rowsMatchMergekit_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name : {"tokenizer_base", "tokenizer_union", "tokenizer_model_path", "tokenizer_tokens_pad"})
        QTest::newRow(name) << QString::fromUtf8(name);
}

// Merged rows, found by their token, are those that mergekit wrote.
void TestTokenizerPlan::rowsMatchMergekit()
{
    QFETCH(QString, name);
    const fs::path golden = test::goldenMergeFolder();
    const fs::path folder = golden / "cases" / name.toStdString();
    if (golden.empty() || !fs::exists(folder))
        QSKIP("The golden merges are not here");
    Problems problems;
    const MergeRecipe recipe = recipe::parseMergeRecipe(readFile(folder / "config.yaml"), "config.yaml", problems);
    std::vector<TokenizerInput> inputs;
    for (const ModelRef& ref : recipe.referencedModels()) {
        TokenizerInput input;
        input.ref = ref;
        input.folder = golden / ref.model;
        input.isBase = recipe.baseModel && ref == *recipe.baseModel;
        inputs.push_back(input);
    }
    const auto plan = planTokenizer(*recipe.tokenizer, inputs, problems);
    QVERIFY2(plan && problems.empty(), problems.empty() ? "" : problems.all()[0].toLine().c_str());

    const Json ourTokenizer = parseJson(plan->files.at("tokenizer.json"), "tokenizer.json");
    const Json theirTokenizer = readJson(folder / "expected_tokenizer.json");
    const auto ours = idsOf(ourTokenizer), theirs = idsOf(theirTokenizer);
    std::set<std::string> ourTokens, theirTokens;
    for (const auto& [token, id] : ours) {
        ourTokens.insert(token);
        QCOMPARE(plan->tokens.at(id), token);
    }
    for (const auto& [token, id] : theirs)
        theirTokens.insert(token);
    QCOMPARE(ourTokens, theirTokens);
    std::map<std::string, Json> settings;
    for (Json token : theirTokenizer["added_tokens"]) {
        token.erase("id");
        settings[token["content"].get<std::string>()] = token;
    }
    QCOMPARE(ourTokenizer["added_tokens"].size(), settings.size());
    for (Json token : ourTokenizer["added_tokens"]) {
        token.erase("id");
        QVERIFY(settings.at(token["content"].get<std::string>()) == token);
    }
    QVERIFY(ourTokenizer["model"] == theirTokenizer["model"]);
    QCOMPARE(std::int64_t(plan->vocabSize), readJson(folder / "expected_config.json")["vocab_size"].get<std::int64_t>());

    for (const char* tensor : {"model.embed_tokens.weight", "lm_head.weight"}) {
        std::vector<Matrix> stored;
        for (const TokenizerInput& input : inputs)
            stored.push_back(readMatrix(input.folder, tensor));
        std::vector<std::vector<std::vector<double>>> arranged;
        for (std::size_t i = 0; i < inputs.size(); ++i)
            arranged.push_back(rearrange(*plan, i, stored));
        const Matrix expected = readMatrix(folder / "expected.safetensors", tensor);
        QCOMPARE(expected.rows, plan->vocabSize);
        double worst = 0;
        const auto check = [&](std::size_t ourRow, std::size_t theirRow) {
            for (std::size_t c = 0; c < expected.columns; ++c) {
                double sum = 0, weights = 0, base = 0;
                for (std::size_t i = 0; i < inputs.size(); ++i) {
                    const double weight = weightOf(recipe, inputs[i].ref);
                    sum += weight * arranged[i][ourRow][c];
                    weights += weight;
                    if (inputs[i].isBase)
                        base = arranged[i][ourRow][c];
                }
                const double value = recipe.mergeMethod == "linear" ? sum / weights : base + sum - weights * base;
                worst = std::max(worst, std::abs(value - double(expected.values[theirRow * expected.columns + c])));
            }
        };
        for (const auto& [token, id] : theirs)
            check(ours.at(token), id);
        for (std::size_t row = plan->tokens.size(); row < plan->vocabSize; ++row)
            check(row, row);
        QVERIFY2(worst <= 6e-8, qPrintable(QString::number(worst)));
    }
}

void TestTokenizerPlan::unionOrderIsReproducible()
{
    std::vector<TokenizerInput> inputs = {model("b", {"x", "q", "r"}, 0, {"<B>"}), model("a", {"y", "p"}, 0, {"<A>", "q"}),
                                          model("base", {"x", "y"}, 0, {"<s>"})};
    inputs[2].isBase = true;
    TokenizerRequest request;
    TokenRule rule;
    rule.token = "<new>";
    rule.kind = TokenRule::Kind::Zero;
    request.tokens.push_back(rule);
    Problems problems;
    const auto plan = planTokenizer(request, inputs, problems);
    QVERIFY(plan);
    // "q" is an added token of "a", so it follows with the added ones.
    QCOMPARE(plan->tokens, (std::vector<std::string>{"x", "y", "<s>", "r", "p", "<B>", "<A>", "q", "<new>"}));
    QCOMPARE(plan->diffs[2].same, std::size_t(3));
    QCOMPARE(plan->diffs[2].missing, std::size_t(6));
    QCOMPARE(plan->diffs[0].differentId, std::size_t(3));
    QVERIFY(!plan->isIdentity(2));
}

void TestTokenizerPlan::identityIsSeen()
{
    const std::vector<TokenizerInput> inputs = {model("a", {"x", "y"}), model("b", {"y", "x"}), model("c", {"x", "y"}, 5)};
    TokenizerRequest request;
    request.source = TokenizerRequest::Source::Base;
    Problems problems;
    const auto plan = planTokenizer(request, inputs, problems);
    QVERIFY(plan && problems.empty());
    QVERIFY(plan->isIdentity(0));
    QVERIFY(!plan->isIdentity(1)); // other order
    QVERIFY(!plan->isIdentity(2)); // more rows than tokens
    QCOMPARE(plan->rows[1][0].ref, (RowRef{1, 1}));
}

void TestTokenizerPlan::rulesDecideRows()
{
    std::vector<TokenizerInput> inputs = {model("a", {"x", "y"}), model("b", {"x", "z"})};
    TokenizerRequest request;
    const auto add = [&](const char* token, TokenRule::Kind kind, const char* from) -> TokenRule& {
        TokenRule rule;
        rule.token = token;
        rule.kind = kind;
        rule.model.model = from;
        request.tokens.push_back(rule);
        return request.tokens.back();
    };
    add("z", TokenRule::Kind::Model, "b");
    add("n1", TokenRule::Kind::ModelToken, "a").sourceToken = "y";
    add("n2", TokenRule::Kind::ModelToken, "b").sourceTokenId = 0;
    add("n3", TokenRule::Kind::Zero, "");
    Problems problems;
    const auto plan = planTokenizer(request, inputs, problems);
    QVERIFY2(plan && problems.empty(), problems.empty() ? "" : problems.all()[0].toLine().c_str());
    QCOMPARE(plan->tokens, (std::vector<std::string>{"x", "y", "z", "n1", "n2", "n3"}));
    for (const std::size_t input : {0, 1}) {
        QCOMPARE(plan->rows[input][2].ref, (RowRef{1, 1}));
        QCOMPARE(plan->rows[input][3].ref, (RowRef{0, 1}));
        QCOMPARE(plan->rows[input][4].ref, (RowRef{1, 0}));
        QVERIFY(plan->rows[input][5].kind == RowSource::Kind::Zero);
    }
}

void TestTokenizerPlan::forceOverridesOwnRows()
{
    std::vector<TokenizerInput> inputs = {model("a", {"x", "y"}), model("b", {"x", "y"})};
    TokenizerRequest request;
    TokenRule rule;
    rule.token = "y";
    rule.model.model = "b";
    request.tokens.push_back(rule);
    Problems problems;
    QCOMPARE(planTokenizer(request, inputs, problems)->rows[0][1].ref, (RowRef{0, 1}));
    request.tokens[0].force = true;
    const auto forced = planTokenizer(request, inputs, problems);
    QCOMPARE(forced->rows[0][1].ref, (RowRef{1, 1}));
    QCOMPARE(forced->rows[1][1].ref, (RowRef{1, 1}));
    QVERIFY(problems.empty());
}

void TestTokenizerPlan::paddingIsTheMean()
{
    const std::vector<TokenizerInput> inputs = {model("a", {"x", "y", "z"})};
    TokenizerRequest request;
    request.padToMultipleOf = 4;
    Problems problems;
    const auto plan = planTokenizer(request, inputs, problems);
    QCOMPARE(plan->vocabSize, std::size_t(4));
    QVERIFY(plan->rows[0][3].kind == RowSource::Kind::MeanOfAll);
    request.padToMultipleOf = 3;
    QCOMPARE(planTokenizer(request, inputs, problems)->vocabSize, std::size_t(3));
}

// mergekit stops with an internal error here.
void TestTokenizerPlan::unknownTokensBecomeZeroRows()
{
    const std::vector<TokenizerInput> inputs = {model("a", {"x"})};
    TokenizerRequest request;
    TokenRule rule;
    rule.token = "<nowhere>";
    rule.hasSource = false;
    request.tokens.push_back(rule);
    Problems problems;
    const auto plan = planTokenizer(request, inputs, problems);
    QVERIFY(plan);
    QVERIFY(plan->rows[0][1].kind == RowSource::Kind::Zero);
    QCOMPARE(problems.all().size(), 1u);
    QVERIFY(problems.all()[0].severity == Severity::Warning);
    QVERIFY(problems.all()[0].message.find("<nowhere>") != std::string::npos);
}

void TestTokenizerPlan::meansWithoutABase()
{
    std::vector<TokenizerInput> inputs = {model("a", {"x"}), model("b", {"x", "n"}), model("c", {"n", "x"})};
    TokenizerRequest request;
    Problems problems;
    auto plan = planTokenizer(request, inputs, problems);
    QVERIFY(plan->rows[0][1].kind == RowSource::Kind::Mean);
    QCOMPARE(plan->means.at(plan->rows[0][1].mean), (std::vector<RowRef>{{1, 1}, {2, 0}}));
    inputs[1].isBase = true;
    plan = planTokenizer(request, inputs, problems);
    QCOMPARE(plan->tokens, (std::vector<std::string>{"x", "n"}));
    QCOMPARE(plan->rows[0][1].ref, (RowRef{1, 1}));
}

void TestTokenizerPlan::tokensWithoutRowsAreLeftOut_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("BPE") << QByteArray(
        R"({"added_tokens":[{"id":3,"content":"ab"}],"model":{"type":"BPE","vocab":{"a":0,"b":1,"c":2,"ab":3,"abc":4},)"
        R"("merges":["a b","ab c",["b","c"],["c","abc"]]}})");
    QTest::newRow("Unigram") << QByteArray(
        R"({"model":{"vocab":[["a",-1.0],["b",-2.0],["c",-3.5],["ab",0],["abc",0]],"type":"Unigram","unk_id":0}})");
    QTest::newRow("WordPiece") << QByteArray(
        R"({"model":{"type":"WordPiece","vocab":{"abc":4,"a":0,"b":1,"c":2}},"added_tokens":[{"id":3,"content":"ab"}]})");
}

void TestTokenizerPlan::tokensWithoutRowsAreLeftOut()
{
    QFETCH(QByteArray, text);
    TokenizerInput input = model("a", {"x"});
    write("a", "tokenizer.json", text.toStdString());
    input.embeddingRows = 3;
    TokenizerRequest request;
    request.source = TokenizerRequest::Source::Base;
    Problems problems;
    const auto plan = planTokenizer(request, {&input, 1}, problems);
    QVERIFY2(plan, problems.empty() ? "" : problems.all()[0].toLine().c_str());
    QCOMPARE(problems.all().size(), 1u); // the warning
    QCOMPARE(plan->tokens, (std::vector<std::string>{"a", "b", "c"}));
    const Json json = parseJson(plan->files.at("tokenizer.json"), "out");
    QCOMPARE(json["model"]["vocab"].size(), 3u);
    QVERIFY(json["added_tokens"].empty());
    if (json["model"].contains("merges"))
        QVERIFY(json["model"]["merges"] == Json::parse(R"(["a b",["b","c"]])"));
}

void TestTokenizerPlan::refusesBadRules_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("sourceToken");
    QTest::addColumn<int>("sourceId");
    QTest::newRow("model outside the merge") << 0 << "other" << "" << -1;
    QTest::newRow("model lacks the token") << 0 << "a" << "" << -1;
    QTest::newRow("source token unknown") << 1 << "a" << "nothing" << -1;
    QTest::newRow("row beyond the end") << 1 << "a" << "" << 2;
}

void TestTokenizerPlan::refusesBadRules()
{
    QFETCH(int, kind);
    QFETCH(QString, from);
    QFETCH(QString, sourceToken);
    QFETCH(int, sourceId);
    const std::vector<TokenizerInput> inputs = {model("a", {"x", "y"})};
    TokenRule rule;
    rule.token = "new";
    rule.kind = kind ? TokenRule::Kind::ModelToken : TokenRule::Kind::Model;
    rule.model.model = from.toStdString();
    rule.sourceToken = sourceToken.toStdString();
    if (sourceId >= 0)
        rule.sourceTokenId = sourceId;
    rule.position = {7, 3};
    TokenizerRequest request;
    request.tokens.push_back(rule);
    Problems problems;
    QVERIFY(!planTokenizer(request, inputs, problems));
    QVERIFY(problems.hasErrors());
}

void TestTokenizerPlan::refusesBadFiles_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("not JSON") << QByteArray("{");
    QTest::newRow("empty file") << QByteArray("");
    QTest::newRow("no model") << QByteArray("{}");
    QTest::newRow("no vocabulary") << QByteArray(R"({"model":{}})");
    QTest::newRow("vocabulary of text") << QByteArray(R"({"model":{"vocab":"x"}})");
    QTest::newRow("negative id") << QByteArray(R"({"model":{"vocab":{"x":-1}}})");
    QTest::newRow("fractional id") << QByteArray(R"({"model":{"vocab":{"x":1.5}}})");
    QTest::newRow("huge id") << QByteArray(R"({"model":{"vocab":{"x":99999999999}}})");
    QTest::newRow("id of 2^64") << QByteArray(R"({"model":{"vocab":{"x":18446744073709551615}}})");
    QTest::newRow("bad piece") << QByteArray(R"({"model":{"vocab":[["x",0],[]]}})");
    QTest::newRow("bad added token") << QByteArray(R"({"model":{"vocab":{"x":0}},"added_tokens":[{"id":1}]})");
    QTest::newRow("added token is a list") << QByteArray(R"({"model":{"vocab":{"x":0}},"added_tokens":[[]]})");
    QTest::newRow("bad UTF-8") << QByteArray("{\"model\":{\"vocab\":{\"\xff\":0}}}");
}

void TestTokenizerPlan::refusesBadFiles()
{
    QFETCH(QByteArray, text);
    const std::vector<TokenizerInput> inputs = {model("a", {"x"})};
    write("a", "tokenizer.json", text.toStdString());
    Problems problems;
    QVERIFY(!planTokenizer(TokenizerRequest(), inputs, problems));
    QVERIFY(problems.hasErrors());
    QVERIFY(!compareTokenizers(inputs, 0).allKnown);
}

void TestTokenizerPlan::readsSentencePieceModels()
{
    // message ModelProto { repeated SentencePiece pieces = 1; ... } with the piece's text as field 1 and score as field 2.
    const std::string bytes("\x0a\x08\x0a\x01x\x15\0\0\0\0\x0a\x03\x0a\x01y\x12\x00", 17);
    write("sp", "tokenizer.model", bytes);
    write("sp", "added_tokens.json", R"({"<new>": 2})");
    TokenizerInput sentencePiece;
    sentencePiece.ref.model = "sp";
    sentencePiece.folder = fs::path(m_folder->path().toStdString()) / "sp";
    sentencePiece.embeddingRows = 3;
    std::vector<TokenizerInput> inputs = {sentencePiece, model("json", {"y", "x"}, 0, {"<new>"})};
    TokenizerRequest request;
    Problems problems;
    const auto plan = planTokenizer(request, inputs, problems);
    QVERIFY2(plan && !problems.hasErrors(), problems.empty() ? "" : problems.all()[0].toLine().c_str());
    QCOMPARE(plan->tokens, (std::vector<std::string>{"x", "y", "<new>"}));
    QVERIFY(plan->files.at("tokenizer.model") == bytes);
    QVERIFY(plan->files.contains("added_tokens.json"));

    // Tokens can not be added to such a file.
    inputs[1] = model("json", {"y", "x", "z"}, 0, {"<new>"});
    QVERIFY(!planTokenizer(request, inputs, problems));
    QVERIFY(problems.hasErrors() && problems.all().back().hint.find("tokenizer.json") != std::string::npos);

    for (const std::string& bad : {std::string("\x0a\x7f", 2), std::string("\x0b"), std::string(12, '\xff'), std::string()})
        QVERIFY_THROWS_EXCEPTION(Error, vocabularyFromSentencePiece(bad, "m"));
}

void TestTokenizerPlan::keepsTheRestOfTheFile()
{
    const std::string text = "{ \"x\" : {\"added_tokens\": 1, \"b\\\"}\": [\"]\"] } ,\n \"added_tokens\"\t: [ ] , \"model\":{\"vocab\":{\"a\":0}}}";
    VocabularyChange change;
    AddedToken token;
    token.id = 1;
    token.content = "new";
    change.added.push_back(token);
    const std::string changed = changedTokenizerJson(text, change, "t");
    QVERIFY(changed.starts_with("{ \"x\" : {\"added_tokens\": 1, \"b\\\"}\": [\"]\"] } ,\n \"added_tokens\"\t:"));
    QVERIFY(changed.ends_with(", \"model\":{\"vocab\":{\"a\":0}}}"));
    QCOMPARE(parseJson(changed, "t")["added_tokens"][0]["content"].get<std::string>(), std::string("new"));
    const Json without = parseJson(changedTokenizerJson("{\"model\":{\"vocab\":{}}}", change, "t"), "t");
    QCOMPARE(without["added_tokens"].size(), 1u);
}

void TestTokenizerPlan::comparesTokenizers()
{
    std::vector<TokenizerInput> inputs = {model("a", {"x", "y"}), model("b", {"x", "y"})};
    inputs[0].isBase = true;
    TokenizerComparison same = compareTokenizers(inputs, 0);
    QVERIFY(same.sameVocabulary && same.allKnown && same.sameChatTemplate && !same.anyChatTemplate);
    QCOMPARE(same.vocabularyMessage.text(), std::string("The tokenizers are the same, 2 tokens."));
    QVERIFY(same.chatTemplateMessage.empty());

    inputs[1] = model("b", {"x", "y", "z"});
    write("a", "chat_template.jinja", "one");
    write("b", "tokenizer_config.json", R"({"chat_template": [{"name": "tool", "template": "t"}, {"name": "default", "template": "two"}]})");
    const TokenizerComparison other = compareTokenizers(inputs, 0);
    QVERIFY(!other.sameVocabulary && !other.sameChatTemplate);
    QVERIFY(other.vocabularyMessage.text().starts_with("The tokenizers differ: the base model has 2 and b has 3 tokens."));
    QCOMPARE(other.chatTemplateMessage.text(), std::string("The chat templates differ. The base model's is used."));

    fs::remove(inputs[0].folder / "tokenizer.json");
    const TokenizerComparison missing = compareTokenizers(inputs, 0);
    QVERIFY(!missing.allKnown && missing.sizes[0] == 0);
    QVERIFY(missing.vocabularyMessage.text().find("No tokenizer could be read for the base model.") != std::string::npos);
}

void TestTokenizerPlan::choosesChatTemplates()
{
    const std::vector<TokenizerInput> inputs = {model("a", {"x"}), model("b", {"x"}), model("c", {"x"})};
    Problems problems;
    QVERIFY(resolveChatTemplate("auto", inputs, problems).empty());
    QCOMPARE(problems.all().size(), 1u);
    write("a", "chat_template.jinja", "first");
    write("b", "chat_template.jinja", "second");
    QCOMPARE(resolveChatTemplate("auto", inputs, problems), std::string("first"));
    write("c", "chat_template.jinja", " second\n");
    QCOMPARE(resolveChatTemplate("auto", inputs, problems), std::string("second"));
    QVERIFY(!problems.hasErrors());
    for (const ChatTemplate& entry : chatTemplates())
        QCOMPARE(resolveChatTemplate(std::string(entry.name), inputs, problems), std::string(entry.jinja));
    QCOMPARE(resolveChatTemplate("{{ messages[0].content }}", inputs, problems), std::string("{{ messages[0].content }}"));
    QVERIFY(!problems.hasErrors());
    QVERIFY(resolveChatTemplate("chatlm", inputs, problems).empty());
    QVERIFY(problems.hasErrors());
    QVERIFY(problems.all().back().hint.find("chatml") != std::string::npos);

    std::map<std::string, std::string> files = {{"chat_template.json", "{}"}, {"tokenizer_config.json", "{\"a\": 1}"}};
    setChatTemplate(files, "text");
    QVERIFY(!files.contains("chat_template.json"));
    QCOMPARE(files["chat_template.jinja"], std::string("text"));
    QCOMPARE(parseJson(files["tokenizer_config.json"], "t")["chat_template"].get<std::string>(), std::string("text"));
    QCOMPARE(parseJson(files["tokenizer_config.json"], "t")["a"].get<int>(), 1);
}

QTEST_GUILESS_MAIN(TestTokenizerPlan)
#include "tst_tokenizer_plan.moc"
