// SPDX-License-Identifier: GPL-3.0-or-later
// Protects: what the form of the merge page does to a recipe is what a person would have typed, both ways and with undo;
// presets are recipes that read without a problem.
#include "merge/merge_document.h"
#include "merge/presets.h"
#include "merge/recipe_edits.h"

#include <QtTest>

using namespace crucible;
using namespace crucible::workbench;
using recipe::MergeRecipe;
using recipe::ModelRef;

namespace {

ModelRef ref(const char* path)
{
    return ModelRef::parse(path);
}

const ParamSpec& spec(const char* method, const char* name)
{
    for (const ParamSpec& entry : merge::findMergeMethod(method)->params) {
        if (entry.name == name)
            return entry;
    }
    qFatal("no such parameter");
}

int twelveLayers(const ModelRef&)
{
    return 12;
}

} // namespace

class TestMergeDocument : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void firstModelBecomesTheBaseWhereOneIsNeeded()
    {
        MergeRecipe recipe = emptyRecipe("ties");
        addModel(recipe, ref("a/base"), 12);
        addModel(recipe, ref("a/one"), 12);
        addModel(recipe, ref("a/one"), 12);
        QCOMPARE(recipe.baseModel->model, std::string("a/base"));
        QCOMPARE(inputs(std::as_const(recipe)).size(), 2u);
        QVERIFY(!inputs(std::as_const(recipe))[0]->parameters.count("weight"));
        QVERIFY(inputs(std::as_const(recipe))[1]->parameters.count("weight"));
    }

    void tracksFollowFiltersAndModels()
    {
        MergeRecipe recipe = emptyRecipe("slerp");
        addModel(recipe, ref("a"), 12);
        addModel(recipe, ref("b"), 12);
        const ParamSpec& t = spec("slerp", "t");
        QCOMPARE(tracks(recipe, t).size(), 1u);
        QVERIFY(tracks(recipe, t)[0].given); // slerp can not do without
        setTrack(recipe, t, tracks(recipe, t)[0], {0.5});
        addFilter(recipe, t, -1, "self_attn", {0, 1});
        const std::vector<ParameterTrack> after = tracks(recipe, t);
        QCOMPARE(after.size(), 2u);
        QCOMPARE(after[0].filter, std::string("self_attn"));
        QCOMPARE(after[0].values, (std::vector<double>{0, 1}));
        QCOMPARE(after[1].filter, std::string());
        QCOMPARE(after[1].values, std::vector<double>{0.5});
        removeTrack(recipe, t, after[0]);
        QCOMPARE(tracks(recipe, t).size(), 1u);
    }

    void changingTheMethodKeepsWhatItKnows()
    {
        MergeRecipe recipe = emptyRecipe("ties");
        for (const char* name : {"base", "one", "two"})
            addModel(recipe, ref(name), 12);
        setTrack(recipe, spec("ties", "density"), tracks(recipe, spec("ties", "density"))[0], {0.25});
        setMethod(recipe, *merge::findMergeMethod("dare_linear"), twelveLayers);
        QCOMPARE(tracks(recipe, spec("dare_linear", "density"))[0].values, std::vector<double>{0.25});
        setMethod(recipe, *merge::findMergeMethod("linear"), twelveLayers);
        QVERIFY(!recipe.baseModel);
        QCOMPARE(inputs(std::as_const(recipe)).size(), 3u);
        for (const recipe::InputModel* input : inputs(std::as_const(recipe))) {
            QVERIFY(input->parameters.count("weight"));
            QVERIFY(!input->parameters.count("density"));
        }
    }

    void passthroughIsAStackOfBlocks()
    {
        MergeRecipe recipe = emptyRecipe("linear");
        addModel(recipe, ref("a"), 12);
        addModel(recipe, ref("b"), 12);
        setMethod(recipe, *merge::findMergeMethod("passthrough"), twelveLayers);
        QCOMPARE(blocks(recipe), (std::vector<Block>{{ref("a"), 0, 12}, {ref("b"), 0, 12}}));
        setBlocks(recipe, {{ref("a"), 0, 8}, {ref("b"), 4, 12}});
        Problems problems;
        const MergeRecipe again = recipe::parseMergeRecipe(recipe::toYaml(recipe), "again", problems);
        QVERIFY(problems.empty());
        QCOMPARE(blocks(again), blocks(recipe));
        setMethod(recipe, *merge::findMergeMethod("slerp"), twelveLayers);
        QVERIFY(blocks(recipe).empty());
        QCOMPARE(inputs(std::as_const(recipe)).size(), 2u);
    }

    void presetsReadWithoutAProblem_data()
    {
        QTest::addColumn<int>("index");
        for (std::size_t i = 0; i < presets().size(); ++i)
            QTest::newRow(std::string(presets()[i].id).c_str()) << static_cast<int>(i);
    }

    void presetsReadWithoutAProblem()
    {
        QFETCH(int, index);
        const Preset& preset = presets()[static_cast<std::size_t>(index)];
        for (const int layers : {1, 2, 7, 32}) {
            const MergeRecipe made = preset.make({ref("org/a"), ref("org/b"), ref("org/c")}, layers);
            Problems problems;
            const MergeRecipe read = recipe::parseMergeRecipe(recipe::toYaml(made), "preset", problems);
            for (const Problem& problem : problems.all())
                qInfo("%s", problem.toLine().c_str());
            QVERIFY(problems.empty());
            QCOMPARE(recipe::toYaml(read), recipe::toYaml(made));
            for (const Block& block : blocks(read)) {
                QVERIFY(block.start >= 0 && block.start < block.end);
                QVERIFY(block.end <= layers);
            }
        }
    }

    void aDragIsOneStepOfUndo()
    {
        MergeDocument document;
        document.load(QStringLiteral("merge_method: slerp\nbase_model: a\nmodels:\n  - model: a\n  - model: b\nparameters:\n  t: 0.5\n"));
        QVERIFY(document.isReadable());
        const QString before = document.text();
        const ParamSpec& t = spec("slerp", "t");
        for (const double value : {0.6, 0.7, 0.8}) {
            document.edit(QStringLiteral("drag"), [&](MergeRecipe& recipe) {
                setTrack(recipe, t, tracks(recipe, t)[0], {value});
            }, 1);
        }
        document.endSeries();
        document.edit(QStringLiteral("drag"), [&](MergeRecipe& recipe) { setTrack(recipe, t, tracks(recipe, t)[0], {0.9}); }, 1);
        QCOMPARE(tracks(document.recipe(), t)[0].values, std::vector<double>{0.9});
        document.undoStack().undo();
        QCOMPARE(tracks(document.recipe(), t)[0].values, std::vector<double>{0.8});
        document.undoStack().undo();
        QCOMPARE(document.text(), before);
        document.undoStack().redo();
        QCOMPARE(tracks(document.recipe(), t)[0].values, std::vector<double>{0.8});
    }

    void textThatCannotBeReadKeepsTheLastRecipe()
    {
        MergeDocument document;
        document.load(QStringLiteral("merge_method: linear\nmodels:\n  - model: a\n    parameters: {weight: 1}\n"));
        document.editText(document.text() + QStringLiteral("dtype: [\n"));
        QVERIFY(!document.isReadable());
        QVERIFY(document.problems().all().front().line > 0);
        QCOMPARE(document.recipe().mergeMethod, std::string("linear"));
        document.undoStack().undo();
        QVERIFY(document.isReadable());
    }

    void valuesAreReadFromText_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("valid");
        QTest::addColumn<int>("count");
        QTest::newRow("list") << QStringLiteral("0, .5, 1") << true << 3;
        QTest::newRow("brackets") << QStringLiteral("[0 0.5]") << true << 2;
        QTest::newRow("one") << QStringLiteral("-0.3") << true << 1;
        QTest::newRow("empty") << QString() << false << 0;
        QTest::newRow("word") << QStringLiteral("0, half") << false << 0;
        QTest::newRow("not a number") << QStringLiteral("nan") << false << 0;
    }

    void valuesAreReadFromText()
    {
        QFETCH(QString, text);
        QFETCH(bool, valid);
        QFETCH(int, count);
        const auto values = parseValues(text.toStdString());
        QCOMPARE(values.has_value(), valid);
        QCOMPARE(values ? static_cast<int>(values->size()) : 0, count);
    }
};

QTEST_GUILESS_MAIN(TestMergeDocument)
#include "tst_merge_document.moc"
