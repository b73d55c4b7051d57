// SPDX-License-Identifier: GPL-3.0-or-later
// Protects constrained output: what a grammar and a schema accept, that whatever is written under one is accepted by it, and
// that hostile ones end in one clear error.
#include "generate/grammar_states.h"
#include "generate/json_schema.h"
#include "generate/read_constraint.h"
#include "tiny_model.h"

#include <QElapsedTimer>
#include <QTest>

using namespace crucible;
using namespace crucible::generate;
using namespace crucible::test;

namespace {

// JSON that is easier to read in a test has ' for ".
QString quoted(QString text)
{
    return text.replace(QChar(0x27), QChar(0x22));
}

} // namespace

class TestGrammar : public QObject {
    Q_OBJECT
private:
    QTemporaryDir m_folder;
    std::shared_ptr<const LanguageModel> m_model;

private Q_SLOTS:
    void initTestCase()
    {
        writeTinyModel(m_folder.filePath("m"));
        m_model = LanguageModel::load(m_folder.filePath("m").toStdString());
    }

    void accepts_data()
    {
        QTest::addColumn<QString>("grammar");
        QTest::addColumn<QStringList>("yes");
        QTest::addColumn<QStringList>("no");
        const auto add = [](const char* name, const char* grammar, QStringList yes, QStringList no) { QTest::newRow(name) << grammar << yes << no; };
        add("literal", "root ::= \"a\\\"\\x41\\u00e9\\n\"", {"a\"Aé\n"}, {"a", "a\"Aé"});
        add("choice", "root ::= \"a\" | b\nb ::= \"b\"", {"a", "b"}, {"", "ab"});
        add("nothing", "root ::= \"\" | \"x\"", {"", "x"}, {"xx"});
        add("repetitions", R"(root ::= "a"* "b"+ "c"? ("de"){2} "f"{1,2} "g"{2,})", {"abcdedefgg", "bdedeffgggg"}, {"acdedefgg", "bdedefg", "bdedefffgg"});
        add("at most", R"(root ::= "x"{0,2} "y"{,1})", {"", "xxy", "y"}, {"xxx", "yy"});
        add("classes", R"(root ::= [a-cX-] [^a-z\]] .)", {"bAx", "-Zé", "X\n你"}, {"dAx", "bax", "bA"});
        add("class without ]", R"(root ::= [^a-z\]])", {"A"}, {"]", "a"});
        add("comments and lines", "# all\nroot ::= a # one\n  | \"z\"\n\na ::= (\n \"x\" # in parentheses\n \"y\"\n)\n", {"xy", "z"}, {"x"});
        add("nested", "root ::= \"(\" root \")\" | \"\"", {"", "(())"}, {"(()", ")("});
        add("right recursion", "root ::= [0-9] root | \".\"", {"12.", "."}, {"12"});
        add("repeated nothing", "root ::= (\"a\"*)* \"b\"", {"b", "aab"}, {"a"});
        add("two in one", "root ::= root2 root2\nroot2 ::= \"a\" | \"ab\" | \"b\"", {"ab", "aab", "abb", "abab"}, {"a", "abba"});
        add("characters of all lengths", R"(root ::= [\u007e-\u0801\uffff-\U00010001]+)", {"~\u07ff\u0800", "\uffff", QString::fromUcs4(U"\U00010001", 1)}, {"}", "\u0802", QString::fromUcs4(U"\U00010002", 1)});
        add("any character", "root ::= .", {"a", "é", "你", QString::fromUcs4(U"\U0010ffff", 1)}, {"", "ab"});
    }

    void accepts()
    {
        QFETCH(const QString, grammar);
        QFETCH(const QStringList, yes);
        QFETCH(const QStringList, no);
        const auto parsed = Grammar::parse(grammar.toStdString());
        for (const QString& text : yes)
            QVERIFY2(parsed->accepts(text.toStdString()), qPrintable(text));
        for (const QString& text : no)
            QVERIFY2(!parsed->accepts(text.toStdString()), qPrintable(text));
    }

    void halfCharactersAreNone()
    {
        const auto parsed = Grammar::parse("root ::= .");
        QVERIFY(!parsed->accepts("\xe4\xbd"));
        QVERIFY(!parsed->accepts("\xff"));
        QVERIFY(!parsed->accepts("\xed\xa0\x80")); // a surrogate
        QVERIFY(!parsed->accepts("\xc0\x80"));     // too long a form
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("grammar");
        QTest::addColumn<QString>("said");
        QTest::newRow("no root") << "a ::= \"x\"" << "no rule \"root\"";
        QTest::newRow("undefined") << "root ::= objet\nobject ::= \"x\"" << "\"objet\" is used and not defined: grammar:1:10: did you mean \"object\"";
        QTest::newRow("twice") << "root ::= \"a\"\nroot ::= \"b\"" << "defined twice: grammar:2:1";
        QTest::newRow("no ::=") << "root = \"a\"" << "\"::=\" is expected: grammar:1:6";
        QTest::newRow("open literal") << "root ::= \"abc\n" << "the literal has no end: grammar:1:10";
        QTest::newRow("open class") << "root ::= [abc\n" << "has no end: grammar:1:10";
        QTest::newRow("open group") << "root ::= (\"a\" \"b\"" << "\")\" is missing: grammar:1:10";
        QTest::newRow("stray") << "root ::= \"a\" )" << "\")\" is not expected here: grammar:1:14";
        QTest::newRow("escape") << "root ::= \"\\q\"" << "no such escape: grammar:1:11";
        QTest::newRow("range") << "root ::= [z-a]" << "ends before it begins: grammar:1:11";
        QTest::newRow("counts") << "root ::= \"a\"{3,2}" << "fewer at most than at least: grammar:1:13";
        QTest::newRow("left recursion") << "root ::= root \"a\" | \"b\"" << "begins with itself";
        QTest::newRow("hidden left recursion") << "root ::= x* b \"a\"\nx ::= \"x\"\nb ::= root | \"y\"" << "begins with itself";
        QTest::newRow("too often") << "root ::= \"a\"{1,1000000}" << "more than 100000 times";
        QTest::newRow("too large") << "root ::= ((((\"a\"{1000}){1000}){1000}){1000}){90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000} b{90000}\nb ::= \"b\"" << "too large";
        QTest::newRow("too deep") << QString("root ::= ") + QString(1000, '(') + "\"a\"" + QString(1000, ')') << "more than 200 deep";
        QTest::newRow("nothing") << "" << "no rule \"root\"";
    }

    void refuses()
    {
        QFETCH(const QString, grammar);
        QFETCH(const QString, said);
        QElapsedTimer timer;
        timer.start();
        try {
            Grammar::parse(grammar.toStdString());
            QFAIL("it was accepted");
        } catch (const Error& error) {
            QVERIFY2(QString::fromUtf8(error.what()).contains(said), error.what());
        }
        QVERIFY(timer.elapsed() < 20'000);
    }

    void bytesThatAreNoText()
    {
        QVERIFY_THROWS_EXCEPTION(Error, Grammar::parse("root ::= \"\xff\""));
    }

    // Many readings at once are given up, not waited for.
    void ambiguityEnds()
    {
        const auto grammar = Grammar::parse("root ::= \"a\" root \"b\" | \"a\" root \"c\" | \"\"\n");
        QElapsedTimer timer;
        timer.start();
        QVERIFY_THROWS_EXCEPTION(Error, grammar->accepts(std::string(200, 'a')));
        QVERIFY(timer.elapsed() < 30'000);
        QVERIFY(grammar->accepts("aabc"));
    }

    void allowsExactlyTheTokensThatFit_data()
    {
        QTest::addColumn<QString>("grammar");
        QTest::newRow("words") << R"(root ::= "the " ("hat" | "heat" | "cold"){2} .*)";
        QTest::newRow("any text") << "root ::= [^\\n]*";
        QTest::newRow("not ASCII") << "root ::= \"é\" | \"你\" | \"x\"";
    }

    void allowsExactlyTheTokensThatFit()
    {
        QFETCH(const QString, grammar);
        const auto parsed = Grammar::parse(grammar.toStdString());
        GrammarVocabulary vocabulary(parsed, m_model->texts);
        GrammarStates states(parsed);
        const std::vector<std::string>& texts = m_model->texts->all();
        auto state = vocabulary.start();
        auto same = states.start();
        for (int step = 0; step < 6; ++step) {
            const auto mask = vocabulary.allowed(state);
            TokenId next = -1;
            for (std::size_t id = 0; id < texts.size(); ++id) {
                const bool fits = !texts[id].empty() && states.step(same, texts[id]) != GrammarStates::kNone;
                QCOMPARE(mask->contains(id), fits);
                if (fits)
                    next = static_cast<TokenId>(id);
            }
            if (next < 0)
                break;
            state = vocabulary.after(state, next);
            same = states.step(same, texts[static_cast<std::size_t>(next)]);
        }
    }

    void schemas_data()
    {
        QTest::addColumn<QString>("schema");
        QTest::addColumn<QStringList>("yes");
        QTest::addColumn<QStringList>("no");
        const auto add = [](const char* name, const char* schema, QStringList yes, QStringList no) { QTest::newRow(name) << schema << yes << no; };
        add("anything", "{}", {"1", "\"a\"", "[1, {}]", "{\"a\": null}"}, {"", "a", "{a: 1}"});
        add("string", R"({"type": "string"})", {R"("")", R"("a\n\u00e9é")"}, {"\"\n\"", "\"\\x\"", "\"a", "1"});
        add("lengths", R"({"type": "string", "minLength": 2, "maxLength": 3})", {R"("ab")", R"("你é\n")"}, {R"("a")", R"("abcd")"});
        add("number", R"({"type": "number"})", {"0", "-1.5e3", "10.25"}, {"01", "1.", ".5", "+1"});
        add("types", R"({"type": ["integer", "null"]})", {"12", "null"}, {"1.5", "true"});
        add("range", R"({"type": "integer", "minimum": 7, "maximum": 130})", {"7", "9", "10", "99", "100", "130"}, {"6", "131", "07", "200", "-7", "1000"});
        add("range below zero", R"({"type": "integer", "minimum": -12, "exclusiveMaximum": 3})", {"-12", "-1", "0", "2"}, {"-13", "3", "-0", "-20"});
        add("open range", R"({"type": "integer", "exclusiveMinimum": 99})", {"100", "999", "123456789"}, {"99", "5", "-100"});
        add("open below", R"({"type": "integer", "maximum": -5})", {"-5", "-6", "-50", "-123"}, {"-4", "0", "5"});
        add("enum and const", "{\"anyOf\": [{\"enum\": [\"a\\\"b\", 1]}, {\"const\": {\"k\": [1, 2]}}]}", {"\"a\\\"b\"", "1", R"({"k":[1,2]})"}, {"2", "\"a\""});
        add("object", R"({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "boolean"}, "c": {"const": null}}, "required": ["b"]})",
            {R"({"b":true})", R"({"a": 1, "b": false, "c": null})", R"({"b":true,"c":null})", "{ \"a\" : 2 ,\n  \"b\" : true }"},
            {"{}", R"({"a": 1})", R"({"b":true,"a":1})", R"({"b":true,})", R"({"b":true,"d":1})"});
        add("more properties", R"({"properties": {"ab": {"type": "integer"}, "b": {"type": "integer"}}, "additionalProperties": {"type": "string"}})",
            {"{}", R"({"ab": 1})", R"({"ab": 1, "x": "y", "a": "z", "abc": "q", "": ""})", R"({"c": "y"})"}, {R"({"x": 1})", R"({"ab": "text"})", R"({"b": "x"})"});
        add("no properties", R"({"type": "object", "additionalProperties": false})", {"{}", "{ }"}, {R"({"a":1})"});
        add("any object", R"({"type": "object"})", {"{}", R"({"a": [1]})"}, {"[]"});
        add("array", R"({"items": {"enum": [1, 2]}, "minItems": 1, "maxItems": 3})", {"[1]", "[1, 2,1]"}, {"[]", "[1,2,1,2]", "[3]"});
        add("any array", R"({"type": "array"})", {"[]", "[ 1 , \"a\"]"}, {"[1,]", "{}"});
        add("none at all", R"({"type": "array", "maxItems": 0})", {"[]"}, {"[1]"});
        add("tuple", R"({"prefixItems": [{"const": 1}, {"const": 2}], "items": {"const": 3}, "minItems": 1})", {"[1]", "[1,2]", "[1,2,3,3]"}, {"[]", "[2]", "[1,3]"});
        add("closed tuple", R"({"prefixItems": [{"const": 1}, {"const": 2}], "items": false, "minItems": 2})", {"[1,2]"}, {"[1]", "[1,2,3]"});
        add("references", R"({"$defs": {"tree": {"properties": {"v": {"type": "integer"}, "next": {"$ref": "#/$defs/tree"}}, "required": ["v"]}}, "$ref": "#/$defs/tree"})",
            {R"({"v":1})", R"({"v":1,"next":{"v":2}})"}, {"{}", R"({"next":{"v":2}})"});
        add("all of", R"({"allOf": [{"properties": {"a": {"const": 1}}, "required": ["a"]}, {"properties": {"b": {"const": 2}}}]})", {R"({"a":1})", R"({"a":1,"b":2})"}, {"{}", R"({"b":2})"});
        add("pattern", R"({"pattern": "^[A-Z]{2}-\\d+(\\.\\d)?$"})", {R"("AB-12")", R"("AB-1.5")"}, {R"("AB-")", R"("xAB-1")", R"("AB-1x")"});
        add("pattern anywhere", R"({"pattern": "a|b$"})", {R"("xay")", R"("xb")"}, {R"("xby")", R"("")"});
        add("pattern with quotes", "{\"pattern\": \"^[\\\"x]\\\\\\\\$\"}", {"\"\\\"\\\\\"", "\"x\\\\\""}, {"\"\"\\\\\""});
        add("pattern of others", R"({"pattern": "^[^a]\\s.$"})", {R"("b x")", R"("é\ty")"}, {R"("a x")"});
        add("date", R"({"format": "date-time"})", {R"("2024-02-29T23:59:00Z")", R"("2024-02-29T23:59:00.5+01:00")"}, {R"("2024-13-01T00:00:00Z")", R"("2024-02-29")"});
        add("numbers", "{'type': 'number', 'minimum': -1.25, 'exclusiveMaximum': 10}", {"-1.25", "-1.2", "-0.5", "-1", "0", "9.999", "3.14159", "9", "-1.2500"},
            {"-1.26", "-1.251", "10", "10.0", "-2", "12", "1e3", "-10"});
        add("numbers from above zero", "{'type': 'number', 'exclusiveMinimum': 0, 'maximum': 0.5}", {"0.5", "0.1", "0.001", "0.50", "0.49999"}, {"0", "0.0", "0.51", "1", "-0.1", "0.501"});
        add("numbers between fractions", "{'type': 'number', 'minimum': 2.125, 'maximum': 2.2}", {"2.125", "2.13", "2.2", "2.1999", "2.20"}, {"2.12", "2", "2.1", "2.21", "2.1249", "3"});
        add("numbers without an end", "{'type': 'number', 'minimum': 99.5}", {"99.5", "99.51", "100", "1234.5", "99.9"}, {"99", "99.4", "-100", "9"});
        add("numbers below", "{'type': 'number', 'exclusiveMaximum': -3}", {"-3.1", "-4", "-3.0001", "-20.5"}, {"-3", "-3.0", "-2.9", "3", "0"});
        add("one number", "{'type': 'number', 'minimum': 1.5, 'maximum': 1.5}", {"1.5", "1.50"}, {"1.51", "1.4", "1", "2"});
        add("every value once", "{'items': {'enum': ['a', 'b', 1]}, 'uniqueItems': true, 'minItems': 1, 'maxItems': 2}", {"['a']", "['b', 'a']", "[1,'a']"}, {"[]", "['a','a']", "['a','b',1]", "[2]"});
        add("every truth once", "{'items': {'type': 'boolean'}, 'uniqueItems': true}", {"[]", "[true]", "[false,true]"}, {"[true,true]", "[true,false,true]"});
        add("once, by reference", "{'$defs': {'c': {'enum': ['a', 'b']}}, 'type': 'array', 'items': {'$ref': '#/$defs/c'}, 'uniqueItems': true}", {"['a','b']"}, {"['b','b']"});
        add("need not be unique", "{'items': {'const': 1}, 'uniqueItems': false}", {"[1,1]"}, {"[2]"});
        add("names by a pattern", "{'patternProperties': {'^x_[a-z]+$': {'type': 'integer'}}, 'additionalProperties': false}", {"{}", "{'x_a': 1}", "{'x_a': 1, 'x_bc': 2}"}, {"{'a': 1}", "{'x_a': 'b'}", "{'x_A': 1}"});
        add("enum but", "{'enum': ['a', 'b', 'c'], 'not': {'enum': ['b', 'd']}}", {"'a'", "'c'"}, {"'b'", "'d'"});
        add("text but", "{'type': 'string', 'not': {'enum': ['no', 'none', '']}}", {"'yes'", "'n'", "'non'", "'nones'", "'note'"}, {"'no'", "'none'", "''"});
        add("enum of a type", "{'type': ['string', 'integer'], 'enum': ['a', 1, 1.5, null]}", {"'a'", "1"}, {"1.5", "null"});
        add("const in enum", "{'const': 2, 'enum': [1, 2, 3]}", {"2"}, {"1", "3"});
        add("type of choices", "{'type': 'integer', 'anyOf': [{'maximum': 3}, {'minimum': 7}]}", {"3", "8"}, {"5", "'a'"});
        add("all of one", "{'allOf': [{'type': 'integer', 'minimum': 3}], 'description': 'x', 'default': 3}", {"3"}, {"2"});
        add("names with a slash", "{'properties': {'a/b': {'type': 'integer'}, 'a': {'properties': {'b': {'type': 'string'}}}}}", {"{'a/b': 1, 'a': {'b': 'x'}}"}, {"{'a/b': 'x'}"});
        add("uuid", R"({"format": "uuid"})", {R"("123e4567-e89b-12d3-a456-426614174000")"}, {R"("123e4567")"});
    }

    void schemas()
    {
        QFETCH(const QString, schema);
        QFETCH(const QStringList, yes);
        QFETCH(const QStringList, no);
        const std::string text = grammarOfSchema(parseOrderedJson(quoted(schema).toStdString(), "schema"));
        const auto parsed = Grammar::parse(text);
        for (const QString& value : yes)
            QVERIFY2(parsed->accepts(quoted(value).toStdString()), qPrintable(value + "\n" + QString::fromStdString(text)));
        for (const QString& value : no)
            QVERIFY2(!parsed->accepts(quoted(value).toStdString()), qPrintable(value + "\n" + QString::fromStdString(text)));
    }

    void refusesSchemas_data()
    {
        QTest::addColumn<QString>("schema");
        QTest::addColumn<QString>("said");
        QTest::newRow("keyword") << R"({"properties": {"a": {"type": "array", "uniqueItems": true}}})" << "\"uniqueItems\" of the JSON schema is not understood: #/properties/a";
        QTest::newRow("pattern properties") << R"({"patternProperties": {}})" << "\"patternProperties\"";
        for (const char* schema : {"{'patternProperties': {'a': {}}, 'properties': {'b': {}}}", "{'patternProperties': {'a': {}, 'b': {}}}", "{'patternProperties': {'a': {}}, 'additionalProperties': true}",
                                   "{'type': 'string', 'minLength': 3, 'enum': ['a', 'bcd']}", "{'$ref': '#', 'minimum': 1}", "{'anyOf': [{}], 'properties': {}}", "{'anyOf': [{}], 'oneOf': [{}]}",
                                   "{'allOf': [{'properties': {}}, {'properties': {}}], 'maxItems': 1}", "{'type': 'string', 'minLength': 2, 'not': {'const': 'a'}}",
                                   "{'type': 'string', 'anyOf': [{'type': 'integer'}]}", "{'type': 'string', 'anyOf': [{'$ref': '#/$defs/a'}], '$defs': {'a': {}}}"})
            QTest::newRow(schema) << QString::fromUtf8(schema) << "together with others";
        QTest::newRow("unique anything") << "{'uniqueItems': true}" << "one of at most 8 values";
        QTest::newRow("unique of many") << "{'items': {'enum': [1,2,3,4,5,6,7,8,9]}, 'uniqueItems': true}" << "one of at most 8 values";
        QTest::newRow("unique and more") << "{'items': {'enum': [1,2,2]}, 'uniqueItems': true, 'minItems': 3}" << "asks for more";
        QTest::newRow("not a schema") << "{'type': 'integer', 'not': {'minimum': 3}}" << "the keyword \"not\"";
        QTest::newRow("not a number") << "{'type': 'integer', 'not': {'const': 3}}" << "the keyword \"not\"";
        QTest::newRow("nothing left") << "{'enum': ['a'], 'not': {'const': 'a'}}" << "no value fits";
        QTest::newRow("nothing of the type") << "{'enum': ['a'], 'type': 'null'}" << "no value fits";
        QTest::newRow("property twice") << "{'allOf': [{'properties': {'a': {'minimum': 1}}}, {'properties': {'a': {'maximum': 2}}}]}" << "\"a\" has several schemas";
        QTest::newRow("multiples") << "{'type': 'number', 'multipleOf': 0.5}" << "\"multipleOf\"";
        QTest::newRow("numbers that are none") << "{'type': 'number', 'exclusiveMinimum': 1, 'maximum': 1}" << "no number lies between";
        QTest::newRow("not") << R"({"not": {}})" << "\"not\"";
        QTest::newRow("range of numbers") << R"({"type": "number", "minimum": 1e300})" << "must be a number of at most 17 digits";
        QTest::newRow("type") << R"({"type": "text"})" << "no type \"text\": #";
        QTest::newRow("format") << R"({"format": "email"})" << "the format \"email\"";
        QTest::newRow("reference") << R"({"$ref": "#/$defs/x"})" << "leads nowhere";
        QTest::newRow("remote") << R"({"$ref": "https://example.org/s"})" << "leads out of the schema";
        QTest::newRow("pattern") << R"x({"pattern": "^(?=a)"})x" << "not understood from character 4 on: #/pattern";
        QTest::newRow("required") << R"({"properties": {}, "required": ["a"]})" << "\"a\" is not among the properties";
        QTest::newRow("false") << "false" << "a schema is an object";
        QTest::newRow("no list") << R"({"required": "a", "allOf": [{"properties": {}, "required": ["a"]}]})" << "\"required\" must be a list";
        QString chain = "{\"$ref\": \"#/$defs/0\", \"$defs\": {\"5000\": {}";
        for (int i = 0; i < 5000; ++i)
            chain += QStringLiteral(", \"%1\": {\"$ref\": \"#/$defs/%2\"}").arg(i).arg(i + 1);
        QTest::newRow("a chain of references") << chain + "}}" << "more than 300 steps deep";
        QTest::newRow("a long name") << "{\"properties\": {\"" + QString(5000, 'x') + "\": {}}, \"additionalProperties\": true}" << "more than 300 steps deep";
        QTest::newRow("empty range") << R"({"type": "integer", "minimum": 5, "maximum": 4})" << "no number lies between";
    }

    void refusesSchemas()
    {
        QFETCH(const QString, schema);
        QFETCH(const QString, said);
        try {
            Grammar::parse(grammarOfSchema(parseOrderedJson(quoted(schema).toStdString(), "schema")));
            QFAIL("it was accepted");
        } catch (const Error& error) {
            QVERIFY2(QString::fromUtf8(error.what()).contains(said), error.what());
        }
    }

    // A random model writes under the constraint, hot, from many seeds: what is complete is accepted.
    void whatIsWrittenFits_data()
    {
        QTest::addColumn<QString>("constraint");
        QTest::newRow("schema") << R"({"json_schema": {"properties": {"a": {"type": "integer", "maximum": 12}, "b": {"items": {"enum": ["x", true]}, "maxItems": 2}}, "required": ["a"]}})";
        QTest::newRow("grammar") << "{\"grammar\": \"root ::= (\\\"é\\\" | \\\"你\\\" | [a-f]){3,6} \\\".\\\"\"}";
        QTest::newRow("object") << R"({"json_object": true})";
    }

    void whatIsWrittenFits()
    {
        QFETCH(const QString, constraint);
        const OrderedJson json = parseOrderedJson(constraint.toStdString(), "test");
        const std::string text = json.contains("grammar") ? json["grammar"].get<std::string>() : json.contains("json_schema") ? grammarOfSchema(json["json_schema"]) : grammarOfAnyObject();
        const auto grammar = Grammar::parse(text);
        const auto obeyed = readConstraint(*m_model, json);
        Session session(m_model, {.threads = 1});
        int complete = 0;
        for (int seed = 0; seed < 40; ++seed) {
            GenerateRequest request;
            request.prompt = {1, 40, 50 + seed};
            request.sampling = SamplingSettings::fromJson({{"seed", seed}, {"temperature", 3}, {"top_k", 0}, {"top_p", 1}, {"min_p", 0}});
            request.constraint = obeyed;
            const Generated result = session.generate(request);
            if (result.reason != StopReason::StopToken && result.reason != StopReason::Grammar)
                continue;
            ++complete;
            QVERIFY2(grammar->accepts(result.text), result.text.c_str());
        }
        QVERIFY2(complete >= 5, QByteArray::number(complete).constData());
    }

    void refusesConstraints()
    {
        for (const char* json : {"{}", R"({"grammar": 1})", "{\"grammar\": \"root ::= \\\"a\\\"\", \"json_object\": true}", R"({"json_object": false})"})
            QVERIFY_THROWS_EXCEPTION(Error, readConstraint(*m_model, parseOrderedJson(json, "test")));
        // Characters that no token writes.
        Session session(m_model, {.threads = 1});
        GenerateRequest request = greedy({1, 40}, 5);
        request.constraint = readConstraint(*m_model, OrderedJson{{"grammar", "root ::= \"\xc3\xbf\""}});
        QVERIFY_THROWS_EXCEPTION(Error, session.generate(request));
    }
};

QTEST_GUILESS_MAIN(TestGrammar)
#include "tst_grammar.moc"
