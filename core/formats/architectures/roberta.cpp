// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/encoders.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"RobertaModel", "XLMRobertaModel"};
constexpr Rename kRenames[] = {{"^", "roberta."}};
constexpr ModuleSpec kModules[] = {{.layerPrefix = "encoder.layer.{l}.",
                                    .preWeights = kBertEmbeddings,
                                    .layerWeights = kBertLayer,
                                    .postWeights = kOptionalPooler,
                                    .renames = kRenames}};
} // namespace

extern constexpr Architecture roberta_architecture{
    .id = "roberta", .title = "RoBERTa", .classNames = kClasses, .modules = kModules, .isEncoder = true};

} // namespace crucible::formats
