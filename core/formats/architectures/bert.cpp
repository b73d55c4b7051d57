// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/encoders.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"BertModel"};
constexpr Rename kRenames[] = {{"^", "bert."}, kTensorFlowNorms[0], kTensorFlowNorms[1]};
constexpr ModuleSpec kModules[] = {{.layerPrefix = "encoder.layer.{l}.",
                                    .preWeights = kBertEmbeddings,
                                    .layerWeights = kBertLayer,
                                    .postWeights = kOptionalPooler,
                                    .renames = kRenames}};
} // namespace

extern constexpr Architecture bert_architecture{
    .id = "bert", .title = "BERT", .classNames = kClasses, .modules = kModules, .isEncoder = true};

} // namespace crucible::formats
