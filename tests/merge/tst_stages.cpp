// SPDX-License-Identifier: GPL-3.0-or-later
// Protects: stages run after those they use, whatever order they are written in; all are planned before the first runs;
// a finished stage is kept exactly as long as nothing it was made from changed.
#include "tiny_llama.h"

#include "merge/stages.h"

#include <QtTest>

using namespace crucible;
using namespace crucible::tests;
namespace fs = std::filesystem;

namespace {

// The name of each stage that was run.
std::vector<std::string> runStages(const merge::StagesPlan& plan)
{
    std::vector<std::string> run;
    Progress progress;
    merge::executeStages(plan, progress, {}, [&](const merge::Plan& stage, Progress& told) {
        run.push_back(stage.options.output.filename().string());
        return merge::executeMerge(stage, told, {});
    });
    return run;
}

const std::string kMiddle = "name: middle\nmerge_method: linear\nmodels:\n"
                            "  - {model: a, parameters: {weight: 0.25}}\n"
                            "  - {model: b, parameters: {weight: 0.75}}\n";
const std::string kStack = "name: stack\nmerge_method: passthrough\nslices:\n"
                           "  - sources: [{model: middle, layer_range: [0, 2]}]\n"
                           "  - sources: [{model: c, layer_range: [0, 2]}]\n";
const std::string kStackAsLast = kStack.substr(kStack.find('\n') + 1); // without its name
const std::string kLast = "merge_method: slerp\nbase_model: stack\nparameters: {t: 0}\nmodels:\n"
                          "  - model: stack\n  - model: stack2\n";
const std::string kStack2 = "name: stack2\nmerge_method: passthrough\nslices:\n"
                            "  - sources: [{model: c, layer_range: [0, 2]}]\n"
                            "  - sources: [{model: middle, layer_range: [0, 2]}]\n";

} // namespace

class TestStages : public QObject {
    Q_OBJECT
private:
    std::unique_ptr<QTemporaryDir> m_temporary;
    fs::path m_folder;

    merge::StagesOptions options() const
    {
        merge::StagesOptions options;
        options.output = m_folder / "out";
        options.intermediate = m_folder / "between";
        options.merge.search.relativeTo = m_folder;
        options.merge.search.modelFolders = {m_folder};
        options.merge.threads = 1;
        return options;
    }

private Q_SLOTS:
    void init()
    {
        m_temporary = std::make_unique<QTemporaryDir>();
        m_folder = m_temporary->path().toStdString();
        for (const char* name : {"a", "b", "c"})
            TinyLlama(static_cast<unsigned>(name[0])).write(m_folder / name);
    }

    void runsInOrder()
    {
        const std::string text = kStack + "---\n" + kStack2 + "---\n" + kMiddle + "---\n" + kLast;
        const merge::StagesPlan plan = merge::planStages(text, "stages.yml", options());
        QVERIFY2(plan.sound(), plan.sound() ? "" : plan.problems.all().front().toLine().c_str());
        QCOMPARE(plan.plans.size(), std::size_t(4));
        QCOMPARE(plan.plans.back().costs.layers, 4); // known before any stage ran
        QVERIFY(!fs::exists(m_folder / "between"));
        QVERIFY(!fs::exists(plan.standIns));
        QCOMPARE(runStages(plan), (std::vector<std::string>{"middle", "stack", "stack2", "out"}));
        const auto out = formats::openCheckpoint(m_folder / "out");
        const auto a = formats::openCheckpoint(m_folder / "a"), b = formats::openCheckpoint(m_folder / "b");
        const std::string norm = "model.layers.1.input_layernorm.weight";
        std::vector<float> expected = valuesOf(*a, norm);
        const std::vector<float> other = valuesOf(*b, norm);
        for (std::size_t i = 0; i < expected.size(); ++i)
            expected[i] = 0.25f * expected[i] + 0.75f * other[i];
        QVERIFY(largestDifference(valuesOf(*out, norm), expected) < 1e-6);
        QVERIFY(valuesOf(*out, "model.layers.3.input_layernorm.weight") ==
                valuesOf(*formats::openCheckpoint(m_folder / "c"), norm));
    }

    void keepsWhatDidNotChange()
    {
        const std::string text = kMiddle + "---\n" + kStack;
        merge::StagesOptions named = options();
        named.output.clear();
        const auto again = [&](const std::string& yaml, const merge::StagesOptions& with) {
            const merge::StagesPlan plan = merge::planStages(yaml, "stages.yml", with);
            plan.problems.throwIfErrors();
            return runStages(plan);
        };
        const std::vector<std::string> both = {"middle", "stack"}, none, stack = {"stack"};
        QCOMPARE(again(text, named), both);
        QCOMPARE(again(text, named), none);
        // Another setting of the second stage.
        std::string changed = text;
        changed.replace(changed.rfind("[0, 2]"), 6, "[0, 1]");
        QCOMPARE(again(changed, named), stack);
        // Other weights of an input of the second stage only.
        TinyLlama(77).write(m_folder / "c");
        QCOMPARE(again(changed, named), stack);
        // Other weights of the first stage's input change both.
        TinyLlama(78).write(m_folder / "a");
        QCOMPARE(again(changed, named), both);
        // A result that was tampered with is made again; it comes out as before, so what uses it stays.
        TinyLlama(79).write(m_folder / "between" / "middle");
        QCOMPARE(again(changed, named), std::vector<std::string>{"middle"});
        named.lazy = false;
        QCOMPARE(again(changed, named), both);
    }

    void removesTheIntermediate()
    {
        merge::StagesOptions once = options();
        once.removeIntermediate = true;
        const merge::StagesPlan plan = merge::planStages(kMiddle + "---\n" + kStackAsLast, "stages.yml", once);
        plan.problems.throwIfErrors();
        QCOMPARE(runStages(plan).size(), std::size_t(2));
        QVERIFY(fs::exists(m_folder / "out" / "model.safetensors"));
        QVERIFY(!fs::exists(m_folder / "between"));
        // The same again: the output is there already. Another recipe must not replace it unasked.
        QVERIFY(merge::planStages(kMiddle + "---\n" + kStackAsLast, "stages.yml", once).sound());
        const std::string other = kStackAsLast.substr(0, kStackAsLast.rfind("[0, 2]")) + "[0, 1]}]\n";
        QVERIFY(!merge::planStages(kMiddle + "---\n" + other, "stages.yml", once).sound());
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("yaml");
        QTest::addColumn<QString>("message");
        const QString middle = QString::fromStdString(kMiddle), stack = QString::fromStdString(kStack);
        QTest::newRow("misspelt stage") << middle + "---\n" + QString(stack).replace("model: middle", "model: midle")
                                        << "no model and no stage called midle";
        QTest::newRow("circle") << QString(middle).replace("model: a", "model: stack") + "---\n" + stack << "circle";
        QTest::newRow("range beyond a later model") << middle + "---\n" + QString(stack).replace("middle, layer_range: [0, 2]", "middle, layer_range: [0, 9]")
                                                    << "middle, which has 2";
        QTest::newRow("missing model") << middle + "---\n" + QString(stack).replace("model: c", "model: nowhere") << "there is no model";
    }

    void refuses()
    {
        QFETCH(QString, yaml);
        QFETCH(QString, message);
        const merge::StagesPlan plan = merge::planStages(yaml.toStdString(), "stages.yml", options());
        QVERIFY(!plan.sound());
        const auto& all = plan.problems.all();
        const bool told = std::any_of(all.begin(), all.end(), [&](const Problem& problem) {
            return problem.severity == Severity::Error && QString::fromStdString(problem.message).contains(message);
        });
        QVERIFY2(told, all.front().toLine().c_str());
        QCOMPARE(entriesIn(m_folder), std::size_t(3));
    }

    // What is finished before a cancel is kept for the next attempt, or removed when it was an error.
    void leavesNothingAfterAnError()
    {
        merge::StagesOptions once = options();
        once.removeIntermediate = true;
        const std::string text = kMiddle + "---\n" + kStackAsLast;
        const merge::StagesPlan plan = merge::planStages(text, "stages.yml", once);
        Progress progress;
        const auto failAtLast = [&](const Error& error) {
            return [&, error](const merge::Plan& stage, Progress& told) {
                if (stage.options.output.filename() == "out")
                    throw error;
                return merge::executeMerge(stage, told, {});
            };
        };
        QVERIFY_THROWS_EXCEPTION(Error, merge::executeStages(plan, progress, {}, failAtLast(Error::cancelled())));
        QVERIFY(fs::exists(m_folder / "between" / "middle"));
        QVERIFY_THROWS_EXCEPTION(Error, merge::executeStages(plan, progress, {}, failAtLast(Error::invalid("it broke"))));
        QCOMPARE(entriesIn(m_folder), std::size_t(3));
    }
};

QTEST_GUILESS_MAIN(TestStages)
#include "tst_stages.moc"
