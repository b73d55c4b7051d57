// SPDX-License-Identifier: GPL-3.0-or-later
// The files beside an extracted adapter's weights: adapter_config.json as PEFT reads it, and README.md.
#pragma once

#include "merge/extract_lora.h"

#include <filesystem>
#include <string>
#include <vector>

namespace crucible::merge {

struct AdapterFacts {
    struct Module {
        std::string name;
        std::int64_t rank = 0;
    };
    std::vector<Module> modules;           // with A and B
    std::vector<std::string> savedModules; // in full
    bool hasBias = false;                  // differences of biases beside A and B
    bool fanInFanOut = false;
};

// Throws Error::io.
void writeAdapterFiles(const AdapterFacts& facts, const ExtractLoraPlan& plan, const ExtractLoraResult& result,
                       const std::filesystem::path& folder);

} // namespace crucible::merge
