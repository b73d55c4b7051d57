// SPDX-License-Identifier: GPL-3.0-or-later
#include "recipe/moe_recipe.h"

#include <QTest>

using namespace crucible;
using namespace crucible::recipe;

class TestMoeRecipe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void survivesARoundTrip();
    void refuses_data();
    void refuses();
    void allowsSameModelsForTraining();
};

void TestMoeRecipe::survivesARoundTrip()
{
    Problems problems;
    const MoeRecipe recipe = parseMoeRecipe(R"(base_model: base@v1
gate_mode: cheap_embed
dtype: bfloat16
experts_per_token: 1
architecture: mixtral
experts:
  - source_model: a
    positive_prompts: ["Solve: x", 'write # code']
    negative_prompts: [poem]
    noise_scale: 1e-5
  - source_model: {model: {path: "b+c"}}
    positive_prompts: [story]
    residual_scale: 0.1
shared_experts:
  - source_model: base@v1
    positive_prompts: [anything]
)",
                                            "m.yaml", problems);
    QVERIFY2(problems.empty(), problems.empty() ? "" : problems.all()[0].toLine().c_str());
    QVERIFY(recipe.gateMode == GateMode::CheapEmbed);
    QCOMPARE(recipe.experts.size(), 2u);
    QCOMPARE(recipe.experts[1].model.model, std::string("b+c"));
    QCOMPARE(recipe.referencedModels().size(), 3u);
    const std::string written = toYaml(recipe);
    const MoeRecipe again = parseMoeRecipe(written, "again.yaml", problems);
    QVERIFY2(problems.empty(), written.c_str());
    QCOMPARE(toYaml(again), written);
    QCOMPARE(again.experts[0].positivePrompts, recipe.experts[0].positivePrompts);
    QCOMPARE(*again.experts[0].noiseScale, 1e-5);
    QCOMPARE(*again.experts[1].residualScale, 0.1);
    QVERIFY(again.sharedExperts[0].model == recipe.baseModel);
}

void TestMoeRecipe::refuses_data()
{
    QTest::addColumn<QString>("yaml");
    QTest::addColumn<QString>("says");
    const auto row = [](const char* name, const char* yaml, const char* says) {
        QTest::newRow(name) << QString::fromUtf8(yaml) << QString::fromUtf8(says);
    };
    row("empty", "", "empty");
    row("a list", "[]", "map");
    row("no base", "experts: []", "`base_model` is missing");
    row("no experts", "base_model: a", "`experts` is missing");
    row("experts is text", "base_model: a\nexperts: b", "`experts` must be a list");
    row("too few experts", "base_model: a\nexperts: [{source_model: b, positive_prompts: [x]}]", "there are 1");
    row("no experts per token", "base_model: a\nexperts_per_token: 0\nexperts: [{source_model: b, positive_prompts: [x]}]", "at least 1");
    row("unknown gate mode", "base_model: a\ngate_mode: hiden\nexperts: []", "not a gate mode");
    row("no prompts", "base_model: a\nexperts: [{source_model: b}, {source_model: c}]", "positive_prompts");
    row("same prompts", "base_model: a\nexperts: [{source_model: b, positive_prompts: [x]}, {source_model: c, positive_prompts: [x]}]",
        "same prompts");
    row("same models", "base_model: a\ngate_mode: random\nexperts: [{source_model: b}, {source_model: b}]", "same model");
    row("prompt is a number", "base_model: a\nexperts: [{source_model: b, positive_prompts: [1]}]", "positive_prompts[0]");
    row("negative noise", "base_model: a\nexperts: [{source_model: b, noise_scale: -1}]", "negative");
    row("two shared experts",
        "base_model: a\ngate_mode: random\nexperts: [{source_model: b}, {source_model: c}]\nshared_experts: [{source_model: a}, {source_model: b}]",
        "shared");
    row("two documents", "base_model: a\n---\nbase_model: b", "2 documents");
}

void TestMoeRecipe::refuses()
{
    QFETCH(QString, yaml);
    QFETCH(QString, says);
    Problems problems;
    parseMoeRecipe(yaml.toStdString(), "m.yaml", problems);
    QVERIFY(problems.hasErrors());
    QVERIFY2(QString::fromStdString(problems.all()[0].message).contains(says), problems.all()[0].message.c_str());
}

void TestMoeRecipe::allowsSameModelsForTraining()
{
    Problems problems;
    parseMoeRecipe("base_model: a\ngate_mode: random\nexperts: [{source_model: b}, {source_model: b}]", "m.yaml", problems, true);
    QVERIFY(problems.empty());
}

QTEST_GUILESS_MAIN(TestMoeRecipe)
#include "tst_moe_recipe.moc"
