// SPDX-License-Identifier: GPL-3.0-or-later
// A merge as a person wrote it: mergekit's YAML surface as values, with the position of each in the text.
// Reading accepts what mergekit accepts, and reports everything wrong at once; writing gives YAML that mergekit reads.
#pragma once

#include "base/dtype.h"
#include "base/error.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::recipe {

struct Position {
    int line = 0; // 1-based; 0 when the value did not come from a text
    int column = 0;
};

// `path`, `path@revision`, `path+lora`, `path@rev+lora@rev`, or the map form.
struct ModelRef {
    std::string model;
    std::string revision; // empty: none given
    std::string lora;     // empty: no adapter
    std::string loraRevision;
    std::string overrideArchitecture;
    Position position;

    bool operator==(const ModelRef& other) const
    {
        return model == other.model && revision == other.revision && lora == other.lora &&
               loraRevision == other.loraRevision && overrideArchitecture == other.overrideArchitecture;
    }
    // The short form, as it is written in a recipe: "path@rev+lora@rev".
    std::string toString() const;
    static ModelRef parse(std::string_view text); // throws Error::invalid
};

// One scalar as written. YAML booleans are kept apart so that they are written back as such; as numbers they are 1 and 0.
struct Scalar {
    double number = 0;
    bool isBool = false;
    std::string text; // not empty for a scalar that is neither number nor boolean
    bool operator==(const Scalar& other) const
    {
        return number == other.number && isBool == other.isBool && text == other.text;
    }
};

// A value that may follow the layers and the tensor names.
struct Conditional {
    std::string filter; // substring of a tensor's name; empty or "*" matches all
    std::vector<Scalar> values;
    bool isGradient = false; // written as a list, also when it has one element
};

struct Setting {
    std::vector<Conditional> conditionals; // the first whose filter matches decides
    bool isConditional = false;            // written with `value:`/`filter:` maps
    Position position;
};

using Parameters = std::map<std::string, Setting>; // by parameter name

struct InputModel {
    ModelRef model;
    std::optional<std::array<std::int64_t, 2>> layerRange; // [start, end); always present inside slices
    Parameters parameters;
    Position position;
};

struct Slice {
    std::vector<InputModel> sources;
    std::optional<ModelRef> baseModel;
    Parameters parameters;
    Position position;
};

struct Module {
    std::string name; // "default" when the recipe has no `modules`
    std::vector<Slice> slices;       // exactly one of slices and models is filled
    std::vector<InputModel> models;
    Parameters parameters;
    Position position;
};

// `tokenizer: tokens:` where a token's embedding comes from.
struct TokenRule {
    enum class Kind { Model, ModelToken, Zero };
    std::string token;
    Kind kind = Kind::Model;
    ModelRef model;                       // Model, ModelToken
    std::string sourceToken;              // ModelToken
    std::optional<std::int64_t> sourceTokenId; // ModelToken
    bool hasSource = true;                // false: only named, so that it is in the vocabulary
    bool force = false;
    Position position;
};

struct TokenizerRequest {
    enum class Source { Union, Base, Model };
    Source source = Source::Union;
    ModelRef model; // Source::Model
    std::vector<TokenRule> tokens;
    std::int64_t padToMultipleOf = 0; // 0: no padding
    bool legacyForm = false;          // `tokenizer_source:`
    Position position;
};

struct MergeRecipe {
    std::string name; // only in multi-stage documents
    std::string mergeMethod;
    Position mergeMethodPosition;
    std::vector<Module> modules; // one "default" module unless usesModules
    bool usesModules = false;
    std::optional<ModelRef> baseModel;
    Parameters parameters;
    std::optional<DType> dtype;
    std::optional<DType> outDtype;
    Position dtypePosition;
    std::optional<TokenizerRequest> tokenizer;
    std::string chatTemplate; // empty: none; "auto", a built-in name, or Jinja text
    std::string source;       // the text it was read from, verbatim
    std::string sourceName;   // file name, for messages

    bool usesSlices() const;
    // Every model that the recipe names, in order of first mention, without repeats; the base model last unless listed.
    std::vector<ModelRef> referencedModels() const;
};

// Reads one document. Everything wrong goes to `problems` with line and column; the result is meaningful when they hold no error.
// Unknown keys are warnings with a suggestion. `knownParameters` are the parameter names of all methods, for suggestions.
MergeRecipe parseMergeRecipe(std::string_view yaml, const std::string& sourceName, Problems& problems,
                             const std::vector<std::string>& knownParameters = {});
// Reads a multi-stage text: documents separated by `---`, each with its `name` (the last may go without). The stages come
// back in an order in which they can run: after those whose names they use as models. `source` of each is its own YAML.
std::vector<MergeRecipe> parseMergeStages(std::string_view yaml, const std::string& sourceName, Problems& problems,
                                          const std::vector<std::string>& knownParameters = {});

// YAML in mergekit's own shape and key order, short forms where they exist, two spaces of indent, gradients inline.
std::string toYaml(const MergeRecipe& recipe);

} // namespace crucible::recipe
