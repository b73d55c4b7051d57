// SPDX-License-Identifier: GPL-3.0-or-later
#include "recipe/yaml.h"

#include "base/text.h"
#include "base/units.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <sstream>

namespace crucible::recipe {
namespace {

// Reading stops: the reason is already among the problems.
struct Stop {};

Position positionOf(const YAML::Mark& mark)
{
    return mark.is_null() ? Position{} : Position{mark.line + 1, mark.column + 1};
}

Problem problemAt(const std::string& source, Position position, Sentence message, Sentence hint)
{
    Problem problem;
    problem.where = position.line > 0 ? fmt::format("{}:{}:{}", source, position.line, position.column) : source;
    problem.say(std::move(message), std::move(hint));
    problem.line = position.line;
    problem.column = position.column;
    return problem;
}

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> words)
{
    for (const std::string_view word : words) {
        if (text == word)
            return true;
    }
    return false;
}

// Decimal with '_' between digits, 0x hexadecimal, 0b binary, and 0-prefixed octal: the integers of YAML 1.1.
std::optional<double> yamlInteger(std::string_view text)
{
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+'))
        text.remove_prefix(1);
    int base = 10;
    if (text.starts_with("0x"))
        base = 16, text.remove_prefix(2);
    else if (text.starts_with("0b"))
        base = 2, text.remove_prefix(2);
    else if (text.starts_with("0o"))
        base = 8, text.remove_prefix(2);
    else if (text.size() > 1 && text.front() == '0')
        base = 8, text.remove_prefix(1);
    std::string digits;
    for (const char c : text) {
        if (c != '_')
            digits += c;
    }
    if (text.empty() || text.front() == '_' || digits.empty())
        return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (code != std::errc() || end != digits.data() + digits.size())
        return std::nullopt;
    return negative ? -static_cast<double>(value) : static_cast<double>(value);
}

// True for what starts like a decimal number: keeps "inf", "nan" and words out of the number parser.
bool looksNumeric(std::string_view text)
{
    if (text.starts_with('+') || text.starts_with('-'))
        text.remove_prefix(1);
    if (text.starts_with('.'))
        text.remove_prefix(1);
    return !text.empty() && text.front() >= '0' && text.front() <= '9';
}

void typePlainScalar(YamlNode& node)
{
    const std::string& text = node.text;
    if (isOneOf(text, {"", "~", "null", "Null", "NULL"})) {
        node.kind = YamlNode::Kind::Null;
    } else if (isOneOf(text, {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})) {
        node.kind = YamlNode::Kind::Bool;
        node.boolean = true;
    } else if (isOneOf(text, {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})) {
        node.kind = YamlNode::Kind::Bool;
    } else if (looksNumeric(text)) {
        if (const std::optional<double> whole = yamlInteger(text)) {
            node.kind = YamlNode::Kind::Number;
            node.number = *whole;
            node.isInteger = std::abs(*whole) <= 9007199254740992.0;
        } else if (const std::optional<double> real = parseNumber(text)) {
            node.kind = YamlNode::Kind::Number;
            node.number = *real;
        }
    }
}

class TreeBuilder final : public YAML::EventHandler {
public:
    TreeBuilder(std::string_view text, const std::string& source, Problems& problems, const YamlLimits& limits)
        : m_text(text), m_source(source), m_problems(problems), m_limits(limits)
    {
    }

    std::vector<YamlNode> documents;

    void OnDocumentStart(const YAML::Mark& mark) override
    {
        m_anchors.clear();
        m_open.clear();
        m_root = YamlNode{};
        m_root.position = positionOf(mark);
        // At a character that can begin nothing the library reports empty documents without end.
        if (!documents.empty() && mark.pos <= m_lastStart)
            stop(m_root.position, CRUCIBLE_TR_NOOP("Problem", "Not valid YAML: nothing can begin with this character"));
        if (documents.size() >= m_limits.maxDocuments)
            stop(m_root.position,
                 {CRUCIBLE_TR_NOOP("Problem", "The text holds more than %1 documents"), m_limits.maxDocuments});
        m_lastStart = mark.pos;
    }
    void OnDocumentEnd() override { documents.push_back(std::move(m_root)); }

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        YamlNode node;
        node.position = positionOf(mark);
        add(std::move(node), anchor);
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override
    {
        YamlNode node;
        node.position = positionOf(mark);
        node.kind = YamlNode::Kind::Text;
        node.text = value;
        node.quoted = tag == "!";
        checkTag(tag, node.position);
        if (node.quoted && !mark.is_null() && !closesQuote(static_cast<std::size_t>(mark.pos)))
            stop(node.position, CRUCIBLE_TR_NOOP("Problem", "A quote is opened here and never closed"));
        if (tag != "!" && !tag.ends_with(":str"))
            typePlainScalar(node);
        add(std::move(node), anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override
    {
        const auto found = m_anchors.find(anchor);
        if (found == m_anchors.end())
            stop(positionOf(mark), CRUCIBLE_TR_NOOP("Problem", "An alias refers to a value that contains it"),
                 CRUCIBLE_TR_NOOP("Problem", "Write the value out, or move the anchor"));
        YamlNode copy = found->second;
        copy.position = positionOf(mark);
        m_nodes += copy.nodeCount() - 1;
        add(std::move(copy), 0);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override
    {
        open(YamlNode::Kind::Sequence, positionOf(mark), tag, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override
    {
        open(YamlNode::Kind::Map, positionOf(mark), tag, anchor);
    }
    void OnMapEnd() override { close(); }

private:
    struct Level {
        YamlNode node;
        YAML::anchor_t anchor = 0;
        bool hasKey = false;
        bool plainKey = false;
        bool repeated = false; // the key at hand occurred before: its value is read and left out
        std::string key;
        Position keyPosition;
        std::set<std::string, std::less<>> keys;
        std::vector<YamlNode> merged; // values of `<<`
    };

    [[noreturn]] void stop(Position position, Sentence message, Sentence hint = {})
    {
        m_problems.add(problemAt(m_source, position, std::move(message), std::move(hint)));
        throw Stop{};
    }

    // False when the text ends inside the quotes that begin at `start`: the YAML library takes that for their end.
    bool closesQuote(std::size_t start) const
    {
        if (start >= m_text.size() || (m_text[start] != '"' && m_text[start] != '\''))
            return true; // a block, or a quoted scalar behind a tag or an anchor
        const char quote = m_text[start];
        for (std::size_t i = start + 1; i < m_text.size(); ++i) {
            const bool doubled = quote == '\'' && m_text.substr(i).starts_with("''");
            if (doubled || (m_text[i] == '\\' && quote == '"'))
                ++i;
            else if (m_text[i] == quote)
                return true;
        }
        return false;
    }

    void checkTag(const std::string& tag, Position position)
    {
        constexpr std::string_view kCore = "tag:yaml.org,2002:";
        if (tag.empty() || tag == "?" || tag == "!")
            return;
        if (tag.starts_with(kCore) &&
            isOneOf(std::string_view(tag).substr(kCore.size()), {"str", "int", "float", "bool", "null", "seq", "map"}))
            return;
        stop(position, {CRUCIBLE_TR_NOOP("Problem", "The tag %1 is not supported"), yamlText(tag)},
             CRUCIBLE_TR_NOOP("Problem", "Remove the tag"));
    }

    void open(YamlNode::Kind kind, Position position, const std::string& tag, YAML::anchor_t anchor)
    {
        checkTag(tag, position);
        if (static_cast<int>(m_open.size()) >= m_limits.maxDepth)
            stop(position, {CRUCIBLE_TR_NOOP("Problem", "Values are nested deeper than %1 levels"), m_limits.maxDepth});
        if (!m_open.empty() && m_open.back().node.kind == YamlNode::Kind::Map && !m_open.back().hasKey)
            stop(position, CRUCIBLE_TR_NOOP("Problem", "A key must be text, not a list or a map"));
        Level level;
        level.node.kind = kind;
        level.node.position = position;
        level.anchor = anchor;
        m_open.push_back(std::move(level));
    }

    void close()
    {
        Level level = std::move(m_open.back());
        m_open.pop_back();
        for (YamlNode& other : level.merged)
            mergeInto(level, std::move(other));
        add(std::move(level.node), level.anchor);
    }

    // YAML 1.1's merge key: entries of other maps, unless the map has its own.
    void mergeInto(Level& level, YamlNode other)
    {
        if (other.kind == YamlNode::Kind::Sequence) {
            for (YamlNode& item : other.items)
                mergeInto(level, std::move(item));
            return;
        }
        if (other.kind != YamlNode::Kind::Map)
            stop(other.position, {CRUCIBLE_TR_NOOP("Problem", "`<<` must name a map, but is %1"), other.describe()});
        for (YamlNode::Entry& entry : other.entries) {
            if (level.keys.insert(entry.key).second)
                level.node.entries.push_back(std::move(entry));
        }
    }

    void add(YamlNode node, YAML::anchor_t anchor)
    {
        if (++m_nodes > m_limits.maxNodes)
            stop(node.position, {CRUCIBLE_TR_NOOP("Problem", "The text holds more than %1 values"), m_limits.maxNodes},
                 CRUCIBLE_TR_NOOP("Problem", "Aliases count as often as they are used"));
        if (anchor != 0) {
            m_nodes += node.nodeCount();
            m_anchors[anchor] = node;
        }
        if (m_open.empty()) {
            m_root = std::move(node);
            return;
        }
        Level& level = m_open.back();
        if (level.node.kind == YamlNode::Kind::Sequence) {
            level.node.items.push_back(std::move(node));
        } else if (!level.hasKey) {
            takeKey(level, std::move(node));
        } else {
            level.hasKey = false;
            if (level.repeated)
                return;
            if (level.key == "<<" && level.plainKey)
                level.merged.push_back(std::move(node));
            else
                level.node.entries.push_back({std::move(level.key), level.keyPosition, std::move(node)});
        }
    }

    void takeKey(Level& level, YamlNode node)
    {
        if (node.kind == YamlNode::Kind::Null && node.text.empty())
            stop(node.position, CRUCIBLE_TR_NOOP("Problem", "A key is missing before the colon"));
        if (node.kind == YamlNode::Kind::Sequence || node.kind == YamlNode::Kind::Map)
            stop(node.position, CRUCIBLE_TR_NOOP("Problem", "A key must be text, not a list or a map"));
        level.hasKey = true;
        level.plainKey = !node.quoted;
        level.key = std::move(node.text);
        level.keyPosition = node.position;
        level.repeated = !level.keys.insert(level.key).second;
        if (level.repeated) {
            m_problems.add(problemAt(m_source, node.position,
                                     {CRUCIBLE_TR_NOOP("Problem", "The key %1 is given twice"), yamlText(level.key)},
                                     CRUCIBLE_TR_NOOP("Problem", "Remove one of the two")));
        }
    }

    std::string_view m_text;
    const std::string& m_source;
    Problems& m_problems;
    const YamlLimits& m_limits;
    YamlNode m_root;
    std::vector<Level> m_open;
    std::map<YAML::anchor_t, YamlNode> m_anchors;
    std::size_t m_nodes = 0;
    int m_lastStart = -1; // where the document before began
};

// Position of the first byte that may not stand in YAML, or line 0.
Position firstControlCharacter(std::string_view text)
{
    Position position{1, 1};
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f)
            return position;
        if (c == '\n')
            position = {position.line + 1, 1};
        else
            ++position.column;
    }
    return {};
}

bool acceptsText(std::string_view text, const std::string& sourceName, Problems& problems, const YamlLimits& limits)
{
    if (text.size() > limits.maxBytes) {
        problems.add(problemAt(sourceName, {},
                               {CRUCIBLE_TR_NOOP("Problem", "The text has %1, more than the %2 that are allowed"),
                                formatBytes(text.size()), formatBytes(limits.maxBytes)},
                               {}));
        return false;
    }
    if (!isUtf8(text)) {
        problems.add(problemAt(sourceName, {}, CRUCIBLE_TR_NOOP("Problem", "The text is not UTF-8"),
                               CRUCIBLE_TR_NOOP("Problem", "Save the file with UTF-8 encoding")));
        return false;
    }
    if (const Position bad = firstControlCharacter(text); bad.line > 0) {
        problems.add(problemAt(sourceName, bad, CRUCIBLE_TR_NOOP("Problem", "The text holds a control character"),
                               CRUCIBLE_TR_NOOP("Problem", "Remove it")));
        return false;
    }
    return true;
}

} // namespace

const YamlNode* YamlNode::find(std::string_view key) const
{
    for (const Entry& entry : entries) {
        if (entry.key == key)
            return &entry.value;
    }
    return nullptr;
}

Sentence YamlNode::describe() const
{
    const auto shortened = [this] {
        return text.size() <= 60 ? yamlText(text) : yamlText(text.substr(0, text.find_last_of(' ', 57))) + " ...";
    };
    switch (kind) {
    case Kind::Null: return CRUCIBLE_TR_NOOP("Problem", "nothing");
    case Kind::Bool: return {CRUCIBLE_TR_NOOP("Problem", "the boolean %1"), text};
    case Kind::Number: return {CRUCIBLE_TR_NOOP("Problem", "the number %1"), text};
    case Kind::Text: return {CRUCIBLE_TR_NOOP("Problem", "the text %1"), shortened()};
    case Kind::Sequence:
        return items.empty() ? CRUCIBLE_TR_NOOP("Problem", "an empty list") : CRUCIBLE_TR_NOOP("Problem", "a list");
    case Kind::Map:
        return entries.empty() ? CRUCIBLE_TR_NOOP("Problem", "an empty map") : CRUCIBLE_TR_NOOP("Problem", "a map");
    }
    return {};
}

std::size_t YamlNode::nodeCount() const
{
    std::size_t count = 1;
    for (const YamlNode& item : items)
        count += item.nodeCount();
    for (const Entry& entry : entries)
        count += entry.value.nodeCount();
    return count;
}

std::vector<YamlNode> parseYaml(std::string_view text, const std::string& sourceName, Problems& problems,
                                const YamlLimits& limits)
{
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (text.starts_with(kByteOrderMark))
        text.remove_prefix(kByteOrderMark.size());
    if (!acceptsText(text, sourceName, problems, limits))
        return {};
    TreeBuilder builder(text, sourceName, problems, limits);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const Stop&) {
    } catch (const YAML::Exception& error) {
        problems.add(problemAt(
            sourceName, positionOf(error.mark), {CRUCIBLE_TR_NOOP("Problem", "Not valid YAML: %1"), error.msg},
            CRUCIBLE_TR_NOOP("Problem", "Check the indentation (spaces, no tabs), colons and quotes near this place")));
    }
    return std::move(builder.documents);
}

std::string yamlText(std::string_view text)
{
    const auto isSafe = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || byte >= 0x80 ||
               std::string_view("_./+@=~$%^()<>|;!*&?-\\").find(c) != std::string_view::npos;
    };
    constexpr std::string_view kNeverFirst = "-?!&*|>%@~=<";
    bool plain = !text.empty() && kNeverFirst.find(text.front()) == std::string_view::npos && isUtf8(text);
    for (const char c : text)
        plain = plain && isSafe(c);
    if (plain) {
        YamlNode node;
        node.kind = YamlNode::Kind::Text;
        node.text = std::string(text);
        typePlainScalar(node);
        // Dates and clock times are neither here, but would be in other loaders; so would ".inf" and ".nan".
        const bool otherType = looksNumeric(text) || text.starts_with('.') || text.starts_with("+.");
        if (node.kind == YamlNode::Kind::Text && (!otherType || text.starts_with("./") || text.starts_with("../")))
            return node.text;
    }
    std::string quoted = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        switch (c) {
        case '"': quoted += "\\\""; break;
        case '\\': quoted += "\\\\"; break;
        case '\n': quoted += "\\n"; break;
        case '\t': quoted += "\\t"; break;
        case '\r': quoted += "\\r"; break;
        default:
            if (byte < 0x20 || byte == 0x7f)
                quoted += fmt::format("\\x{:02x}", byte);
            else
                quoted += c;
        }
    }
    return quoted + '"';
}

std::string yamlNumber(double value)
{
    std::string text = formatNumber(value);
    const std::size_t exponent = text.find('e');
    if (exponent != std::string::npos && text.find('.') == std::string::npos)
        text.insert(exponent, ".0");
    return text;
}

} // namespace crucible::recipe
