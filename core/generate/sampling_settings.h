// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of all samplers, as a request gives them: checked when they are set, defaults for the rest.
#pragma once

#include "base/error.h"
#include "base/json.h"
#include "base/schema.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::generate {

struct SamplerKind;

class SamplingSettings {
public:
    // {"temperature": 0.7, "top_k": 40, "samplers": "penalties;top_k;temperature", "seed": 1}. Throws Error::invalid for a
    // name that no sampler has (with near ones), a value of another type or out of range.
    static SamplingSettings fromJson(const Json& json, std::string_view where = "sampling");
    void set(std::string_view name, const Json& value, std::string_view where = "sampling");
    // The same from the text of a flag.
    void setText(std::string_view name, const std::string& value, std::string_view where);
    // What was set.
    Json toJson() const;

    bool isSet(std::string_view name) const { return m_values.contains(name); }
    // Of a parameter that exists; its default when it was not set.
    double number(std::string_view name) const;
    int integer(std::string_view name) const { return static_cast<int>(number(name)); }
    // Null when it was not set.
    Json value(std::string_view name) const;

    // Empty: a number that nobody knows before.
    std::optional<std::uint64_t> seed() const;
    // The samplers in the order in which they work.
    std::vector<const SamplerKind*> order() const;

private:
    std::map<std::string, Json, std::less<>> m_values;
};

// Parameters that belong to no sampler: `samplers`, `seed`.
std::span<const ParamSpec> chainParams();
// Of any sampler or of the chain; nullptr when there is none.
const ParamSpec* findSamplingParam(std::string_view name);

// Settings with a name, for a list that a person chooses from.
struct SamplingPreset {
    std::string_view id;
    std::string_view title;
    std::string_view summary;
    std::string_view json;
};
std::span<const SamplingPreset> samplingPresets();

} // namespace crucible::generate
