// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/tool_calls.h"

#include "base/error.h"
#include "generate/json_schema.h"
#include "serve/api_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

namespace crucible::serve {
namespace {

constexpr std::string_view kHermes = "<tool_call>";
constexpr std::string_view kHermesEnd = "</tool_call>";
constexpr std::string_view kMistral = "[TOOL_CALLS]";
constexpr std::string_view kLlama = "<|python_tag|>";
constexpr std::string_view kMarkers[] = {kHermes, kMistral, kLlama};

constexpr std::size_t kMostCalls = 128; // in one list
constexpr std::size_t kMostTools = 128;
constexpr std::size_t kLongestName = 64;
constexpr JsonLimits kLimits{.maxBytes = std::size_t(1) << 24, .maxDepth = 64};

bool isSpace(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool isOfName(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
}

std::string newCallId()
{
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::random_device random;
    std::string id;
    for (int i = 0; i < 9; ++i)
        id += kLetters[random() % kLetters.size()];
    return id;
}

const OrderedJson* find(const OrderedJson& json, const char* key)
{
    const auto found = json.find(key);
    return found == json.end() || found->is_null() ? nullptr : &*found;
}

// The arguments as the text of an object; false when they are none.
bool readArguments(const OrderedJson& call, std::string& text)
{
    const OrderedJson* given = find(call, "arguments");
    if (!given)
        given = find(call, "parameters");
    if (!given) {
        text = "{}";
        return true;
    }
    if (given->is_object()) {
        text = toJsonText(*given);
        return true;
    }
    if (!given->is_string())
        return false;
    text = given->get<std::string>();
    try {
        return parseOrderedJson(text, "arguments", kLimits).is_object();
    } catch (const Error&) {
        return false;
    }
}

// `name`: when it stands outside of the JSON, which is then the arguments alone.
bool readCalls(const OrderedJson& json, const std::string& name, std::vector<ToolCall>& calls)
{
    if (json.is_array()) {
        return !json.empty() && json.size() <= kMostCalls && name.empty() &&
               std::all_of(json.begin(), json.end(),
                           [&](const OrderedJson& one) { return one.is_object() && readCalls(one, name, calls); });
    }
    if (!json.is_object())
        return false;
    ToolCall call;
    if (!name.empty()) {
        call.name = name;
        call.arguments = toJsonText(json);
    } else {
        const OrderedJson* named = find(json, "name");
        if (!named || !named->is_string() || named->get_ref<const std::string&>().empty() ||
            !readArguments(json, call.arguments))
            return false;
        call.name = named->get<std::string>();
    }
    call.id = newCallId();
    calls.push_back(std::move(call));
    return true;
}

} // namespace

OrderedJson ToolCall::toJson() const
{
    return {{"id", id}, {"type", "function"}, {"function", {{"name", name}, {"arguments", arguments}}}};
}

std::string_view toolMarker(std::string_view piece)
{
    return std::find(std::begin(kMarkers), std::end(kMarkers), piece) != std::end(kMarkers) ? piece
                                                                                            : std::string_view();
}

ToolCallReader::Piece ToolCallReader::push(std::string_view text)
{
    Piece piece;
    for (const char c : text)
        step(c, piece);
    return piece;
}

ToolCallReader::Piece ToolCallReader::finish()
{
    Piece piece;
    if (m_state == State::After) {
        // What remains is space, and the beginning of the end of a call.
        m_held.clear();
    } else if (m_state != State::Text) {
        say(m_held, piece);
    }
    m_state = State::Text;
    m_held.clear();
    say(std::exchange(m_marker, {}), piece);
    if (!m_called)
        piece.text += m_space;
    m_space.clear();
    return piece;
}

void ToolCallReader::step(char c, Piece& piece)
{
    switch (m_state) {
    case State::Text: return stepText(c, piece);
    case State::After: return stepAfter(c, piece);
    case State::Before:
        if (c == '{' || c == '[')
            return beginValue(c);
        if (isSpace(c)) {
            m_held += c;
            return;
        }
        if (m_style == Style::Mistral && isOfName(c)) {
            m_state = State::Name;
            m_name.clear();
            break;
        }
        giveUp(piece);
        return step(c, piece);
    case State::Value:
        m_held += c;
        if (valueEnds(c))
            take(piece);
        return;
    case State::Name: break;
    }
    // [TOOL_CALLS]name[ARGS]{...}
    if (c == '{') {
        m_name.resize(std::min(m_name.find('['), m_name.size()));
        return beginValue(c);
    }
    const bool belongs = isOfName(c) || c == '[' || c == ']';
    if (!belongs || m_name.size() >= 4 * kLongestName) {
        giveUp(piece);
        return step(c, piece);
    }
    m_name += c;
    m_held += c;
}

void ToolCallReader::stepText(char c, Piece& piece)
{
    const auto mayBecome = [this](std::string_view marker) { return marker.starts_with(m_marker); };
    m_marker += c;
    while (!m_marker.empty() && std::none_of(std::begin(kMarkers), std::end(kMarkers), mayBecome)) {
        const char first = m_marker.front();
        m_marker.erase(0, 1);
        if (!m_said && (first == '{' || first == '[')) {
            m_style = Style::Bare;
            m_held.clear();
            m_name.clear();
            beginValue(first);
            for (const char next : std::exchange(m_marker, {}))
                step(next, piece);
            return;
        }
        say({&first, 1}, piece);
    }
    if (const auto marker = std::find(std::begin(kMarkers), std::end(kMarkers), m_marker);
        marker != std::end(kMarkers)) {
        m_style = m_marker == kHermes ? Style::Hermes : m_marker == kMistral ? Style::Mistral : Style::Llama;
        m_held = std::exchange(m_marker, {});
        m_name.clear();
        m_state = State::Before;
    }
}

void ToolCallReader::stepAfter(char c, Piece& piece)
{
    m_held += c;
    if (isSpace(c) && (m_held.size() == 1 || isSpace(m_held[m_held.size() - 2])))
        return;
    if (m_style == Style::Hermes) {
        const std::string_view rest = std::string_view(m_held).substr(m_held.find_first_not_of(" \t\r\n"));
        if (rest == kHermesEnd) {
            m_held.clear();
            m_state = State::Text;
        }
        if (kHermesEnd.starts_with(rest))
            return;
    } else if (m_style != Style::Mistral) {
        if (c == '{') {
            m_held.pop_back();
            m_name.clear();
            return beginValue(c);
        }
        if ((c == ';' || c == ',') && m_held.find_first_of(";,") == m_held.size() - 1)
            return;
        if (isSpace(c))
            return;
    }
    m_state = State::Text;
    for (const char next : std::exchange(m_held, {}))
        step(next, piece);
}

void ToolCallReader::beginValue(char c)
{
    m_state = State::Value;
    m_value = m_held.size();
    m_held += c;
    m_depth = 1;
    m_inString = m_escaped = false;
}

bool ToolCallReader::valueEnds(char c)
{
    if (m_inString) {
        if (m_escaped)
            m_escaped = false;
        else if (c == '\\')
            m_escaped = true;
        else if (c == '"')
            m_inString = false;
        return false;
    }
    if (c == '"')
        m_inString = true;
    else if (c == '{' || c == '[')
        ++m_depth;
    else if (c == '}' || c == ']')
        return --m_depth == 0;
    return false;
}

void ToolCallReader::take(Piece& piece)
{
    std::vector<ToolCall> calls;
    bool isCall = false;
    try {
        isCall = readCalls(parseOrderedJson(std::string_view(m_held).substr(m_value), "call", kLimits), m_name, calls);
    } catch (const Error&) {
    }
    // Without a marker it may be any JSON.
    const auto isKnown = [this](const ToolCall& call) { return m_names.contains(call.name); };
    if (!isCall || (m_style == Style::Bare && !std::all_of(calls.begin(), calls.end(), isKnown)))
        return giveUp(piece);
    std::move(calls.begin(), calls.end(), std::back_inserter(piece.calls));
    m_called = true;
    m_space.clear();
    m_held.clear();
    m_state = State::After;
}

void ToolCallReader::giveUp(Piece& piece)
{
    m_state = State::Text;
    say(std::exchange(m_held, {}), piece);
    m_said = true;
}

void ToolCallReader::say(std::string_view text, Piece& piece)
{
    const std::size_t last = text.find_last_not_of(" \t\r\n");
    if (last == std::string_view::npos) {
        m_space += text;
        return;
    }
    piece.text += m_space;
    piece.text += text.substr(0, last + 1);
    m_space = text.substr(last + 1);
    m_said = true;
}

std::set<std::string, std::less<>> toolNames(const OrderedJson& tools)
{
    const auto refuse = [](const std::string& why, const std::string& place) { throw ApiError(400, why, place); };
    if (!tools.is_array() || tools.size() > kMostTools)
        refuse(fmt::format("\"tools\" must be a list of at most {} tools", kMostTools), "tools");
    std::set<std::string, std::less<>> names;
    for (std::size_t i = 0; i < tools.size(); ++i) {
        const std::string place = fmt::format("tools[{}]", i);
        const OrderedJson* function = tools[i].is_object() ? find(tools[i], "function") : nullptr;
        const OrderedJson* type = tools[i].is_object() ? find(tools[i], "type") : nullptr;
        if (!function || !function->is_object() || !type || *type != "function")
            refuse("a tool must be {\"type\": \"function\", \"function\": {\"name\", \"description\", \"parameters\"}}",
                   place);
        const OrderedJson* name = find(*function, "name");
        const bool isName = name && name->is_string() && !name->get_ref<const std::string&>().empty();
        if (!isName || name->get_ref<const std::string&>().size() > kLongestName)
            refuse(fmt::format("\"name\" must be a text of 1 to {} characters", kLongestName),
                   place + ".function.name");
        if (const OrderedJson* parameters = find(*function, "parameters"); parameters && !parameters->is_object())
            refuse("\"parameters\" must be a JSON schema", place + ".function.parameters");
        if (!names.insert(name->get<std::string>()).second)
            refuse(fmt::format("there are two tools \"{}\"", name->get<std::string>()), place + ".function.name");
    }
    return names;
}

namespace {

// References inside a schema that has moved: they begin at its new place. What stands in values is data.
void moveReferences(OrderedJson& schema, const std::string& place)
{
    if (schema.is_array()) {
        for (OrderedJson& one : schema)
            moveReferences(one, place);
    }
    if (!schema.is_object())
        return;
    for (auto& [key, value] : schema.items()) {
        if (key == "const" || key == "enum" || key == "default" || key == "examples")
            continue;
        if (key == "$ref" && value.is_string() && value.get_ref<const std::string&>().starts_with('#'))
            value = place + value.get<std::string>().substr(1);
        else
            moveReferences(value, place);
    }
}

OrderedJson schemaOfCall(const OrderedJson& function, const std::string& argumentsKey, const std::string& place)
{
    const OrderedJson* parameters = find(function, "parameters");
    OrderedJson arguments =
        parameters && !parameters->empty()
            ? *parameters
            : OrderedJson{{"type", "object"}, {"properties", OrderedJson::object()}, {"additionalProperties", false}};
    moveReferences(arguments, place + "/properties/" + argumentsKey);
    return {{"type", "object"},
            {"properties", {{"name", {{"const", function["name"]}}}, {argumentsKey, arguments}}},
            {"required", {"name", argumentsKey}},
            {"additionalProperties", false}};
}

} // namespace

std::string grammarOfCalls(const OrderedJson& tools, std::string_view only, std::string_view chatTemplate)
{
    const bool isHermes = chatTemplate.find(kHermes) != std::string_view::npos;
    const bool isLlama = chatTemplate.find("python_tag") != std::string_view::npos ||
                         chatTemplate.find("\"parameters\":") != std::string_view::npos;
    const std::string key = isLlama && !isHermes ? "parameters" : "arguments";
    std::vector<const OrderedJson*> wanted;
    for (const OrderedJson& tool : tools) {
        if (only.empty() || tool["function"]["name"].get_ref<const std::string&>() == only)
            wanted.push_back(&tool["function"]);
    }
    OrderedJson schema;
    if (wanted.size() == 1) {
        schema = schemaOfCall(*wanted.front(), key, "#");
    } else {
        schema = {{"anyOf", OrderedJson::array()}};
        for (std::size_t i = 0; i < wanted.size(); ++i)
            schema["anyOf"].push_back(schemaOfCall(*wanted[i], key, fmt::format("#/anyOf/{}", i)));
    }
    std::string grammar = generate::grammarOfSchema(schema);
    if (!isHermes)
        return grammar;
    constexpr std::string_view kRoot = "root ::=";
    grammar.replace(0, kRoot.size(), "call ::=");
    return fmt::format("root ::= {} call {}\n", generate::grammarLiteral(std::string(kHermes) + "\n"),
                       generate::grammarLiteral("\n" + std::string(kHermesEnd))) +
           grammar;
}

OrderedJson messageForTemplate(OrderedJson message, const OrderedJson& before, const std::string& place)
{
    if (!find(message, "content"))
        message["content"] = "";
    if (OrderedJson* calls = message.contains("tool_calls") ? &message["tool_calls"] : nullptr;
        calls && calls->is_null()) {
        message.erase("tool_calls");
    } else if (calls) {
        if (!calls->is_array())
            throw ApiError(400, "\"tool_calls\" must be a list", place + ".tool_calls");
        for (std::size_t i = 0; i < calls->size(); ++i) {
            OrderedJson& call = (*calls)[i];
            const OrderedJson* function = call.is_object() ? find(call, "function") : nullptr;
            const OrderedJson* name = function && function->is_object() ? find(*function, "name") : nullptr;
            if (!name || !name->is_string())
                throw ApiError(
                    400, "a call must be {\"id\", \"type\": \"function\", \"function\": {\"name\", \"arguments\"}}",
                    fmt::format("{}.tool_calls[{}]", place, i));
            const OrderedJson* arguments = find(*function, "arguments");
            if (!arguments || !arguments->is_string())
                continue;
            try {
                if (OrderedJson object =
                        parseOrderedJson(arguments->get_ref<const std::string&>(), "arguments", kLimits);
                    object.is_object())
                    call["function"]["arguments"] = std::move(object);
            } catch (const Error&) { // what another model wrote: the template gets the text
            }
        }
    }
    if (message["role"] != "tool" || find(message, "name"))
        return message;
    const OrderedJson* id = find(message, "tool_call_id");
    for (auto earlier = before.rbegin(); id && earlier != before.rend(); ++earlier) {
        const OrderedJson* calls = find(*earlier, "tool_calls");
        if (!calls)
            continue;
        for (const OrderedJson& call : *calls) {
            if (const OrderedJson* called = find(call, "id"); called && *called == *id) {
                message["name"] = call["function"]["name"];
                return message;
            }
        }
    }
    return message;
}

} // namespace crucible::serve
