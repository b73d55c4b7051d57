// SPDX-License-Identifier: GPL-3.0-or-later
// Protects: real chat templates give, letter for letter, what Jinja2 as transformers sets it up gives for them.
#include "golden_templates.h"

#include "base/error.h"
#include "base/json.h"
#include "text/jinja/template.h"

#include <QtTest>

using namespace crucible;
namespace fs = std::filesystem;

namespace {

struct Case {
    std::string jinja;
    OrderedJson variables;
    std::optional<std::string> expected; // nullopt: the template must fail
    text::jinja::Moment now;
};

} // namespace

Q_DECLARE_METATYPE(Case)

class TestGoldenTemplates : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void rendersLikeTheReference_data()
    {
        QTest::addColumn<Case>("one");
        const fs::path folder = test::goldenTemplateFolder();
        if (folder.empty())
            QSKIP("the golden chat templates are not here: set CRUCIBLE_GOLDEN");
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(folder)) {
            if (entry.path().extension() == ".json")
                files.push_back(entry.path());
        }
        std::sort(files.begin(), files.end());
        for (const fs::path& file : files) {
            const OrderedJson json = readOrderedJson(file);
            for (const OrderedJson& entry : json.at("cases")) {
                Case one;
                one.jinja = json.at("template").get<std::string>();
                one.variables = {{"messages", entry.at("messages")}, {"tools", entry.at("tools")}, {"documents", nullptr},
                                 {"add_generation_prompt", entry.at("add_generation_prompt")},
                                 {"bos_token", entry.at("bos_token")}, {"eos_token", entry.at("eos_token")}};
                if (!entry.at("expected").is_null())
                    one.expected = entry.at("expected").get<std::string>();
                one.now = text::jinja::parseMoment(json.at("strftime_now").get<std::string>()).value();
                QTest::addRow("%s: %s", json.at("name").get<std::string>().c_str(), entry.at("case").get<std::string>().c_str()) << one;
            }
        }
    }
    void rendersLikeTheReference()
    {
        QFETCH(Case, one);
        text::jinja::RenderOptions options;
        options.clock = [&] { return one.now; };
        try {
            const std::string rendered = text::jinja::Template::parse(one.jinja).render(one.variables, options);
            QVERIFY2(one.expected.has_value(), rendered.c_str());
            QCOMPARE(QString::fromStdString(rendered), QString::fromStdString(*one.expected));
        } catch (const Error& error) {
            QVERIFY2(!one.expected, error.what());
        }
    }
};

QTEST_GUILESS_MAIN(TestGoldenTemplates)
#include "tst_golden_templates.moc"
