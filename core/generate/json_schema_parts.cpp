// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/json_schema_parts.h"

#include "generate/json_schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace crucible::generate::schema {
namespace {

// What says nothing about the values.
constexpr std::string_view kRemarks[] = {"title",      "description", "default",    "examples", "example",
                                         "deprecated", "readOnly",    "writeOnly",  "$schema",  "$id",
                                         "$comment",   "$defs",       "definitions"};
constexpr std::string_view kUnderstood[] = {"type",
                                            "enum",
                                            "const",
                                            "anyOf",
                                            "oneOf",
                                            "allOf",
                                            "$ref",
                                            "properties",
                                            "required",
                                            "additionalProperties",
                                            "items",
                                            "prefixItems",
                                            "minItems",
                                            "maxItems",
                                            "minLength",
                                            "maxLength",
                                            "pattern",
                                            "format",
                                            "not",
                                            "uniqueItems",
                                            "patternProperties",
                                            "minimum",
                                            "maximum",
                                            "exclusiveMinimum",
                                            "exclusiveMaximum"};

} // namespace

void refuse(Sentence what, const std::string& where)
{
    throw Error::invalid(std::move(what), where);
}

const OrderedJson* find(const OrderedJson& schema, const char* key)
{
    const auto found = schema.find(key);
    return found == schema.end() ? nullptr : &*found;
}

namespace {

std::string firstBeside(const OrderedJson& schema, std::initializer_list<std::string_view> keys)
{
    for (const auto& entry : schema.items()) {
        const auto is = [&entry](std::string_view known) { return known == entry.key(); };
        if (std::none_of(keys.begin(), keys.end(), is) && std::none_of(std::begin(kRemarks), std::end(kRemarks), is))
            return entry.key();
    }
    return {};
}

bool isOfType(const OrderedJson& value, const OrderedJson& type)
{
    if (type.is_array())
        return std::any_of(type.begin(), type.end(), [&](const OrderedJson& one) { return isOfType(value, one); });
    const bool isWhole = value.is_number_integer() ||
                         (value.is_number_float() && std::floor(value.get<double>()) == value.get<double>());
    return (type == "null" && value.is_null()) || (type == "boolean" && value.is_boolean()) ||
           (type == "string" && value.is_string()) || (type == "number" && value.is_number()) ||
           (type == "integer" && isWhole) || (type == "object" && value.is_object()) ||
           (type == "array" && value.is_array());
}

std::vector<OrderedJson> listed(const OrderedJson& schema, const std::string& pointer)
{
    const OrderedJson* values = find(schema, "enum");
    if (values && (!values->is_array() || values->empty()))
        refuse({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a list that is not empty"), "enum"}, pointer);
    std::vector<OrderedJson> all;
    const OrderedJson* only = find(schema, "const");
    if (only && (!values || std::find(values->begin(), values->end(), *only) != values->end()))
        all.push_back(*only);
    for (std::size_t i = 0; values && !only && i < values->size(); ++i)
        all.push_back((*values)[i]);
    return all;
}

} // namespace

void checkKeywords(const OrderedJson& schema, const std::string& pointer)
{
    for (const auto& entry : schema.items()) {
        const std::string& key = entry.key();
        const auto is = [&key](std::string_view known) { return known == key; };
        const bool says = !std::any_of(std::begin(kRemarks), std::end(kRemarks), is);
        if (says && !std::any_of(std::begin(kUnderstood), std::end(kUnderstood), is))
            throw Error::unsupported(
                {CRUCIBLE_TR_NOOP("Problem", "the keyword \"%1\" of the JSON schema is not understood"), key}, pointer,
                CRUCIBLE_TR_NOOP("Problem", "leave it out, or write a grammar"));
    }
}

bool isAlone(const OrderedJson& schema, std::initializer_list<std::string_view> keys)
{
    return firstBeside(schema, keys).empty();
}

void refuseBeside(const OrderedJson& schema, std::initializer_list<std::string_view> keys, const std::string& pointer)
{
    if (const std::string other = firstBeside(schema, keys); !other.empty())
        throw Error::unsupported(
            {CRUCIBLE_TR_NOOP("Problem",
                              "the keyword \"%1\" of the JSON schema is not understood together with others"),
             other},
            pointer);
}

std::vector<OrderedJson> excluded(const OrderedJson& schema, const std::string& pointer)
{
    const OrderedJson* no = find(schema, "not");
    if (!no)
        return {};
    if (!no->is_object() || !isAlone(*no, {"const", "enum"}) || (!no->contains("const") && !no->contains("enum")))
        throw Error::unsupported(
            {CRUCIBLE_TR_NOOP("Problem", "the keyword \"%1\" of the JSON schema is not understood"), "not"}, pointer,
            CRUCIBLE_TR_NOOP("Problem", "it can exclude values that are listed by \"const\" or \"enum\""));
    return listed(*no, pointer + "/not");
}

std::vector<OrderedJson> valuesOf(const OrderedJson& schema, const std::string& pointer)
{
    std::vector<OrderedJson> values = listed(schema, pointer);
    const OrderedJson* type = find(schema, "type");
    const std::vector<OrderedJson> no = excluded(schema, pointer);
    std::erase_if(values, [&](const OrderedJson& value) {
        return (type && !isOfType(value, *type)) || std::find(no.begin(), no.end(), value) != no.end();
    });
    if (values.empty())
        refuse(CRUCIBLE_TR_NOOP("Problem", "no value fits the schema"), pointer);
    return values;
}

std::string literals(const std::vector<OrderedJson>& values)
{
    std::vector<std::string> each;
    for (const OrderedJson& value : values)
        each.push_back(grammarLiteral(toJsonText(value)));
    return fmt::format("{}", fmt::join(each, " | "));
}

OrderedJson typed(const OrderedJson& schema, const OrderedJson* type, const std::string& pointer)
{
    if (!type || !schema.is_object() || (schema.contains("type") && schema["type"] == *type))
        return schema;
    if (schema.contains("type") || schema.contains("$ref"))
        throw Error::unsupported(
            {CRUCIBLE_TR_NOOP("Problem",
                              "the keyword \"%1\" of the JSON schema is not understood together with others"),
             "type"},
            pointer);
    OrderedJson result = schema;
    result["type"] = *type;
    return result;
}

OrderedJson merged(const OrderedJson& schema, const std::string& pointer)
{
    OrderedJson whole = schema;
    whole.erase("allOf");
    const OrderedJson& parts = *find(schema, "allOf");
    if (!parts.is_array())
        refuse({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a list that is not empty"), "allOf"}, pointer);
    if (const OrderedJson* own = find(whole, "properties"); own && !own->is_object())
        refuse({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be an object"), "properties"}, pointer);
    if (const OrderedJson* own = find(whole, "required"); own && !own->is_array())
        refuse({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a list of texts"), "required"}, pointer);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const OrderedJson* part = &parts[i];
        const std::string place = fmt::format("{}/allOf/{}", pointer, i);
        if (!part->is_object())
            refuse(CRUCIBLE_TR_NOOP("Problem", "a schema is an object, or true"), place);
        checkKeywords(*part, place);
        const bool isObject = part->contains("properties") && (*part)["properties"].is_object() &&
                              (!part->contains("type") || (*part)["type"] == "object");
        if (!isObject || part->contains("allOf") || part->contains("anyOf") || part->contains("oneOf"))
            throw Error::unsupported(
                {CRUCIBLE_TR_NOOP("Problem", "the keyword \"%1\" of the JSON schema is not understood"), "allOf"},
                place, CRUCIBLE_TR_NOOP("Problem", "it is understood for objects with properties alone"));
        for (const auto& [key, value] : (*part)["properties"].items()) {
            if (whole.contains("properties") && whole["properties"].contains(key) && whole["properties"][key] != value)
                throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "the property \"%1\" has several schemas"), key},
                                         place);
            whole["properties"][key] = value;
        }
        if (const OrderedJson* required = find(*part, "required")) {
            for (const OrderedJson& key : *required)
                whole["required"].push_back(key);
        }
        if (const OrderedJson* more = find(*part, "additionalProperties"))
            whole["additionalProperties"] = *more;
    }
    return whole;
}

std::string escaped(const std::string& key)
{
    std::string step;
    for (const char c : key)
        step += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    return step;
}

} // namespace crucible::generate::schema
