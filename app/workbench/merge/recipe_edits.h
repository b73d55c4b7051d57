// SPDX-License-Identifier: GPL-3.0-or-later
// What the form of the merge page does to a recipe, as functions on the value: no widget, no undo. A parameter is seen as
// tracks: one per model it speaks of and per filter, each a curve over the layers.
#pragma once

#include "merge/method.h"
#include "recipe/merge_recipe.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::workbench {

struct ParameterTrack {
    int model = -1;          // index into inputs(); -1 for a parameter of the whole merge
    int conditional = 0;     // index into the setting's conditionals
    std::string filter;      // empty: all else
    std::vector<double> values; // one value: the same in every layer
    bool given = false;      // false: not in the recipe, `values` holds the default
    bool required = false;   // no default and not given: the recipe will not run without
};

// The models that the form speaks of: those under `models`, or the sources of the first slice.
std::vector<recipe::InputModel*> inputs(recipe::MergeRecipe& recipe);
std::vector<const recipe::InputModel*> inputs(const recipe::MergeRecipe& recipe);
bool isBase(const recipe::MergeRecipe& recipe, const recipe::ModelRef& ref);

// An empty recipe for a method, ready for models.
recipe::MergeRecipe emptyRecipe(std::string_view method);

// Adds a model with the method's required per-model parameters at sensible values. `layers`: its number of layers, for
// recipes made of slices; a slice recipe gets the model as a new block at the end. A model that is there already is not
// added again, except as a block.
void addModel(recipe::MergeRecipe& recipe, const recipe::ModelRef& ref, int layers);
void removeModel(recipe::MergeRecipe& recipe, const recipe::ModelRef& ref);
void moveModel(recipe::MergeRecipe& recipe, int from, int to);
// Makes a model the base, or takes the base away with an empty optional.
void setBase(recipe::MergeRecipe& recipe, const std::optional<recipe::ModelRef>& ref);
// Puts one model's folder in place of another's everywhere.
void replaceModel(recipe::MergeRecipe& recipe, const recipe::ModelRef& from, const recipe::ModelRef& to);

// Changes the method: parameters it does not know go, required ones come, a base model is chosen where one is needed, and
// the models become blocks of slices for passthrough and a plain list again for the others. `layersOf`: layers per model.
void setMethod(recipe::MergeRecipe& recipe, const merge::MergeMethod& method,
               const std::function<int(const recipe::ModelRef&)>& layersOf);

std::vector<ParameterTrack> tracks(const recipe::MergeRecipe& recipe, const ParamSpec& spec);
void setTrack(recipe::MergeRecipe& recipe, const ParamSpec& spec, const ParameterTrack& track,
              const std::vector<double>& values);
// A new filter stands before the track "all else", which is made from the default when there is none.
void addFilter(recipe::MergeRecipe& recipe, const ParamSpec& spec, int model, const std::string& filter,
               const std::vector<double>& values);
void removeTrack(recipe::MergeRecipe& recipe, const ParamSpec& spec, const ParameterTrack& track);

// One number for the whole merge, or nothing to go back to the default. For switches and plain numbers.
void setGlobal(recipe::MergeRecipe& recipe, const ParamSpec& spec, std::optional<double> value);
std::optional<double> global(const recipe::MergeRecipe& recipe, const ParamSpec& spec);

// The blocks of a passthrough recipe, in order.
struct Block {
    recipe::ModelRef model;
    int start = 0;
    int end = 0;
    bool operator==(const Block&) const = default;
};
// Empty when a slice has several sources: that is no stack.
std::vector<Block> blocks(const recipe::MergeRecipe& recipe);
void setBlocks(recipe::MergeRecipe& recipe, const std::vector<Block>& blocks);

// "0, 0.5, 1" and back; nothing when the text holds anything but numbers and separators.
std::string valuesText(const std::vector<double>& values);
std::optional<std::vector<double>> parseValues(std::string_view text);

} // namespace crucible::workbench
