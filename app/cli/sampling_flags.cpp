// SPDX-License-Identifier: GPL-3.0-or-later
#include "sampling_flags.h"

#include "options.h"

#include "base/text.h"
#include "base/units.h"
#include "generate/sampler.h"

#include <fmt/format.h>

#include <algorithm>

namespace crucible::cli {
namespace {

std::string flagOf(std::string_view name)
{
    std::string flag = fmt::format("--{}", name);
    std::replace(flag.begin(), flag.end(), '_', '-');
    return flag;
}

std::string typeOf(const ParamSpec& param)
{
    switch (param.type) {
    case ParamType::Integer: return "N";
    case ParamType::Real: return "X";
    default: return "TEXT";
    }
}

} // namespace

void SamplingFlags::declare(Options& options)
{
    const std::string group = "Sampling";
    const auto add = [&](const ParamSpec& param) {
        std::string& value = m_values[std::string(param.name)];
        std::string help(param.help);
        if (param.hasDefault)
            help += fmt::format(" (default: {})", param.type == ParamType::Bool
                                                      ? (param.defaultValue != 0 ? "true" : "false")
                                                      : formatNumber(param.defaultValue));
        if (param.type == ParamType::Bool) {
            options
                .flag(
                    flagOf(param.name), [&value] { value = "true"; }, help)
                .group(group);
            return;
        }
        const std::string names =
            param.name == "temperature" ? std::string("--temperature,--temp") : flagOf(param.name);
        options.add(names, value, help).value(typeOf(param)).group(group);
    };
    for (const generate::SamplerKind* kind : generate::samplersInOrder()) {
        for (const ParamSpec& param : kind->params)
            add(param);
    }
    for (const ParamSpec& param : generate::chainParams())
        add(param);
    std::vector<std::string> presets;
    for (const generate::SamplingPreset& preset : generate::samplingPresets())
        presets.emplace_back(preset.id);
    options.add("--preset", m_preset, fmt::format("Settings to start from: {}", joinWords(presets, "or")))
        .value("NAME")
        .group(group);
    options.flag("--greedy", m_greedy, "Always take the most probable token: --temperature 0").group(group);
}

bool SamplingFlags::areGiven() const
{
    return m_greedy || !m_preset.empty() ||
           std::any_of(m_values.begin(), m_values.end(), [](const auto& entry) { return !entry.second.empty(); });
}

generate::SamplingSettings SamplingFlags::settings() const
{
    generate::SamplingSettings settings;
    if (!m_preset.empty()) {
        const auto presets = generate::samplingPresets();
        const auto found =
            std::find_if(presets.begin(), presets.end(), [&](const auto& preset) { return preset.id == m_preset; });
        if (found == presets.end())
            throw Error::invalid("there is no such preset", fmt::format("--preset {}", m_preset),
                                 "see --help for those there are");
        settings = generate::SamplingSettings::fromJson(parseJson(found->json, "preset"));
    }
    if (m_greedy)
        settings.set("temperature", 0);
    for (const auto& [name, value] : m_values) {
        if (!value.empty())
            settings.setText(name, value, flagOf(name));
    }
    return settings;
}

} // namespace crucible::cli
