// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/encoders.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"DistilBertModel"};
constexpr Rename kRenames[] = {{"^distilbert.", ""}};
constexpr ModuleSpec kModules[] = {{.layersKey = "n_layers|num_hidden_layers",
                                    .prefix = "distilbert.",
                                    .layerPrefix = "transformer.layer.{l}.",
                                    .preWeights = kDistilBertEmbeddings,
                                    .layerWeights = kDistilBertLayer,
                                    .renames = kRenames}};
} // namespace

extern constexpr Architecture distilbert_architecture{
    .id = "distilbert", .title = "DistilBERT", .classNames = kClasses, .modules = kModules, .isEncoder = true};

} // namespace crucible::formats
