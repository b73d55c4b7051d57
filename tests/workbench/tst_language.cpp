// SPDX-License-Identifier: GPL-3.0-or-later
// Texts reach the window in the language that is chosen, those of core too, in the contexts that the window looks them up in.
#include "jobs/job.h"
#include "merge/method.h"
#include "merge/plan.h"
#include "merge/presets.h"
#include "pages/page.h"
#include "pages/runs_page.h"
#include "playground/model_choice.h"
#include "recipe/merge_recipe.h"
#include "shell/language.h"
#include "text.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <cerrno>

using namespace crucible;
using namespace crucible::workbench;

namespace {

bool hasHan(const QString& text)
{
    static const QRegularExpression han(QStringLiteral("[\\x{4e00}-\\x{9fff}]"));
    return text.contains(han);
}

QString ofMethod(std::string_view text)
{
    return QCoreApplication::translate("MergeMethod", std::string(text).c_str());
}

} // namespace

class TestLanguage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void languagesAreListedOnce()
    {
        const QStringList languages = Language::available();
        QCOMPARE(languages.first(), QStringLiteral("en"));
        QVERIFY(languages.contains(QStringLiteral("zh_CN")));
        QCOMPARE(QSet<QString>(languages.begin(), languages.end()).size(), languages.size());
    }

    void englishCounts()
    {
        Language language;
        language.install(QStringLiteral("en"));
        QCOMPARE(RunsPage::tr("%n runs", nullptr, 1), QStringLiteral("1 run"));
        QCOMPARE(RunsPage::tr("%n runs", nullptr, 2), QStringLiteral("2 runs"));
    }

    void anUnknownLanguageIsEnglish()
    {
        Language language;
        language.install(QStringLiteral("tlh"));
        QCOMPARE(language.current(), QStringLiteral("en"));
        QCOMPARE(stateText(JobState::Queued), QStringLiteral("queued"));
    }

    void chineseReachesTextsOfCore()
    {
        Language language;
        language.install(QStringLiteral("zh_CN"));
        QCOMPARE(language.current(), QStringLiteral("zh_CN"));
        for (const merge::MergeMethod* method : merge::mergeMethods()) {
            QVERIFY2(hasHan(ofMethod(method->summary)), method->summary.data());
            for (const ParamSpec& spec : method->params)
                QVERIFY2(hasHan(ofMethod(spec.help)), spec.help.data());
        }
        for (const PageEntry* entry : pageEntries()) {
            QVERIFY2(hasHan(pageTitle(*entry)), entry->title.data());
            QVERIFY2(hasHan(pageHelp(*entry)), entry->help.data());
        }
        for (const Preset& preset : presets())
            QVERIFY2(hasHan(preset.translatedSummary()), qPrintable(preset.translatedSummary()));
        for (const JobState state : {JobState::Queued, JobState::Running, JobState::Failed, JobState::Interrupted})
            QVERIFY2(hasHan(stateText(state)), qPrintable(stateText(state)));
        for (const char* stage : {"prepare", "merge", "extract", "finish"})
            QVERIFY2(hasHan(stageText(QLatin1String(stage))), stage);
        QVERIFY(hasHan(QCoreApplication::translate("Error", "A file is damaged")));
    }

    // What a plan says of one recipe, with its names in their places.
    void chineseReachesProblemsOfARecipe()
    {
        Language language;
        language.install(QStringLiteral("zh_CN"));
        Problems problems;
        recipe::parseMergeRecipe("merge_method: ties\nmodels: 3\ndtype: bf16\nmodles: []\n", "recipe", problems);
        QVERIFY(problems.all().size() >= 3);
        merge::MergeOptions options;
        recipe::MergeRecipe missing = recipe::parseMergeRecipe("merge_method: linear\nmodels:\n  - model: /no/such/model\n", "recipe", problems);
        const merge::Plan plan = merge::planMerge(missing, options);
        for (const Problem& problem : plan.problems.all())
            problems.add(problem);
        bool named = false;
        for (const Problem& problem : problems.all()) {
            QVERIFY2(hasHan(spoken(problem.said)), problem.message.c_str());
            QVERIFY2(problem.hint.empty() || hasHan(spoken(problem.advice)), problem.hint.c_str());
            named = named || spoken(problem.said).contains(QStringLiteral("/no/such/model"));
        }
        QVERIFY(named);
        language.install(QStringLiteral("en"));
        for (const Problem& problem : problems.all())
            QCOMPARE(toStd(spoken(problem.said)), problem.message);
    }

    // What a worker that could not load a model says, as it comes over its line.
    void chineseReachesProblemsOfAWorker()
    {
        Language language;
        language.install(QStringLiteral("zh_CN"));
        const QJsonObject event =
            QJsonDocument::fromJson(R"({"event": "failed", "what": "the weight w is missing", "where": "/m", "remedy": "",
                                        "what_said": {"pattern": "the weight %1 is missing", "arguments": ["w"]}, "remedy_said": ""})")
                .object();
        const ModelProblem problem = ModelProblem::fromJson(event);
        QVERIFY2(hasHan(problem.what) && problem.what.contains(u'w'), qPrintable(problem.what));
        QVERIFY(hasHan(ModelProblem::fromJson(QJsonObject{{QStringLiteral("what"), QStringLiteral("the model has no tokenizer, so it can not read text")}}).what));
        language.install(QStringLiteral("en"));
        QCOMPARE(ModelProblem::fromJson(event).what, QStringLiteral("the weight w is missing"));
    }

    // A full disk and a folder of somebody else are what most often ends a long job.
    void chineseReachesWhatTheSystemRefuses()
    {
        Language language;
        language.install(QStringLiteral("zh_CN"));
        for (const int code : {ENOSPC, EFBIG, EACCES, EROFS, EDQUOT, EMFILE}) {
            const Error error = Error::io("cannot write", "f", code);
            const QString said = spoken(error.said());
            QVERIFY2(hasHan(said) && std::none_of(said.begin(), said.end(), [](QChar c) { return c.unicode() < 128 && c.isLetter(); }),
                     qPrintable(said));
        }
        QVERIFY(hasHan(spoken(Error::io("cannot write", "f", ENOSPC).advice())));
    }

    void aLanguageCanBeLeft()
    {
        Language language;
        language.install(QStringLiteral("zh_CN"));
        language.install(QStringLiteral("en"));
        QCOMPARE(stateText(JobState::Queued), QStringLiteral("queued"));
    }
};

QTEST_MAIN(TestLanguage)
#include "tst_language.moc"
