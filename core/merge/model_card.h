// SPDX-License-Identifier: GPL-3.0-or-later
// README.md of a merged model, in the shape that model hubs and card readers know from mergekit: a YAML header, then what
// was merged and how.
#pragma once

#include "recipe/merge_recipe.h"

#include <cstdint>
#include <string>
#include <vector>

namespace crucible::merge {

struct Plan;

struct CardModel {
    recipe::ModelRef ref;
    bool isBase = false;
    bool isLocal = false;    // a folder on this machine, not a name on a hub
    std::string fingerprint; // of its weights; empty: not given
};

struct CardFacts {
    std::string name; // title: the output folder's name
    std::string methodId;
    std::string methodTitle;
    std::string methodReference; // a page or paper; empty: none
    std::vector<CardModel> models;
    std::string recipe; // YAML, as written
    std::string version; // of Crucible
    std::uint64_t seed = 0;
    bool mergekitExact = false;
};

std::string modelCard(const CardFacts& facts);
// Gathers the facts of a plan; reads a few blocks of every input for its fingerprint. Throws Error.
std::string modelCard(const Plan& plan);

} // namespace crucible::merge
