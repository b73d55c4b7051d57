// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"OlmoForCausalLM"};
// Its norms have no weights.
constexpr auto kLayer = join(kAttention<kOptionalBias>, kGatedMlp<kPlain>);
constexpr ModuleSpec kModules[] = {decoder(kLayer, kLmHead)};
} // namespace

extern constexpr Architecture olmo_architecture{
    .id = "olmo", .title = "OLMo", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
