// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"MixtralForCausalLM"};
constexpr Weights<4> kMoe{{{"block_sparse_moe.gate.weight"},
                           {"block_sparse_moe.experts.{e}.w1.weight"},
                           {"block_sparse_moe.experts.{e}.w2.weight"},
                           {"block_sparse_moe.experts.{e}.w3.weight"}}};
constexpr auto kLayer = join(kPreNorms<kPlain>, kAttention<kPlain>, kMoe);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture mixtral_architecture{.id = "mixtral",
                                                   .title = "Mixtral",
                                                   .classNames = kClasses,
                                                   .modules = kModules,
                                                   .expertsKey = "num_local_experts"};

} // namespace crucible::formats
