// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/json_schema.h"

#include "base/error.h"
#include "generate/json_schema_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace crucible::generate {
namespace {

using namespace schema;

constexpr std::string_view kCommonRules = R"(ws ::= " "? | "\n" [ \t]{0,32}
char ::= [^"\\\x00-\x1f\x7f] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4})
string ::= "\"" char* "\""
integer ::= "-"? ("0" | [1-9] [0-9]{0,17})
number ::= integer ("." [0-9]{1,18})? ([eE] [-+]? [0-9]{1,3})?
boolean ::= "true" | "false"
null ::= "null"
value ::= object | array | string | number | boolean | null
object ::= "{" ws (string ws ":" ws value ws ("," ws string ws ":" ws value ws)*)? "}"
array ::= "[" ws (value ws ("," ws value ws)*)? "]"
)";

constexpr int kMostDepth = 300;

constexpr std::pair<std::string_view, std::string_view> kFormats[] = {
    {"date", R"([0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | [12] [0-9] | "3" [01]))"},
    {"time",
     R"(([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9] ("." [0-9]{1,9})? ("Z" | [-+] ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9]))"},
    {"uuid", R"([0-9a-fA-F]{8} ("-" [0-9a-fA-F]{4}){3} "-" [0-9a-fA-F]{12})"},
    {"ipv4",
     R"(("25" [0-5] | "2" [0-4] [0-9] | "1" [0-9] [0-9] | [1-9]? [0-9]) ("." ("25" [0-5] | "2" [0-4] [0-9] | "1" [0-9] [0-9] | [1-9]? [0-9])){3})"},
};

class SchemaReader {
public:
    explicit SchemaReader(const OrderedJson& schema) : m_schema(schema) {}

    std::string read()
    {
        const std::string root = ruleFor("#", m_schema);
        std::string text = fmt::format("root ::= {}\n", root);
        for (const std::string& rule : m_rules)
            text += rule;
        return text.append(kCommonRules);
    }

private:
    // Schemas lead to others, and names of properties are read one character inside the other.
    class Deeper {
    public:
        Deeper(SchemaReader& reader, const std::string& where) : m_reader(reader)
        {
            if (++m_reader.m_depth > kMostDepth)
                refuse({CRUCIBLE_TR_NOOP("Problem", "the schema leads more than %1 steps deep"), kMostDepth}, where);
        }
        ~Deeper() { --m_reader.m_depth; }
        Deeper(const Deeper&) = delete;
        Deeper& operator=(const Deeper&) = delete;

    private:
        SchemaReader& m_reader;
    };

    std::string addRule(const std::string& body)
    {
        const std::string name = nextName();
        m_rules.push_back(fmt::format("{} ::= {}\n", name, body));
        return name;
    }
    std::string nextName() { return fmt::format("r{}", m_named++); }

    // Every schema is one rule, known by its place, so that references may form circles.
    std::string ruleFor(const std::string& pointer, const OrderedJson& schema)
    {
        if (const auto found = m_byPointer.find(pointer); found != m_byPointer.end())
            return found->second;
        const std::string name = nextName();
        m_byPointer.emplace(pointer, name);
        const Deeper deeper(*this, pointer);
        const std::string body = bodyOf(schema, pointer);
        m_rules.push_back(fmt::format("{} ::= {}\n", name, body));
        return name;
    }

    std::string bodyOf(const OrderedJson& schema, const std::string& pointer)
    {
        if (schema.is_boolean() && schema.get<bool>())
            return "value";
        if (!schema.is_object())
            refuse(CRUCIBLE_TR_NOOP("Problem", "a schema is an object, or true"), pointer);
        checkKeywords(schema, pointer);
        if (const OrderedJson* reference = find(schema, "$ref")) {
            refuseBeside(schema, {"$ref"}, pointer);
            return ofReference(*reference, pointer);
        }
        if (find(schema, "const") || find(schema, "enum")) {
            refuseBeside(schema, {"const", "enum", "type", "not"}, pointer);
            return literals(valuesOf(schema, pointer));
        }
        for (const char* key : {"anyOf", "oneOf"}) {
            if (const OrderedJson* choices = find(schema, key)) {
                refuseBeside(schema, {key, "type"}, pointer);
                return ofChoices(*choices, find(schema, "type"), fmt::format("{}/{}", pointer, key));
            }
        }
        if (const OrderedJson* all = find(schema, "allOf")) {
            if (all->is_array() && all->size() == 1 && isAlone(schema, {"allOf"}))
                return ruleFor(pointer + "/allOf/0", all->front());
            refuseBeside(schema, {"allOf", "type", "properties", "required", "additionalProperties"}, pointer);
            return ofObject(merged(schema, pointer), pointer);
        }
        if (const OrderedJson* type = find(schema, "type"); type && type->is_array()) {
            std::vector<std::string> each;
            for (const OrderedJson& one : *type)
                each.push_back(ofType(one, schema, pointer));
            if (each.empty())
                refuse(CRUCIBLE_TR_NOOP("Problem", "the list of types is empty"), pointer);
            return fmt::format("{}", fmt::join(each, " | "));
        } else if (type) {
            return ofType(*type, schema, pointer);
        }
        return ofType(guessedType(schema), schema, pointer);
    }

    static OrderedJson guessedType(const OrderedJson& schema)
    {
        const auto hasOne = [&](std::initializer_list<const char*> keys) {
            return std::any_of(keys.begin(), keys.end(), [&](const char* key) { return schema.contains(key); });
        };
        if (hasOne({"properties", "required", "additionalProperties", "patternProperties"}))
            return "object";
        if (hasOne({"items", "prefixItems", "minItems", "maxItems", "uniqueItems"}))
            return "array";
        if (hasOne({"pattern", "format", "minLength", "maxLength"}))
            return "string";
        if (hasOne({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}))
            return "number";
        return "any";
    }

    std::string ofType(const OrderedJson& type, const OrderedJson& schema, const std::string& pointer)
    {
        const std::string name = type.is_string() ? type.get<std::string>() : toJsonText(type);
        if (name != "string" && find(schema, "not"))
            throw Error::unsupported(
                {CRUCIBLE_TR_NOOP("Problem", "the keyword \"%1\" of the JSON schema is not understood"), "not"},
                pointer, CRUCIBLE_TR_NOOP("Problem", "it can exclude texts, or values of an \"enum\""));
        if (name == "any")
            return "value";
        if (name == "null" || name == "boolean")
            return name;
        if (name == "object")
            return ofObject(schema, pointer);
        if (name == "array")
            return ofArray(schema, pointer);
        if (name == "string")
            return ofString(schema, pointer);
        if (name == "integer")
            return ofInteger(schema, pointer);
        if (name == "number")
            return ofNumber(schema, pointer);
        refuse({CRUCIBLE_TR_NOOP("Problem", "there is no type \"%1\""), name.substr(0, 40)}, pointer);
    }

    std::string ofReference(const OrderedJson& reference, const std::string& pointer)
    {
        const OrderedJson& schema = referred(reference, pointer);
        return ruleFor(reference.get<std::string>(), schema);
    }

    const OrderedJson& referred(const OrderedJson& reference, const std::string& pointer) const
    {
        const std::string target = reference.is_string() ? reference.get<std::string>() : std::string();
        if (!target.starts_with('#'))
            throw Error::unsupported(
                {CRUCIBLE_TR_NOOP("Problem", "the reference \"%1\" leads out of the schema"), target.substr(0, 80)},
                pointer);
        const OrderedJson* schema = &m_schema;
        for (std::size_t at = 1; at < target.size();) {
            const std::size_t end = std::min(target.find('/', at + 1), target.size());
            std::string key = target.substr(at + 1, end - at - 1);
            for (const auto& [from, to] : {std::pair("~1", "/"), std::pair("~0", "~")}) {
                for (std::size_t place = key.find(from); place != std::string::npos; place = key.find(from, place + 1))
                    key.replace(place, 2, to);
            }
            const bool isIndex = schema->is_array() && !key.empty() && key.size() < 9 &&
                                 std::all_of(key.begin(), key.end(), [](char c) { return c >= '0' && c <= '9'; });
            const std::size_t index = isIndex ? std::stoul(key) : 0;
            if (target[at] != '/' ||
                (schema->is_object() ? !schema->contains(key) : !isIndex || index >= schema->size()))
                refuse({CRUCIBLE_TR_NOOP("Problem", "the reference \"%1\" leads nowhere"), target.substr(0, 80)},
                       pointer);
            schema = schema->is_object() ? &(*schema)[key] : &(*schema)[index];
            at = end;
        }
        return *schema;
    }

    // A type beside the choices holds for each that says none of its own.
    std::string ofChoices(const OrderedJson& choices, const OrderedJson* type, const std::string& pointer)
    {
        if (!choices.is_array() || choices.empty())
            refuse({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a list that is not empty"),
                    pointer.substr(pointer.rfind('/') + 1)},
                   pointer);
        std::vector<std::string> each;
        for (std::size_t i = 0; i < choices.size(); ++i)
            each.push_back(
                ruleFor(fmt::format("{}/{}", pointer, i), typed(choices[i], type, fmt::format("{}/{}", pointer, i))));
        return fmt::format("{}", fmt::join(each, " | "));
    }

    std::string ofObject(const OrderedJson& schema, const std::string& pointer)
    {
        const OrderedJson* properties = find(schema, "properties");
        const OrderedJson* more = find(schema, "additionalProperties");
        if (properties && !properties->is_object())
            refuse({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be an object"), "properties"}, pointer);
        if (const OrderedJson* patterns = find(schema, "patternProperties"))
            return ofNamePattern(schema, *patterns, pointer);
        std::set<std::string> required;
        if (const OrderedJson* names = find(schema, "required")) {
            for (const OrderedJson& name : *names) {
                if (!name.is_string() || !properties || !properties->contains(name.get<std::string>()))
                    refuse({CRUCIBLE_TR_NOOP("Problem", "the required property %1 is not among the properties"),
                            toJsonText(name).substr(0, 60)},
                           pointer);
                required.insert(name.get<std::string>());
            }
        }
        struct Property {
            std::string pair;
            bool required;
        };
        std::vector<Property> all;
        std::vector<std::string> names;
        if (properties) {
            for (const auto& [name, value] : properties->items()) {
                const std::string rule = ruleFor(fmt::format("{}/properties/{}", pointer, escaped(name)), value);
                all.push_back({fmt::format("{} ws \":\" ws {} ws", grammarLiteral(toJsonText(OrderedJson(name))), rule),
                               required.contains(name)});
                names.push_back(name);
            }
        }
        const bool open = more ? !(more->is_boolean() && !more->get<bool>()) : !properties;
        std::string other;
        if (open)
            other = addRule(fmt::format("\"\\\"\" {} \"\\\"\" ws \":\" ws {} ws", otherNames(names),
                                        more && more->is_object() ? ruleFor(pointer + "/additionalProperties", *more)
                                                                  : std::string("value")));
        // From the last property to the first: what may follow when nothing was written yet, and when something was.
        std::string first = open ? addRule(fmt::format("({} (\",\" ws {})*)?", other, other)) : addRule("\"\"");
        std::string next = open ? addRule(fmt::format("(\",\" ws {})*", other)) : first;
        for (auto property = all.rbegin(); property != all.rend(); ++property) {
            const std::string here = addRule(property->pair);
            const std::string newFirst =
                addRule(fmt::format("{} {}{}", here, next, property->required ? "" : " | " + first));
            next = addRule(fmt::format("\",\" ws {} {}{}", here, next, property->required ? "" : " | " + next));
            first = newFirst;
        }
        return fmt::format("\"{{\" ws {} \"}}\"", first);
    }

    // Properties whose names match one pattern, and no others.
    std::string ofNamePattern(const OrderedJson& schema, const OrderedJson& patterns, const std::string& pointer)
    {
        const OrderedJson* more = find(schema, "additionalProperties");
        const bool isClosed = !more || (more->is_boolean() && !more->get<bool>());
        if (!patterns.is_object() || patterns.size() != 1 || !isClosed || schema.contains("properties") ||
            schema.contains("required"))
            throw Error::unsupported(
                {CRUCIBLE_TR_NOOP("Problem",
                                  "the keyword \"%1\" of the JSON schema is not understood together with others"),
                 "patternProperties"},
                pointer, CRUCIBLE_TR_NOOP("Problem", "it is understood with one pattern, and no other properties"));
        const std::string name = grammarOfPattern(patterns.begin().key(), pointer + "/patternProperties");
        const std::string value =
            ruleFor(pointer + "/patternProperties/" + escaped(patterns.begin().key()), patterns.begin().value());
        const std::string pair = addRule(fmt::format("\"\\\"\" ({}) \"\\\"\" ws \":\" ws {} ws", name, value));
        return fmt::format("\"{{\" ws ({0} (\",\" ws {0})*)? \"}}\"", pair);
    }

    // Strings that are none of the names.
    std::string otherNames(const std::vector<std::string>& names)
    {
        if (names.empty())
            return "char*";
        const Deeper deeper(*this, "properties");
        std::map<std::string, std::vector<std::string>> tails; // by first character
        bool isName = false;
        for (const std::string& name : names) {
            if (name.empty()) {
                isName = true;
                continue;
            }
            std::size_t length = 1;
            while (length < name.size() && (static_cast<unsigned char>(name[length]) & 0xc0) == 0x80)
                ++length;
            tails[name.substr(0, length)].push_back(name.substr(length));
        }
        if (tails.empty())
            return "char+";
        std::string excluded;
        std::vector<std::string> choices;
        for (const auto& [character, rest] : tails) {
            const bool isPlain =
                static_cast<unsigned char>(character.front()) > 0x20 && character != "\"" && character != "\\";
            if (!isPlain && character != " ")
                continue; // is only ever written as an escape
            excluded += character == "]" || character == "[" || character == "-" || character == "^" ? "\\" + character
                                                                                                     : character;
            choices.push_back(fmt::format("{} {}", grammarLiteral(character), addRule(otherNames(rest))));
        }
        choices.push_back(fmt::format("[^\"\\\\\\x00-\\x1f\\x7f{}] char*", excluded));
        return fmt::format("({}){}", fmt::join(choices, " | "), isName ? "" : "?");
    }

    static std::optional<std::uint64_t> count(const OrderedJson& schema, const char* key, const std::string& pointer)
    {
        const OrderedJson* value = find(schema, key);
        if (!value)
            return {};
        if (!value->is_number_unsigned())
            refuse({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a whole number that is not negative"), key}, pointer);
        return value->get<std::uint64_t>();
    }

    static std::string times(const std::optional<std::uint64_t>& least, const std::optional<std::uint64_t>& most)
    {
        return most ? fmt::format("{{{},{}}}", least.value_or(0), *most) : fmt::format("{{{},}}", least.value_or(0));
    }

    std::string ofArray(const OrderedJson& schema, const std::string& pointer)
    {
        const OrderedJson* items = find(schema, "items");
        const OrderedJson* prefix = find(schema, "prefixItems");
        const std::uint64_t least = count(schema, "minItems", pointer).value_or(0);
        std::optional<std::uint64_t> most = count(schema, "maxItems", pointer);
        if (most && *most < least)
            refuse({CRUCIBLE_TR_NOOP("Problem", "\"%1\" is less than \"%2\""), "maxItems", "minItems"}, pointer);
        if (const OrderedJson* unique = find(schema, "uniqueItems"); unique && *unique != false)
            return ofUnique(schema, least, most, pointer);
        std::vector<std::string> first;
        if (prefix) {
            if (!prefix->is_array())
                refuse({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a list that is not empty"), "prefixItems"},
                       pointer);
            for (std::size_t i = 0; i < prefix->size(); ++i)
                first.push_back(ruleFor(fmt::format("{}/prefixItems/{}", pointer, i), (*prefix)[i]));
        }
        // Those of the list may be fewer, unless there must be so many.
        const bool open = items ? !(items->is_boolean() && !items->get<bool>()) : !prefix;
        const std::string other = !open                           ? std::string()
                                  : items && !items->is_boolean() ? ruleFor(pointer + "/items", *items)
                                                                  : std::string("value");
        std::string rest = "\"\"";
        const std::uint64_t listed = first.size();
        if (open) {
            const std::uint64_t restLeast = least > listed ? least - listed : 0;
            const std::optional<std::uint64_t> restMost =
                most ? std::optional(*most > listed ? *most - listed : 0) : std::nullopt;
            if (listed > 0)
                rest = restMost == 0 ? "\"\"" : fmt::format("(\",\" ws {} ws){}", other, times(restLeast, restMost));
            else if (most == 0)
                rest = "\"\"";
            else
                rest = fmt::format(
                    "({} ws (\",\" ws {} ws){}){}", other, other,
                    times(restLeast > 0 ? restLeast - 1 : 0, restMost ? std::optional(*restMost - 1) : std::nullopt),
                    least > 0 ? "" : "?");
        } else if (least > listed) {
            refuse({CRUCIBLE_TR_NOOP("Problem", "\"%1\" asks for more than there may be"), "minItems"}, pointer);
        }
        std::string body = addRule(rest);
        for (std::size_t i = first.size(); i-- > 0;) {
            if (most && i >= *most) {
                body = addRule("\"\"");
                continue;
            }
            const std::string item = fmt::format("{}{} ws {}", i > 0 ? "\",\" ws " : "", first[i], body);
            body = addRule(i < least ? item : fmt::format("({})?", item));
        }
        return fmt::format("\"[\" ws {} \"]\"", body);
    }

    // Lists in which no value comes twice: one rule for every set of values that were written.
    std::string ofUnique(const OrderedJson& schema, std::uint64_t least, const std::optional<std::uint64_t>& most,
                         const std::string& pointer)
    {
        constexpr std::size_t kMostValues = 8;
        const OrderedJson* items = find(schema, "items");
        std::string place = pointer + "/items";
        for (int steps = 0; items && items->is_object() && items->contains("$ref") && steps < kMostDepth; ++steps) {
            place = toJsonText((*items)["$ref"]);
            items = &referred((*items)["$ref"], pointer);
        }
        std::vector<OrderedJson> values;
        if (items && items->is_object() && !find(schema, "prefixItems")) {
            checkKeywords(*items, place);
            if (find(*items, "enum") || find(*items, "const")) {
                refuseBeside(*items, {"const", "enum", "type", "not"}, place);
                values = valuesOf(*items, place);
            } else if (isAlone(*items, {"type"}) && items->contains("type") && (*items)["type"] == "boolean") {
                values = {false, true};
            }
        }
        std::vector<OrderedJson> distinct;
        for (const OrderedJson& value : values) {
            if (std::find(distinct.begin(), distinct.end(), value) == distinct.end())
                distinct.push_back(value);
        }
        if (distinct.empty() || distinct.size() > kMostValues)
            throw Error::unsupported(
                {CRUCIBLE_TR_NOOP("Problem", "the keyword \"%1\" of the JSON schema is not understood"), "uniqueItems"},
                pointer,
                Sentence(CRUCIBLE_TR_NOOP("Problem", "it is understood for items that are one of at most %1 values"),
                         kMostValues));
        if (least > distinct.size())
            refuse({CRUCIBLE_TR_NOOP("Problem", "\"%1\" asks for more than there may be"), "minItems"}, pointer);
        const std::size_t sets = std::size_t(1) << distinct.size();
        std::vector<std::string> after(sets); // what may follow when these were written
        for (std::size_t set = sets; set-- > 0;) {
            std::vector<std::string> choices;
            const auto written = static_cast<std::uint64_t>(std::popcount(set));
            for (std::size_t i = 0; i < distinct.size() && (!most || written < *most); ++i) {
                if ((set >> i & 1) == 0)
                    choices.push_back(fmt::format("{}{} ws {}", set ? "\",\" ws " : "",
                                                  grammarLiteral(toJsonText(distinct[i])),
                                                  after[set | std::size_t(1) << i]));
            }
            if (written >= least)
                choices.push_back("\"\"");
            after[set] = addRule(fmt::format("{}", fmt::join(choices, " | ")));
        }
        return fmt::format("\"[\" ws {} \"]\"", after[0]);
    }

    std::string ofString(const OrderedJson& schema, const std::string& pointer)
    {
        const std::optional<std::uint64_t> least = count(schema, "minLength", pointer);
        const std::optional<std::uint64_t> most = count(schema, "maxLength", pointer);
        const OrderedJson* pattern = find(schema, "pattern");
        const OrderedJson* format = find(schema, "format");
        if (find(schema, "not")) {
            refuseBeside(schema, {"type", "not"}, pointer);
            std::vector<std::string> names;
            for (const OrderedJson& value : excluded(schema, pointer)) {
                if (value.is_string())
                    names.push_back(value.get<std::string>());
            }
            return fmt::format("\"\\\"\" {} \"\\\"\"", otherNames(names));
        }
        if ((pattern || format) && (least || most || (pattern && format)))
            throw Error::unsupported(
                {CRUCIBLE_TR_NOOP("Problem",
                                  "the keyword \"%1\" of the JSON schema is not understood together with others"),
                 pattern ? "pattern" : "format"},
                pointer);
        if (pattern) {
            if (!pattern->is_string())
                refuse({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a text"), "pattern"}, pointer);
            return fmt::format("\"\\\"\" ({}) \"\\\"\"",
                               grammarOfPattern(pattern->get<std::string>(), pointer + "/pattern"));
        }
        if (format) {
            const std::string name = format->is_string() ? format->get<std::string>() : toJsonText(*format);
            const auto formatOf = [](std::string_view wanted) {
                return std::find_if(std::begin(kFormats), std::end(kFormats),
                                    [&](const auto& entry) { return entry.first == wanted; });
            };
            if (name == "date-time")
                return fmt::format("\"\\\"\" {} \"T\" {} \"\\\"\"", addRule(std::string(formatOf("date")->second)),
                                   addRule(std::string(formatOf("time")->second)));
            if (formatOf(name) == std::end(kFormats))
                throw Error::unsupported(
                    {CRUCIBLE_TR_NOOP("Problem", "the format \"%1\" of the JSON schema is not understood"),
                     name.substr(0, 40)},
                    pointer, CRUCIBLE_TR_NOOP("Problem", "there are date, time, date-time, uuid and ipv4"));
            return fmt::format("\"\\\"\" {} \"\\\"\"", addRule(std::string(formatOf(name)->second)));
        }
        if (most && *most < least.value_or(0))
            refuse({CRUCIBLE_TR_NOOP("Problem", "\"%1\" is less than \"%2\""), "maxLength", "minLength"}, pointer);
        return least || most ? fmt::format("\"\\\"\" char{} \"\\\"\"", times(least, most)) : std::string("string");
    }

    // The bound as a whole number, the excluded one moved by 1.
    static std::string bound(const OrderedJson& schema, const char* key, const char* exclusive, int step,
                             const std::string& pointer)
    {
        std::optional<std::int64_t> result;
        for (const char* name : {key, exclusive}) {
            const OrderedJson* value = find(schema, name);
            if (!value)
                continue;
            constexpr double kMost = 1e17;
            const double number = value->is_number() ? value->get<double>() : NAN;
            if (!(std::abs(number) <= kMost))
                refuse({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a number of at most 17 digits"), name}, pointer);
            const double rounded = step > 0 ? std::ceil(number) : std::floor(number);
            std::int64_t whole =
                value->is_number_integer() ? value->get<std::int64_t>() : static_cast<std::int64_t>(rounded);
            if (name == exclusive && rounded == number)
                whole += step;
            result = !result ? whole : step > 0 ? std::max(*result, whole) : std::min(*result, whole);
        }
        return result ? fmt::format("{}", *result) : std::string();
    }

    static std::string ofInteger(const OrderedJson& schema, const std::string& pointer)
    {
        const std::string low = bound(schema, "minimum", "exclusiveMinimum", 1, pointer);
        const std::string high = bound(schema, "maximum", "exclusiveMaximum", -1, pointer);
        if (low.empty() && high.empty())
            return "integer";
        std::string grammar = grammarOfIntegers(low, high);
        if (grammar.empty())
            refuse(CRUCIBLE_TR_NOOP("Problem", "no number lies between the bounds"), pointer);
        return grammar;
    }

    static std::string ofNumber(const OrderedJson& schema, const std::string& pointer)
    {
        const auto limit = [&](const char* key, const char* exclusive, bool isLow) {
            NumberLimit result;
            for (const char* name : {key, exclusive}) {
                const OrderedJson* value = find(schema, name);
                if (!value)
                    continue;
                if (!value->is_number() || !(std::abs(value->get<double>()) <= 1e15))
                    refuse({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a number of at most 17 digits"), name},
                           pointer);
                const auto number = value->get<double>();
                const bool isOpen = name == exclusive;
                if (!result.value || (isLow ? number > *result.value : number < *result.value) ||
                    (number == *result.value && isOpen))
                    result = {number, isOpen};
            }
            return result;
        };
        const NumberLimit low = limit("minimum", "exclusiveMinimum", true);
        const NumberLimit high = limit("maximum", "exclusiveMaximum", false);
        return low.value || high.value ? grammarOfNumbers(low, high, pointer) : "number";
    }

    const OrderedJson& m_schema;
    std::map<std::string, std::string> m_byPointer; // rules, by the place of their schema
    std::vector<std::string> m_rules;
    int m_named = 0;
    int m_depth = 0;
};

} // namespace

std::string grammarLiteral(std::string_view text)
{
    std::string literal = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            literal.append("\\").push_back(c);
        else if (byte < 0x20 || byte == 0x7f)
            literal += fmt::format("\\x{:02x}", byte);
        else
            literal.push_back(c);
    }
    return literal + "\"";
}

std::string grammarOfSchema(const OrderedJson& schema)
{
    return SchemaReader(schema).read();
}

std::string grammarOfAnyObject()
{
    return fmt::format("root ::= object\n{}", kCommonRules);
}

} // namespace crucible::generate
