// SPDX-License-Identifier: GPL-3.0-or-later
#include "recipe/merge_recipe.h"

#include "base/files.h"

#include <QTest>

#include <algorithm>
#include <filesystem>

using namespace crucible;
using namespace crucible::recipe;

namespace {

bool sameConditional(const Conditional& a, const Conditional& b)
{
    return a.filter == b.filter && a.values == b.values && a.isGradient == b.isGradient;
}

bool same(const Parameters& a, const Parameters& b)
{
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](const auto& x, const auto& y) {
        const std::vector<Conditional>&p = x.second.conditionals, &q = y.second.conditionals;
        return x.first == y.first && std::equal(p.begin(), p.end(), q.begin(), q.end(), sameConditional);
    });
}

bool same(const std::vector<InputModel>& a, const std::vector<InputModel>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const InputModel& x, const InputModel& y) {
        return x.model == y.model && x.layerRange == y.layerRange && same(x.parameters, y.parameters);
    });
}

bool same(const Module& a, const Module& b)
{
    return a.name == b.name && same(a.models, b.models) && same(a.parameters, b.parameters) &&
           std::equal(a.slices.begin(), a.slices.end(), b.slices.begin(), b.slices.end(),
                      [](const Slice& x, const Slice& y) {
                          return same(x.sources, y.sources) && x.baseModel == y.baseModel &&
                                 same(x.parameters, y.parameters);
                      });
}

bool same(const std::optional<TokenizerRequest>& a, const std::optional<TokenizerRequest>& b)
{
    if (!a || !b)
        return a.has_value() == b.has_value();
    return a->source == b->source && a->model == b->model && a->padToMultipleOf == b->padToMultipleOf &&
           a->legacyForm == b->legacyForm &&
           std::equal(a->tokens.begin(), a->tokens.end(), b->tokens.begin(), b->tokens.end(),
                      [](const TokenRule& x, const TokenRule& y) {
                          return x.token == y.token && x.kind == y.kind && x.model == y.model &&
                                 x.sourceToken == y.sourceToken && x.sourceTokenId == y.sourceTokenId &&
                                 x.hasSource == y.hasSource && x.force == y.force;
                      });
}

bool same(const MergeRecipe& a, const MergeRecipe& b)
{
    return a.name == b.name && a.mergeMethod == b.mergeMethod && a.usesModules == b.usesModules &&
           std::equal(a.modules.begin(), a.modules.end(), b.modules.begin(), b.modules.end(),
                      [](const Module& x, const Module& y) { return same(x, y); }) &&
           a.baseModel == b.baseModel && same(a.parameters, b.parameters) && a.dtype == b.dtype &&
           a.outDtype == b.outDtype && same(a.tokenizer, b.tokenizer) && a.chatTemplate == b.chatTemplate;
}

MergeRecipe parse(const std::string& yaml, Problems& problems)
{
    return parseMergeRecipe(yaml, "r.yaml", problems, {"weight", "density", "t", "normalize"});
}

const Setting& globalSetting(const MergeRecipe& recipe, const char* name)
{
    return recipe.parameters.at(name);
}

// A complete recipe around one line, for tests of that line.
std::string around(const std::string& extra)
{
    return "merge_method: linear\nmodels:\n  - model: a\n  - model: b\n" + extra + "\n";
}

} // namespace

class TestMergeRecipe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsModelReferences_data();
    void readsModelReferences();
    void refusesModelReferences_data();
    void refusesModelReferences();
    void readsEveryPart();
    void readsSlices();
    void readsTokenizer();
    void refuses_data();
    void refuses();
    void warns_data();
    void warns();
    void acceptsWhatMergekitAccepts_data();
    void acceptsWhatMergekitAccepts();
    void reportsEverythingAtOnce();
    void listsModelsInOrderOfMention();
    void goldenRecipesSurviveARoundTrip_data();
    void goldenRecipesSurviveARoundTrip();
    void oddRecipesSurviveARoundTrip_data();
    void oddRecipesSurviveARoundTrip();
    void readsStages();
    void ordersStages();
    void refusesStages_data();
    void refusesStages();
    void namesTheStagesInACircle();
};

void TestMergeRecipe::readsModelReferences_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("parts");
    QTest::newRow("path") << "a/b" << QStringList{"a/b", "", "", ""};
    QTest::newRow("revision") << "a@v1" << QStringList{"a", "v1", "", ""};
    QTest::newRow("adapter") << "a+l" << QStringList{"a", "", "l", ""};
    QTest::newRow("all four") << "a@v1+l@v2" << QStringList{"a", "v1", "l", "v2"};
    QTest::newRow("spaces") << "my model" << QStringList{"my model", "", "", ""};
}

void TestMergeRecipe::readsModelReferences()
{
    QFETCH(QString, text);
    QFETCH(QStringList, parts);
    const ModelRef model = ModelRef::parse(text.toStdString());
    QCOMPARE(QString::fromStdString(model.model), parts[0]);
    QCOMPARE(QString::fromStdString(model.revision), parts[1]);
    QCOMPARE(QString::fromStdString(model.lora), parts[2]);
    QCOMPARE(QString::fromStdString(model.loraRevision), parts[3]);
    QCOMPARE(QString::fromStdString(model.toString()), text);
}

void TestMergeRecipe::refusesModelReferences_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : {"", "a+b+c", "a@b@c", "a+l@x@y", "@v", "+l", "a+", "a@", "a@+l"})
        QTest::addRow("'%s'", text) << QString::fromUtf8(text);
}

void TestMergeRecipe::refusesModelReferences()
{
    QFETCH(QString, text);
    QVERIFY_THROWS_EXCEPTION(Error, ModelRef::parse(text.toStdString()));
}

void TestMergeRecipe::readsEveryPart()
{
    Problems problems;
    const MergeRecipe recipe = parse(R"(merge_method: ties
base_model: {model: {path: "we+ird@path", revision: main}, lora: ad, override_architecture: LlamaForCausalLM}
models:
  - model: a
    parameters:
      weight: [0, 0.5, 1]
      density:
        - filter: mlp
          value: 0.7
        - value: [0.1, 0.2]
  - model: b
    parameters: {weight: {value: 2, filter: "*"}}
parameters:
  normalize: true
  int8_mask: no
dtype: torch.bfloat16
out_dtype: float16
chat_template: chatml
)",
                                     problems);
    QVERIFY2(!problems.hasErrors(), problems.empty() ? "" : problems.all()[0].toLine().c_str());
    QCOMPARE(recipe.mergeMethod, std::string("ties"));
    QCOMPARE(recipe.baseModel->model, std::string("we+ird@path"));
    QCOMPARE(recipe.baseModel->overrideArchitecture, std::string("LlamaForCausalLM"));
    QCOMPARE(recipe.modules.size(), 1u);
    QCOMPARE(recipe.modules[0].name, std::string("default"));
    const Parameters& first = recipe.modules[0].models[0].parameters;
    QVERIFY(first.at("weight").conditionals[0].isGradient);
    QCOMPARE(first.at("weight").conditionals[0].values.size(), 3u);
    QVERIFY(first.at("density").isConditional);
    QCOMPARE(first.at("density").conditionals.size(), 2u);
    QCOMPARE(first.at("density").conditionals[0].filter, std::string("mlp"));
    const Setting& single = recipe.modules[0].models[1].parameters.at("weight");
    QVERIFY(single.isConditional);
    QCOMPARE(single.conditionals[0].values[0].number, 2.0);
    QVERIFY(globalSetting(recipe, "normalize").conditionals[0].values[0].isBool);
    QCOMPARE(globalSetting(recipe, "normalize").conditionals[0].values[0].number, 1.0);
    QCOMPARE(globalSetting(recipe, "int8_mask").conditionals[0].values[0].number, 0.0);
    QVERIFY(recipe.dtype == DType::BF16);
    QVERIFY(recipe.outDtype == DType::F16);
    QCOMPARE(recipe.chatTemplate, std::string("chatml"));
    QCOMPARE(recipe.mergeMethodPosition.line, 1);
    QCOMPARE(recipe.mergeMethodPosition.column, 15);
}

void TestMergeRecipe::readsSlices()
{
    Problems problems;
    const MergeRecipe recipe = parse(R"(merge_method: passthrough
slices:
  - sources:
      - {model: a, layer_range: [0, 4]}
    base_model: c
    parameters: {t: 0.5}
  - sources:
      - model: b
        layer_range: [2.0, "6"]
)",
                                     problems);
    QVERIFY(problems.empty());
    QVERIFY(recipe.usesSlices());
    const Module& module = recipe.modules[0];
    QCOMPARE(module.slices.size(), 2u);
    QCOMPARE((*module.slices[0].sources[0].layerRange)[1], std::int64_t(4));
    QCOMPARE(module.slices[0].baseModel->model, std::string("c"));
    QCOMPARE((*module.slices[1].sources[0].layerRange)[0], std::int64_t(2));
    QCOMPARE((*module.slices[1].sources[0].layerRange)[1], std::int64_t(6));
}

void TestMergeRecipe::readsTokenizer()
{
    Problems problems;
    const MergeRecipe recipe = parse(around(R"(tokenizer:
  source: union
  pad_to_multiple_of: 64
  tokens:
    "!": {source: a, force: true}
    <|new|>:
      source: {kind: model_token, model: b, token: zz}
    <|id|>:
      source: {kind: model_token, model: b, token_id: 7}
    <|zero|>: {source: {kind: zero}}
    <|named|>: {}
    <|bare|>:
)"),
                                     problems);
    QVERIFY2(problems.empty(), problems.empty() ? "" : problems.all()[0].toLine().c_str());
    const TokenizerRequest& request = *recipe.tokenizer;
    QCOMPARE(request.padToMultipleOf, std::int64_t(64));
    QCOMPARE(request.tokens.size(), 6u);
    QVERIFY(request.tokens[0].force);
    QCOMPARE(request.tokens[0].model.model, std::string("a"));
    QCOMPARE(request.tokens[1].sourceToken, std::string("zz"));
    QCOMPARE(*request.tokens[2].sourceTokenId, std::int64_t(7));
    QVERIFY(request.tokens[3].kind == TokenRule::Kind::Zero);
    QVERIFY(!request.tokens[4].hasSource);
    QVERIFY(!request.tokens[5].hasSource);

    const MergeRecipe legacy = parse(around("tokenizer_source: org/model@v1"), problems);
    QVERIFY(legacy.tokenizer->legacyForm);
    QVERIFY(legacy.tokenizer->source == TokenizerRequest::Source::Model);
    QCOMPARE(legacy.tokenizer->model.revision, std::string("v1"));
}

void TestMergeRecipe::refuses_data()
{
    QTest::addColumn<QString>("yaml");
    QTest::addColumn<int>("line");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const std::string& yaml, int line, const char* says) {
        QTest::newRow(name) << QString::fromStdString(yaml) << line << QString::fromUtf8(says);
    };
    row("empty", "", 0, "empty");
    row("only a comment", "# nothing\n", 0, "empty");
    row("a list", "- a\n", 1, "must be a map of keys and values, but is a list");
    row("a word", "hello\n", 1, "but is the text hello");
    row("no method", "models: [{model: a}]\n", 1, "`merge_method` is missing");
    row("method is a number", "merge_method: 3\nmodels: [{model: a}]\n", 1, "must be text, but is the number 3");
    row("no inputs", "merge_method: linear\n", 1, "names no inputs");
    row("two kinds of input", "merge_method: linear\nmodels: [{model: a}]\nslices: [{sources: [{model: a, layer_range: [0, 1]}]}]\n",
        1, "`models` and `slices`");
    row("models is a map", "merge_method: linear\nmodels: {a: 1}\n", 2, "`models` must be a list, but is a map");
    row("models is empty", "merge_method: linear\nmodels: []\n", 2, "empty list");
    row("model without a name", "merge_method: linear\nmodels: [{parameters: {}}]\n", 2, "`models[0].model` is missing");
    row("model is a number", "merge_method: linear\nmodels: [{model: 7}]\n", 2, "but is the number 7");
    row("model is a word", "merge_method: linear\nmodels: [a]\n", 2, "`models[0]` must be a map");
    row("two adapters", "merge_method: linear\nmodels: [{model: a+b+c}]\n", 2, "More than one +");
    row("weight is a word", "merge_method: linear\nmodels:\n  - model: a\n    parameters: {weight: much}\n", 4,
        "`models[0].parameters.weight` must be a finite number, but is the text much");
    row("weight is nothing", "merge_method: linear\nmodels:\n  - model: a\n    parameters: {weight: }\n", 4, "but is nothing");
    row("weight is infinite", around("parameters: {weight: .inf}"), 5, "finite number");
    row("weight is huge", around("parameters: {weight: 1e999}"), 5, "finite number");
    row("empty gradient", around("parameters: {weight: []}"), 5, "but is an empty list");
    row("nested gradient", around("parameters: {weight: [[1]]}"), 5, "`parameters.weight[0]`");
    row("mixed list", around("parameters: {weight: [1, {value: 2}]}"), 5, "`parameters.weight[1]`");
    row("mixed conditionals", around("parameters: {weight: [{value: 2}, 1]}"), 5, "`parameters.weight[1]`");
    row("conditional without value", around("parameters: {weight: [{filter: mlp}]}"), 5, "value` is missing");
    row("filter is a number", around("parameters: {weight: [{filter: 3, value: 1}]}"), 5, "`parameters.weight[0].filter`");
    row("value is a map", around("parameters: {weight: {value: {a: 1}}}"), 5, "but is a map");
    row("parameters is a list", around("parameters: [1]"), 5, "`parameters` must be a map");
    row("bf16", around("dtype: bf16"), 5, "`dtype` is bf16");
    row("dtype is a list", around("dtype: [float32]"), 5, "must be text");
    row("float64", around("out_dtype: float64"), 5, "`out_dtype`");
    row("both tokenizer forms", around("tokenizer_source: base\ntokenizer: {source: base}"), 5, "both");
    row("tokenizer is a word", around("tokenizer: union"), 5, "`tokenizer` must be a map");
    row("negative padding", around("tokenizer: {pad_to_multiple_of: -8}"), 5, "between 0 and");
    row("huge padding", around("tokenizer: {pad_to_multiple_of: 99999999999}"), 5, "between 0 and");
    row("padding with a fraction", around("tokenizer: {pad_to_multiple_of: 1.5}"), 5, "whole number");
    row("unknown kind", around("tokenizer: {tokens: {x: {source: {kind: none}}}}"), 5, "`model_token` or `zero`");
    row("token and id", around("tokenizer: {tokens: {x: {source: {kind: model_token, model: a, token: b, token_id: 1}}}}"), 5,
        "exactly one of");
    row("neither token nor id", around("tokenizer: {tokens: {x: {source: {kind: model_token, model: a}}}}"), 5, "exactly one of");
    row("force is a word", around("tokenizer: {tokens: {x: {force: maybe}}}"), 5, "true or false");
    row("two documents", around("---\na: 1"), 6, "2 documents");
    row("twice the same key", around("merge_method: ties"), 5, "given twice");
    const std::string slices = "merge_method: passthrough\nslices:\n";
    row("no layer range", slices + "  - sources: [{model: a}]\n", 3, "layer_range` is missing");
    row("layer range of one", slices + "  - sources: [{model: a, layer_range: [3]}]\n", 3, "two whole numbers");
    row("layer range of words", slices + "  - sources: [{model: a, layer_range: [x, y]}]\n", 3, "whole number");
    row("empty layer range", slices + "  - sources: [{model: a, layer_range: [2, 2]}]\n", 3, "holds no layers");
    row("reversed layer range", slices + "  - sources: [{model: a, layer_range: [4, 2]}]\n", 3, "holds no layers");
    row("negative layer", slices + "  - sources: [{model: a, layer_range: [-1, 2]}]\n", 3, "holds no layers");
    row("huge layer", slices + "  - sources: [{model: a, layer_range: [0, 1e300]}]\n", 3, "whole number");
    row("unequal lengths", slices + "  - sources:\n    - {model: a, layer_range: [0, 2]}\n    - {model: b, layer_range: [0, 3]}\n", 5,
        "2 layers of a with 3 layers of b");
    row("no sources", slices + "  - sources: []\n", 3, "empty list");
    row("module of both", "merge_method: linear\nmodules:\n  default: {}\n", 3, "exactly one of `models` and `slices`");
    row("modules is a list", "merge_method: linear\nmodules: [a]\n", 2, "`modules` must be a map");
}

void TestMergeRecipe::refuses()
{
    QFETCH(QString, yaml);
    QFETCH(int, line);
    QFETCH(QString, says);
    Problems problems;
    parse(yaml.toStdString(), problems);
    QVERIFY(problems.hasErrors());
    const auto first = std::find_if(problems.all().begin(), problems.all().end(),
                                    [](const Problem& problem) { return problem.severity == Severity::Error; });
    const QString message = QString::fromStdString(first->message);
    QVERIFY2(message.contains(says), qPrintable(message));
    QCOMPARE(first->line, line);
    QVERIFY(first->where.starts_with("r.yaml"));
}

void TestMergeRecipe::warns_data()
{
    QTest::addColumn<QString>("yaml");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("hint");
    const auto row = [](const char* name, const std::string& yaml, const char* message, const char* hint) {
        QTest::newRow(name) << QString::fromStdString(yaml) << QString::fromUtf8(message) << QString::fromUtf8(hint);
    };
    row("misspelt key", around("base_modle: a"), "base_modle", "`base_model`");
    row("unknown key", around("zzzz: a"), "zzzz is not known here", "");
    row("parameter at the top", around("weight: 1"), "weight", "under `parameters:`");
    row("parameter beside the model", "merge_method: linear\nmodels: [{model: a, weight: 1}]\n", "models[0]", "under `parameters:`");
    row("layer range under models", "merge_method: linear\nmodels: [{model: a, layer_range: [0, 1]}]\n", "layer_range", "`slices:`");
    row("misspelt parameter", around("parameters: {wieght: 1}"), "wieght", "`weight`");
    row("misspelt in a conditional", around("parameters: {weight: [{value: 1, fliter: mlp}]}"), "fliter", "`filter`");
    row("misspelt in a model's map", "merge_method: linear\nmodels: [{model: {model: a, lorra: b}}]\n", "lorra", "`lora`");
    row("misspelt in a slice", "merge_method: linear\nslices: [{sources: [{model: a, layer_range: [0, 1]}], parametres: {}}]\n",
        "parametres", "`parameters`");
    row("misspelt in tokenizer", around("tokenizer: {sorce: base}"), "sorce", "`source`");
    row("never reached", around("parameters: {weight: [{value: 1}, {value: 2, filter: mlp}]}"), "never used", "last");
    row("residual weight", "merge_method: linear\nslices: [{sources: [{model: a, layer_range: [0, 1]}], residual_weight: 1}]\n",
        "residual_weight", "");
}

void TestMergeRecipe::warns()
{
    QFETCH(QString, yaml);
    QFETCH(QString, message);
    QFETCH(QString, hint);
    Problems problems;
    parse(yaml.toStdString(), problems);
    QVERIFY2(!problems.hasErrors(), problems.empty() ? "" : problems.all()[0].toLine().c_str());
    QCOMPARE(problems.all().size(), 1u);
    const Problem& problem = problems.all()[0];
    QVERIFY(problem.severity == Severity::Warning);
    QVERIFY2(QString::fromStdString(problem.message).contains(message), problem.message.c_str());
    QVERIFY2(QString::fromStdString(problem.hint).contains(hint), problem.hint.c_str());
    QVERIFY(problem.line > 0);
}

void TestMergeRecipe::acceptsWhatMergekitAccepts_data()
{
    QTest::addColumn<QString>("yaml");
    const auto row = [](const char* name, const std::string& yaml) { QTest::newRow(name) << QString::fromStdString(yaml); };
    row("number in quotes", around("parameters: {weight: \"0.5\"}"));
    row("exponent without a point", around("parameters: {weight: 1e-4}"));
    row("null sections", around("parameters:\nbase_model:\ndtype:\nslices:\nmodules: ~"));
    row("prefix torch.", around("dtype: torch.float32"));
    row("empty dtype", around("dtype: ''"));
    row("null filter", around("parameters: {weight: [{value: 1, filter: null}]}"));
    row("boolean gradient", around("parameters: {normalize: [true, false]}"));
    row("JSON", R"({"merge_method": "linear", "models": [{"model": "a", "parameters": {"weight": 1.0}}]})");
    row("CRLF", "merge_method: linear\r\nmodels:\r\n- model: a\r\n");
    row("byte order mark", "\xef\xbb\xbfmerge_method: linear\nmodels:\n- model: a\n");
    row("anchors", "merge_method: linear\nmodels:\n- model: a\n  parameters: &p {weight: 1}\n- model: b\n  parameters: *p\n");
    row("document marks", "---\nmerge_method: linear\nmodels: [{model: a}]\n...\n");
}

void TestMergeRecipe::acceptsWhatMergekitAccepts()
{
    QFETCH(QString, yaml);
    Problems problems;
    const MergeRecipe recipe = parse(yaml.toStdString(), problems);
    QVERIFY2(problems.empty(), problems.empty() ? "" : problems.all()[0].toLine().c_str());
    QVERIFY(!recipe.modules[0].models.empty());
    QCOMPARE(QString::fromStdString(recipe.source), yaml);
}

void TestMergeRecipe::reportsEverythingAtOnce()
{
    Problems problems;
    parse("merge_method: 1\nmodels:\n  - model: 2\n  - {}\ndtype: bf16\nparameters: {weight: x}\nfoo: 1\n", problems);
    QCOMPARE(problems.all().size(), 6u);
}

void TestMergeRecipe::listsModelsInOrderOfMention()
{
    Problems problems;
    const MergeRecipe recipe = parse(
        "merge_method: ties\nbase_model: base\nmodels: [{model: b}, {model: a}, {model: b}, {model: a+l}]\n", problems);
    std::vector<std::string> names;
    for (const ModelRef& model : recipe.referencedModels())
        names.push_back(model.toString());
    QCOMPARE(names, (std::vector<std::string>{"b", "a", "a+l", "base"}));
}

void TestMergeRecipe::goldenRecipesSurviveARoundTrip_data()
{
    QTest::addColumn<QString>("file");
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(CRUCIBLE_SOURCE_DIR "/tests/golden/recipes"))
        files.push_back(entry.path().string());
    std::sort(files.begin(), files.end());
    QVERIFY(files.size() >= 60);
    for (const std::string& file : files)
        QTest::newRow(std::filesystem::path(file).stem().string().c_str()) << QString::fromStdString(file);
}

void TestMergeRecipe::goldenRecipesSurviveARoundTrip()
{
    QFETCH(QString, file);
    Problems problems;
    const MergeRecipe recipe = parseMergeRecipe(readFile(file.toStdString()), "config.yaml", problems);
    QVERIFY2(problems.empty(), problems.empty() ? "" : problems.all()[0].toLine().c_str());
    const std::string written = toYaml(recipe);
    const MergeRecipe again = parseMergeRecipe(written, "again.yaml", problems);
    QVERIFY2(problems.empty(), written.c_str());
    QVERIFY2(same(recipe, again), written.c_str());
    QCOMPARE(toYaml(again), written);
}

void TestMergeRecipe::oddRecipesSurviveARoundTrip_data()
{
    QTest::addColumn<QString>("yaml");
    const auto row = [](const char* name, const std::string& yaml) { QTest::newRow(name) << QString::fromStdString(yaml); };
    row("paths with + and @", around("base_model: {model: {path: 'a+b@c', revision: 'v+1'}, lora: {path: 'l@l'}}"));
    row("override", around("base_model: {model: a, override_architecture: 'X, Y'}"));
    row("path with a space and a colon", around("base_model: 'C: drive/x'"));
    row("path like a number", around("base_model: '123'"));
    row("multi-line template", around("chat_template: |\n  {% for m in messages %}\n    {{ m }}\n\n  {% endfor %}"));
    row("template without a last newline", around("chat_template: |-\n  {{ a }}\n  {{ b }}"));
    row("template with leading space", around("chat_template: \" {{ a }}\\n {{ b }} # c\\t\\n\\n\""));
    row("template with a line of spaces", around("chat_template: \"{{ a }}\\n   \\n{{ b }}\\n\""));
    row("tokens", around("tokenizer: {source: 'union', tokens: {'a: b': {}, '<<': {force: true}, ' x': {source: {kind: zero}}, "
                         "'\\n': {source: {kind: model_token, model: 'p+l', token_id: 3}}}}"));
    row("model called base", around("tokenizer: {source: {model: base}}"));
    row("stage name", around("name: stage-1"));
    row("modules and filters",
        "merge_method: linear\nmodules:\n  'text decoder':\n    slices:\n    - sources: [{model: a, layer_range: [0, 1], "
        "parameters: {weight: [{filter: 'a: b', value: [1, 1e-7]}, {filter: '*', value: yes}]}}]\n      parameters: {weight: "
        "-0.25}\n      base_model: q\n    - sources: [{model: b, layer_range: [0, 1]}]\n    parameters: {t: 1}\n");
}

void TestMergeRecipe::oddRecipesSurviveARoundTrip()
{
    QFETCH(QString, yaml);
    Problems problems;
    const MergeRecipe recipe = parse(yaml.toStdString(), problems);
    QVERIFY2(problems.empty(), problems.empty() ? "" : problems.all()[0].toLine().c_str());
    const std::string written = toYaml(recipe);
    const MergeRecipe again = parse(written, problems);
    QVERIFY2(problems.empty() && same(recipe, again), written.c_str());
}

void TestMergeRecipe::readsStages()
{
    Problems problems;
    const std::vector<MergeRecipe> stages =
        parseMergeStages("name: one\n" + around("") + "---\nmerge_method: slerp\nmodels: [{model: one}, {model: c}]\n---\n",
                         "m.yaml", problems);
    QVERIFY2(problems.empty(), problems.empty() ? "" : problems.all()[0].toLine().c_str());
    QCOMPARE(stages.size(), 2u);
    QCOMPARE(stages[0].name, std::string("one"));
    QVERIFY(stages[1].name.empty());
    QCOMPARE(stages[1].mergeMethod, std::string("slerp"));
    QVERIFY(stages[0].source.find("name: one") != std::string::npos);
}

// A stage may refer to one that is written after it: stages come back in an order in which they can run.
void TestMergeRecipe::ordersStages()
{
    Problems problems;
    const auto stage = [](const char* name, const char* uses) {
        return std::string("name: ") + name + "\nmerge_method: linear\nmodels: [{model: " + uses + "}, {model: x}]\n---\n";
    };
    const std::vector<MergeRecipe> stages =
        parseMergeStages(stage("c", "b@v1+lora") + stage("b", "a") + stage("a", "org/m") + stage("d", "c"), "m.yaml", problems);
    QVERIFY2(problems.empty(), problems.empty() ? "" : problems.all()[0].toLine().c_str());
    std::string order;
    for (const MergeRecipe& recipe : stages)
        order += recipe.name;
    QCOMPARE(order, std::string("abcd"));
}

void TestMergeRecipe::refusesStages_data()
{
    QTest::addColumn<QString>("yaml");
    const auto row = [](const char* name, const std::string& yaml) { QTest::newRow(name) << QString::fromStdString(yaml); };
    row("nothing", "");
    row("no name in the middle", around("") + "---\n" + around("name: x"));
    row("same name twice", around("name: x") + "---\n" + around("name: x"));
    row("name that leaves the folder", around("name: ../x") + "---\n" + around(""));
    row("circle", around("name: a") + "---\n" + around("name: b"));
    row("broken document", around("name: q") + "---\nmodels: {\n");
}

void TestMergeRecipe::refusesStages()
{
    QFETCH(QString, yaml);
    Problems problems;
    parseMergeStages(yaml.toStdString(), "m.yaml", problems);
    QVERIFY(problems.hasErrors());
}

void TestMergeRecipe::namesTheStagesInACircle()
{
    Problems problems;
    parseMergeStages("name: a\nmerge_method: passthrough\nmodels: [{model: a}]\n---\n"
                     "merge_method: passthrough\nmodels: [{model: x}]\ntokenizer_source: a\n",
                     "m.yaml", problems);
    QCOMPARE(problems.all().size(), 1u);
    QVERIFY2(problems.all()[0].message.ends_with(": a"), problems.all()[0].message.c_str());
}

QTEST_GUILESS_MAIN(TestMergeRecipe)
#include "tst_merge_recipe.moc"
