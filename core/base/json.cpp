// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/json.h"

#include "base/error.h"
#include "base/files.h"

#include <set>
#include <string>
#include <vector>

namespace crucible {
namespace {

// Watches the events of a parse for what a DOM would swallow: a key given twice, and nesting without end.
class StrictChecker {
public:
    explicit StrictChecker(int maxDepth) : m_maxDepth(maxDepth) {}

    template<class J>
    bool operator()(int /*depth*/, typename J::parse_event_t event, J& parsed)
    {
        using Event = typename J::parse_event_t;
        switch (event) {
        case Event::object_start:
        case Event::array_start:
            m_keys.emplace_back();
            if (static_cast<int>(m_keys.size()) > m_maxDepth)
                throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "nested deeper than %1 levels"), m_maxDepth});
            break;
        case Event::object_end:
        case Event::array_end:
            m_keys.pop_back();
            break;
        case Event::key: {
            const auto& key = parsed.template get_ref<const std::string&>();
            if (!m_keys.back().insert(key).second)
                throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the key \"%1\" appears twice"), key.substr(0, 200)});
            break;
        }
        default:
            break;
        }
        return true;
    }

private:
    int m_maxDepth;
    std::vector<std::set<std::string>> m_keys;
};

template<class J>
J parse(std::string_view text, const std::filesystem::path& source, const JsonLimits& limits)
{
    if (text.size() > limits.maxBytes)
        throw Error::corrupt(source, {CRUCIBLE_TR_NOOP("Problem", "JSON of %1 bytes, at most %2 are read"), text.size(),
                                      limits.maxBytes});
    // The parser takes a zero byte for the end of its input and would not see what follows.
    if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos)
        throw Error::corrupt(source, {CRUCIBLE_TR_NOOP("Problem", "not valid JSON at byte %1"), zero + 1});
    try {
        StrictChecker checker(limits.maxDepth);
        return J::parse(text.begin(), text.end(),
                        [&checker](int depth, typename J::parse_event_t event, J& parsed) {
                            return checker(depth, event, parsed);
                        });
    } catch (const nlohmann::json::parse_error& error) {
        throw Error::corrupt(source, {CRUCIBLE_TR_NOOP("Problem", "not valid JSON at byte %1"), error.byte});
    } catch (const nlohmann::json::exception& error) {
        throw Error::corrupt(source, {CRUCIBLE_TR_NOOP("Problem", "not valid JSON (%1)"), error.what()});
    } catch (const Error& error) {
        throw Error::corrupt(source, {CRUCIBLE_TR_NOOP("Problem", "not valid JSON, %1"), error.message()});
    }
}

} // namespace

Json parseJson(std::string_view text, const std::filesystem::path& source, const JsonLimits& limits)
{
    return parse<Json>(text, source, limits);
}

OrderedJson parseOrderedJson(std::string_view text, const std::filesystem::path& source, const JsonLimits& limits)
{
    return parse<OrderedJson>(text, source, limits);
}

Json readJson(const std::filesystem::path& file, const JsonLimits& limits)
{
    return parseJson(readFile(file, limits.maxBytes), file, limits);
}

OrderedJson readOrderedJson(const std::filesystem::path& file, const JsonLimits& limits)
{
    return parseOrderedJson(readFile(file, limits.maxBytes), file, limits);
}

std::string toJsonText(const Json& value, int indent)
{
    return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

std::string toJsonText(const OrderedJson& value, int indent)
{
    return value.dump(indent, ' ', false, OrderedJson::error_handler_t::replace);
}

} // namespace crucible
