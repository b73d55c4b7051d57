// SPDX-License-Identifier: GPL-3.0-or-later
#include "job/events.h"

#include "base/sentence_json.h"

#include <cmath>
#include <fstream>
#include <limits>

namespace crucible::job {
namespace {

// One struct, both ways: `visit(archive, body)` names each member once, with its key.
template<class Archive> void visit(Archive& archive, Started& body)
{
    archive("run", body.run)("kind", body.kind)("name", body.name)("pid", body.pid)("token", body.token);
    archive("version", body.version);
}
template<class Archive> void visit(Archive& archive, PlanReady& body) { archive("plan", body.plan); }
template<class Archive> void visit(Archive& archive, StageBegan& body) { archive("name", body.name); }
template<class Archive> void visit(Archive& archive, Progressed& body)
{
    archive("done", body.done)("total", body.total)("unit", body.unit)("item", body.item);
    archive("bytes_read", body.bytesRead)("bytes_written", body.bytesWritten);
    archive("seconds", body.seconds)("eta", body.eta)("share", body.share);
}
template<class Archive> void visit(Archive& archive, Measured& body)
{
    archive("name", body.name)("x", body.x)("value", body.value);
}
template<class Archive> void visit(Archive& archive, Logged& body)
{
    archive("level", body.level)("message", body.message);
}
template<class Archive> void visit(Archive& archive, ArtifactMade& body)
{
    archive("kind", body.kind)("path", body.path);
}
template<class Archive> void visit(Archive& archive, CheckpointSaved& body) { archive("path", body.path); }
template<class Archive> void visit(Archive&, PausedNow&) {}
template<class Archive> void visit(Archive&, ResumedNow&) {}
template<class Archive> void visit(Archive& archive, Finished& body)
{
    archive("seconds", body.seconds)("result", body.result);
}
template<class Archive> void visit(Archive& archive, Failed& body)
{
    archive("kind", body.kind)("message", body.message)("where", body.where)("hint", body.hint);
}
template<class Archive> void visit(Archive&, CancelledNow&) {}

constexpr std::string_view kTypes[] = {"started",  "plan",   "stage",   "progress", "metric", "log",      "artifact",
                                       "checkpoint", "paused", "resumed", "finished", "failed", "cancelled"};
static_assert(std::size(kTypes) == std::variant_size_v<EventBody>);

constexpr const char* kSaid = "_said"; // behind the key of a sentence: the same with what was put in
constexpr LogLevel kLevels[] = {LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error};

class Writer {
public:
    explicit Writer(OrderedJson& json) : m_json(json) {}
    template<class T> Writer& operator()(const char* key, const T& value)
    {
        m_json[key] = value;
        return *this;
    }
    Writer& operator()(const char* key, const Json& value)
    {
        m_json[key] = OrderedJson(value);
        return *this;
    }
    Writer& operator()(const char* key, LogLevel level)
    {
        m_json[key] = toString(level);
        return *this;
    }
    Writer& operator()(const char* key, const Sentence& value)
    {
        m_json[key] = value.text();
        if (!value.arguments().empty())
            m_json[std::string(key) + kSaid] = OrderedJson(toJson(value));
        return *this;
    }

private:
    OrderedJson& m_json;
};

// A key that is absent or of another type leaves the member as it is.
class Reader {
public:
    explicit Reader(const Json& json) : m_json(json) {}
    Reader& operator()(const char* key, std::string& value)
    {
        if (const Json* found = find(key); found && found->is_string())
            value = found->get<std::string>();
        return *this;
    }
    Reader& operator()(const char* key, double& value)
    {
        if (const Json* found = find(key))
            value = found->is_number() ? found->get<double>() : std::numeric_limits<double>::quiet_NaN();
        return *this;
    }
    Reader& operator()(const char* key, std::int64_t& value)
    {
        if (const Json* found = find(key); found && found->is_number_integer())
            value = found->get<std::int64_t>();
        return *this;
    }
    Reader& operator()(const char* key, std::uint64_t& value)
    {
        if (const Json* found = find(key); found && found->is_number_unsigned())
            value = found->get<std::uint64_t>();
        return *this;
    }
    Reader& operator()(const char* key, Json& value)
    {
        if (const Json* found = find(key))
            value = *found;
        return *this;
    }
    Reader& operator()(const char* key, LogLevel& value)
    {
        std::string text;
        (*this)(key, text);
        for (const LogLevel level : kLevels) {
            if (toString(level) == text)
                value = level;
        }
        return *this;
    }
    Reader& operator()(const char* key, Sentence& value)
    {
        std::string text;
        (*this)(key, text);
        const Json* said = find((std::string(key) + kSaid).c_str());
        value = said ? sentenceFromJson(*said) : Sentence();
        if (value.empty())
            value = std::move(text);
        return *this;
    }

private:
    const Json* find(const char* key) const
    {
        const auto found = m_json.find(key);
        return found == m_json.end() ? nullptr : &*found;
    }
    const Json& m_json;
};

template<std::size_t I = 0> std::optional<EventBody> readBody(std::string_view type, const Json& json)
{
    if constexpr (I == std::variant_size_v<EventBody>) {
        return std::nullopt;
    } else {
        if (type != kTypes[I])
            return readBody<I + 1>(type, json);
        std::variant_alternative_t<I, EventBody> body;
        Reader reader(json);
        visit(reader, body);
        return EventBody(std::move(body));
    }
}

} // namespace

bool Event::isLast() const
{
    return std::holds_alternative<Finished>(body) || std::holds_alternative<Failed>(body) ||
           std::holds_alternative<CancelledNow>(body);
}

std::string_view toString(LogLevel level)
{
    switch (level) {
    case LogLevel::Debug: return "debug";
    case LogLevel::Info: return "info";
    case LogLevel::Warning: return "warning";
    case LogLevel::Error: return "error";
    }
    return "info";
}

std::string toLine(const Event& event)
{
    OrderedJson json;
    json["event"] = kTypes[event.body.index()];
    json["time"] = event.time;
    Writer writer(json);
    std::visit([&writer](auto body) { visit(writer, body); }, event.body);
    return toJsonText(json);
}

std::optional<Event> parseEvent(std::string_view line)
{
    const Json json = parseJson(line, "event");
    const auto type = json.is_object() ? json.find("event") : json.end();
    if (!json.is_object() || type == json.end() || !type->is_string())
        throw Error::corrupt("event", CRUCIBLE_TR_NOOP("Problem", "the line is not an event: it has no \"event\""));
    std::optional<EventBody> body = readBody(type->get<std::string>(), json);
    if (!body)
        return std::nullopt;
    Event event{0, *std::move(body)};
    Reader reader(json);
    reader("time", event.time);
    return event;
}

std::vector<Event> EventReader::poll(std::size_t maxBytes)
{
    std::vector<Event> events;
    std::error_code code;
    const std::uintmax_t size = std::filesystem::file_size(m_file, code);
    if (code || size <= m_offset)
        return events;
    std::ifstream stream(m_file, std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(m_offset));
    std::string line;
    for (std::size_t read = 0; read < maxBytes && std::getline(stream, line) && !stream.eof();) {
        read += line.size() + 1;
        m_offset += line.size() + 1;
        try {
            if (std::optional<Event> event = parseEvent(line))
                events.push_back(*std::move(event));
        } catch (const Error&) {
            ++m_damaged;
        }
    }
    return events;
}

} // namespace crucible::job
