// SPDX-License-Identifier: GPL-3.0-or-later
// For precompiled headers alone. What nearly every file does with JSON makes the compiler instantiate some hundred templates;
// clang keeps them with a precompiled header when they are used there (g++ would make them anew in every file).
#pragma once

#include "base/json.h"

#ifdef __clang__
#include <map>
#include <string>
#include <vector>

namespace crucible::precompiled {

template<class AnyJson> void useJson(AnyJson& json, std::string_view view, std::string text, const char* plain)
{
    json = {{"name", text}, {"view", view}, {"plain", plain}, {"size", std::size_t(1)}, {"whole", 1}, {"real", 0.5}, {"yes", true},
            {"list", {1, 2}}, {"texts", std::vector<std::string>{text}}, {"inner", {{"a", json}}}};
    json["key"] = text;
    json["key"] = view;
    json["key"] = plain;
    json["key"] = 1;
    json["key"] = std::size_t(1);
    json["key"] = 0.5;
    json["key"] = true;
    json["key"] = AnyJson::array();
    json[text] = AnyJson::object();
    json.push_back(json);
    text = json.at("key").template get<std::string>() + json.at(text).template get<std::string>() + json.value("key", text);
    if (json.contains("key") && json.find("key") != json.end() && json.template get<bool>() && json.template get<int>() != 0 &&
        json.template get<double>() != 0 && json.template get<std::size_t>() != 0 && json.template get<std::int64_t>() != 0)
        json.erase("key");
    for (const AnyJson& item : json)
        text += item.is_string() ? item.template get_ref<const std::string&>() : item.dump();
    for (const auto& [key, value] : json.items())
        text += key;
    AnyJson copy = json;
    copy = std::move(json);
    json = copy == json ? copy : AnyJson(text);
}

inline void useBoth(Json& json, OrderedJson& ordered)
{
    useJson(json, {}, {}, "");
    useJson(ordered, {}, {}, "");
}

} // namespace crucible::precompiled
#endif
