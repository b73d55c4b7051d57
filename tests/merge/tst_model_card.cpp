// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/model_card.h"

#include <QRegularExpression>
#include <QTest>

using namespace crucible;
using namespace crucible::merge;

namespace {

CardFacts facts()
{
    CardFacts result;
    result.name = "out";
    result.methodId = "ties";
    result.methodTitle = "TIES";
    result.methodReference = "https://arxiv.org/abs/2306.01708";
    result.models = {{recipe::ModelRef::parse("org/a"), false, false, "f1"}, {recipe::ModelRef::parse("models/b+org/l"), false, true, ""},
                     {recipe::ModelRef::parse("org/base"), true, false, "f3"}};
    result.recipe = "merge_method: ties\n";
    result.version = "0.1.0";
    result.seed = 7;
    return result;
}

} // namespace

class TestModelCard : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void hasTheShapeThatReadersKnow();
    void leavesTheBaseOfSlerpAmongTheModels();
    void hostileNamesStayText();
    void recipesCanNotEndTheirBlock();
};

void TestModelCard::hasTheShapeThatReadersKnow()
{
    const QString card = QString::fromStdString(modelCard(facts()));
    QVERIFY(card.startsWith(QStringLiteral("---\nbase_model:\n- org/a\n- org/base\nlibrary_name: transformers\ntags:\n- mergekit\n- merge\n")));
    QVERIFY(card.contains(QStringLiteral("\n---\n# out\n")));
    for (const char* heading : {"## Merge Details", "### Merge Method", "### Models Merged", "### Configuration"})
        QVERIFY2(card.contains(QStringLiteral("\n%1\n").arg(QLatin1String(heading))), heading);
    QVERIFY(card.contains(QStringLiteral("[TIES](https://arxiv.org/abs/2306.01708) merge method, with [org/base](https://huggingface.co/org/base) as the base")));
    QVERIFY(card.contains(QStringLiteral("\n* [org/a](https://huggingface.co/org/a)\n* models/b + org/l\n")));
    QVERIFY(card.contains(QStringLiteral("```yaml\nmerge_method: ties\n```\n")));
    QVERIFY(card.contains(QStringLiteral("Crucible 0.1.0")) && card.contains(QStringLiteral("seed 7")));
    QVERIFY(card.contains(QStringLiteral("org/a: weights `f1`")));
    CardFacts local = facts();
    local.models = {{recipe::ModelRef::parse("/x/a"), false, true, ""}};
    QVERIFY(modelCard(local).starts_with("---\nbase_model: []\n"));
}

void TestModelCard::leavesTheBaseOfSlerpAmongTheModels()
{
    CardFacts slerp = facts();
    slerp.methodId = "slerp";
    const std::string card = modelCard(slerp);
    QVERIFY(card.find("as the base") == std::string::npos);
    QVERIFY(card.find("* [org/base]") != std::string::npos);
}

void TestModelCard::hostileNamesStayText()
{
    CardFacts hostile = facts();
    hostile.name = "x\n---\n# <script>alert(1)</script> `a` [b](c) *d*";
    hostile.models[0].ref.model = "a\n- injected: true\n---";
    hostile.methodReference = "javascript:alert(1) )";
    const QString card = QString::fromStdString(modelCard(hostile));
    QVERIFY(!card.contains(QStringLiteral("<script")));
    QVERIFY(!card.contains(QStringLiteral("javascript")));
    QVERIFY(!card.contains(QStringLiteral("[b](c)")));
    QVERIFY(!card.contains(QStringLiteral("\n- injected")));
    QCOMPARE(card.count(QRegularExpression(QStringLiteral("^---$"), QRegularExpression::MultilineOption)), 2);
    QCOMPARE(card.count(QRegularExpression(QStringLiteral("^# "), QRegularExpression::MultilineOption)), 1);
}

void TestModelCard::recipesCanNotEndTheirBlock()
{
    CardFacts tricky = facts();
    tricky.recipe = "a: |\n  ```\n  # not a heading\n  ````";
    const std::string card = modelCard(tricky);
    QVERIFY(card.find("\n`````yaml\n" + tricky.recipe + "\n`````\n") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestModelCard)
#include "tst_model_card.moc"
