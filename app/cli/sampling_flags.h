// SPDX-License-Identifier: GPL-3.0-or-later
// One flag for every parameter of every sampler, from their schema.
#pragma once

#include "generate/sampling_settings.h"

#include <map>
#include <string>

namespace crucible::cli {

class Options;

class SamplingFlags {
public:
    void declare(Options& options);
    // Throws Error::invalid naming the flag.
    generate::SamplingSettings settings() const;

    bool areGiven() const;

private:
    std::map<std::string, std::string> m_values; // by the parameter's name; empty: not given
    std::string m_preset;
    bool m_greedy = false;
};

} // namespace crucible::cli
