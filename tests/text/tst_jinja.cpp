// SPDX-License-Identifier: GPL-3.0-or-later
// Protects: templates mean what Jinja2 makes of them, errors name their place, and no template costs more than it may.
#include "base/error.h"
#include "base/json.h"
#include "text/jinja/template.h"

#include <QtTest>

#include <filesystem>
#include <limits>
#include <thread>

using namespace crucible;
using text::jinja::Template;

namespace {

std::string render(std::string_view jinja, const OrderedJson& variables = OrderedJson::object(), const text::jinja::RenderOptions& options = {})
{
    return Template::parse(jinja).render(variables, options);
}

// The error's kind, message and place as one text; empty when there is none.
QString problemOf(std::string_view jinja, const text::jinja::RenderOptions& options = {})
{
    try {
        render(jinja, {{"items", {1, 2, 3}}, {"word", "abc"}}, options);
    } catch (const Error& error) {
        return QString::fromStdString(error.message() + " @ " + error.where());
    }
    return {};
}

const OrderedJson& reference()
{
    static const OrderedJson json = readOrderedJson(CRUCIBLE_SOURCE_DIR "/tests/golden/jinja/cases.json");
    return json;
}

} // namespace

class TestJinja : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wholeNumbersBeyond64BitsAreKept();
    void meansWhatJinja2Means_data()
    {
        QTest::addColumn<int>("index");
        const OrderedJson& cases = reference().at("cases");
        for (std::size_t i = 0; i < cases.size(); ++i) {
            const QString text = QString::fromStdString(cases[i].at("template").get<std::string>()).simplified().left(70);
            QTest::addRow("%zu: %s", i, qPrintable(text)) << static_cast<int>(i);
        }
    }
    void meansWhatJinja2Means()
    {
        QFETCH(int, index);
        const OrderedJson& one = reference().at("cases").at(static_cast<std::size_t>(index));
        text::jinja::RenderOptions options;
        options.clock = [] { return text::jinja::parseMoment(reference().at("now").get<std::string>()).value(); };
        try {
            const std::string text = render(one.at("template").get<std::string>(), reference().at("variables"), options);
            QVERIFY2(one.contains("text"), text.c_str());
            QCOMPARE(QString::fromStdString(text), QString::fromStdString(one.at("text").get<std::string>()));
        } catch (const Error& error) {
            QVERIFY2(one.contains("fails"), error.what());
            QVERIFY(error.kind() == ErrorKind::InvalidInput);
            QVERIFY2(QString::fromStdString(error.where()).startsWith(QStringLiteral("template:")), error.what());
        }
    }

    void errorsNameTheirPlace_data()
    {
        QTest::addColumn<QString>("jinja");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char* name, const char* jinja, const char* problem) {
            QTest::newRow(name) << QString::fromUtf8(jinja) << QString::fromUtf8(problem);
        };
        row("undefined", "a\n{{ x.y }}", "'x' is undefined @ template:2:6");
        row("missing key of a missing key", "{{ {'a': 1}.b.c }}", "'dict object' has no attribute 'b' @ template:1:15");
        row("types", "é {{ 1 + 'a' }}", "'+' does not work between a value of type int and one of type str @ template:1:8");
        row("raise_exception", "\n\n  {{ raise_exception('only this text') }}", "only this text @ template:3:6");
        row("within a macro", "{% macro m(x) %}\n{{ x.y.z }}{% endmacro %}\n{{ m({}) }}", "'dict object' has no attribute 'y' @ template:2:8");
        row("block never closed", "{% for x in items %}\n{{ x }}", "'for' is never closed @ template:1:4");
        row("wrong end", "{% if true %}{% endfor %}", "'endfor' has nothing to close or continue here @ template:1:17");
        row("unknown tag", "{% fro x in items %}", "there is no tag 'fro' @ template:1:4");
        row("unknown filter", "{{ word | uper }}", "there is no filter 'uper'; did you mean 'upper'? @ template:1:11");
        row("unknown test", "{{ word is strin }}", "there is no test 'strin'; did you mean 'string'? @ template:1:12");
        row("unknown parameter", "{{ word | trim(letters='a') }}", "'trim' has no argument letters @ template:1:11");
        row("too many arguments", "{{ word | upper(1) }}", "'upper' takes at most 0 arguments, and got 1 @ template:1:11");
        row("expression ends early", "{{ 1 + }}", "expected an expression, found '}}' @ template:1:8");
        row("two expressions", "{{ 1 2 }}", "expected '}}', found a whole number @ template:1:6");
        row("text never closed", "{{ 'abc }}", "this text is never closed @ template:1:4");
        row("comment never closed", "x {# y", "this comment is never closed @ template:1:3");
        row("unpacking", "{% for a, b in items %}{% endfor %}", "a value of type int has no items to go through @ template:1:8");
        row("lists do not change", "{{ items.append(4) }}", "'append' would change a list, which templates may not @ template:1:10");
        row("only namespaces change", "{% set word.x = 1 %}", "word is a value of type str, and only a namespace can be changed @ template:1:8");
        row("no other templates", "{% include 'x' %}", "'include' needs other templates, and a chat template has none @ template:1:4");
        row("division", "{{ 1 // 0 }}", "division by zero @ template:1:6");
        row("nothing behind the underscores", "{{ ''.__class__.__mro__ }}", "'str object' has no attribute '__class__' @ template:1:17");
    }
    void errorsNameTheirPlace()
    {
        QFETCH(QString, jinja);
        QFETCH(QString, problem);
        QCOMPARE(problemOf(jinja.toStdString()), problem);
    }

    void costsAreLimited_data()
    {
        QTest::addColumn<QString>("jinja");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char* name, const QString& jinja, const char* problem) { QTest::newRow(name) << jinja << QString::fromUtf8(problem); };
        const QString ns = QStringLiteral("{% set ns = namespace(x=[1], y=[1]) %}");
        row("text that doubles", "{% set ns = namespace(x='aaaa') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}", "longer than the limit");
        row("repeated text", "{{ 'ab' * 1000000000000 }}", "too long");
        row("repeated list", "{{ [1] * 1000000000000 }}", "too long");
        row("wide field", "{{ '%999999999d' % 1 }}", "wider than");
        row("big indent", "{{ 'a' | indent(1000000000000) }}", "longer than the limit");
        row("replacing", "{{ ('a' * 100000) | replace('a', 'b' * 100000) }}", "longer than the limit");
        row("many big texts", ns + "{% for i in range(9999) %}{% set ns.x = ns.x + ['a' * 100000] %}{% endfor %}", "of memory");
        row("many objects", "{% for i in range(9999) %}{% for j in range(9999) %}{% set n = namespace() %}{% endfor %}{% endfor %}", "");
        row("long loops", "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "does not come to an end");
        row("macros that branch", "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(90) }}", "does not come to an end");
        row("macro without end", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "nested deeper");
        row("loop without end", "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", "nested deeper");
        row("writing without end", "{% for i in range(9999) %}{{ 'a' * 100000 }}{% endfor %}", "writes more than");
        row("captures within captures", "{% macro f() %}{% set x %}{{ 'a' * 7000000 }}{{ f() }}{% endset %}{% endmacro %}{{ f() }}", "of memory");
        row("long range", "{{ range(1000000000000) | list }}", "a range of more than");
        row("deep list", ns + "{% for i in range(999) %}{% set ns.x = [ns.x] %}{% endfor %}", "nested deeper");
        row("namespace in itself", "{% set ns = namespace() %}{% set ns.a = [ns] %}{{ ns }}", "nested deeper");
        const QString twice = ns + "{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}";
        row("wide list compared", twice + "{{ ns.x == ns.y }}", "does not come to an end");
        row("wide list written", twice + "{{ ns.x }}", "does not come to an end");
        row("wide list as JSON", twice + "{{ ns.x | tojson }}", "does not come to an end");
        row("wide list sorted", twice + "{{ [ns.x, ns.y] | sort }}", "does not come to an end");
        row("wide tuple as key", "{% set ns = namespace(x=(1,)) %}{% for i in range(99) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}{{ {ns.x: 1} }}", "does not come to an end");
        row("brackets", "{{ " + QString(9999, '(') + QString(9999, ')') + " }}", "nested deeper");
        row("operators", "{{ 1" + QString("+1").repeated(9999) + " }}", "deeper than");
        row("attributes", "{{ x" + QString(".a").repeated(9999) + " }}", "deeper than");
        row("filters", "{{ x" + QString("|list").repeated(9999) + " }}", "deeper than");
        row("conditions", "{{ 1" + QString(" if 1 else 2").repeated(9999) + " }}", "nested deeper");
        row("blocks", QString("{% if 1 %}").repeated(9999), "nested deeper");
        row("not not not", "{{ " + QString("not ").repeated(9999) + "1 }}", "nested deeper");
    }
    void costsAreLimited()
    {
        QFETCH(QString, jinja);
        QFETCH(QString, problem);
        text::jinja::RenderOptions options;
        options.limits.steps = 2'000'000;
        options.limits.textBytes = std::size_t(8) << 20;
        options.limits.outputBytes = std::size_t(8) << 20;
        options.limits.memoryBytes = std::size_t(64) << 20;
        const QString found = problemOf(jinja.toStdString(), options);
        QVERIFY2(!found.isEmpty() && found.contains(problem), qPrintable(found));
    }

    void stopsWhenAsked()
    {
        text::jinja::RenderOptions options;
        options.limits.steps = ~std::uint64_t(0);
        std::thread asker([cancel = options.cancel] { cancel.request(); });
        const auto endless = [&] { render("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", {}, options); };
        try {
            endless();
            asker.join();
            QFAIL("it came to an end");
        } catch (const Error& error) {
            asker.join();
            QVERIFY(error.kind() == ErrorKind::Cancelled);
        }
    }

    void oneTemplateServesManyThreads()
    {
        const Template greeting = Template::parse("{% set ns = namespace(n=0) %}{% for i in range(500) %}{% set ns.n = ns.n + i %}{% endfor %}{{ name }}:{{ ns.n }}");
        std::vector<std::string> texts(8);
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < texts.size(); ++i)
            threads.emplace_back([&, i] { texts[i] = greeting.render({{"name", i}}); });
        for (std::thread& thread : threads)
            thread.join();
        for (std::size_t i = 0; i < texts.size(); ++i)
            QCOMPARE(QString::fromStdString(texts[i]), QStringLiteral("%1:124750").arg(i));
    }

    void longConversationsRenderFast()
    {
        OrderedJson messages = OrderedJson::array();
        for (int i = 0; i < 200; ++i)
            messages.push_back({{"role", i % 2 ? "assistant" : "user"}, {"content", std::string(800, 'x')}});
        const Template chat = Template::parse("{%- for m in messages -%}{%- if m.role not in ['user', 'assistant'] -%}{{ raise_exception('role') }}"
                                              "{%- endif -%}{{ '<|' + m['role'] + '|>\n' + m['content'] | trim ~ '<|end|>\n' }}{%- endfor -%}");
        QElapsedTimer timer;
        timer.start();
        const std::string text = chat.render({{"messages", messages}});
        QVERIFY(text.size() > 200 * 800);
        QVERIFY2(timer.elapsed() < 200, "a message takes more than a millisecond");
    }

    void momentsAreRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("written"); // empty: no moment
        QTest::newRow("date") << "2024-02-29" << "2024-02-29 00:00:00.000000";
        QTest::newRow("minutes") << "2025-12-31T23:59" << "2025-12-31 23:59:00.000000";
        QTest::newRow("fraction and zone") << "2025-01-02 03:04:05.67+01:00" << "2025-01-02 03:04:05.670000";
        QTest::newRow("utc") << "2025-01-02T03:04:05Z" << "2025-01-02 03:04:05.000000";
        QTest::newRow("no such day") << "2023-02-29" << "";
        QTest::newRow("no such hour") << "2023-02-28T24:00" << "";
        QTest::newRow("words") << "yesterday" << "";
        QTest::newRow("more behind it") << "2023-02-28 x" << "";
    }
    void momentsAreRead()
    {
        QFETCH(QString, text);
        QFETCH(QString, written);
        const auto moment = text::jinja::parseMoment(text.toStdString());
        QCOMPARE(moment.has_value(), !written.isEmpty());
        if (moment)
            QCOMPARE(QString::fromStdString(text::jinja::formatMoment(*moment, "%F %T.%f")), written);
    }
};

// A schema may bound an unsigned number: it is written as it came, and compared as a real number.
void TestJinja::wholeNumbersBeyond64BitsAreKept()
{
    const OrderedJson variables = {{"most", std::numeric_limits<std::uint64_t>::max()}};
    QCOMPARE(render("{{ most }} {{ [most] | tojson }} {{ most is integer }} {{ most is number }}", variables),
             std::string("18446744073709551615 [18446744073709551615] True True"));
    QCOMPARE(render("{{ most == most }} {{ most > 5 }} {{ 5 < most }} {{ most == 1 }} {{ most / 2 > 9e18 }}", variables),
             std::string("True True True False True"));
}

QTEST_GUILESS_MAIN(TestJinja)
#include "tst_jinja.moc"
