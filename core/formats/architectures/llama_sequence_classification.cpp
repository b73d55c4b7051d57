// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"LlamaForSequenceClassification"};
constexpr Weights<2> kPost{{{"model.norm.weight"}, {"score.weight", kOptionalBias}}};
constexpr ModuleSpec kModules[] = {decoder(kLlamaLayer, kPost)};
} // namespace

extern constexpr Architecture llama_sequence_classification_architecture{.id = "llama_sequence_classification",
                                                                         .title = "Llama, sequence classification",
                                                                         .classNames = kClasses,
                                                                         .modules = kModules};

} // namespace crucible::formats
