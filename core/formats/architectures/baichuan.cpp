// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"BaichuanForCausalLM", "BaiChuanForCausalLM"};
constexpr Weights<2> kAttentionPack{{{"self_attn.W_pack.weight"}, {"self_attn.o_proj.weight"}}};
constexpr auto kLayer = join(kPreNorms<kPlain>, kAttentionPack, kGatedMlp<kPlain>);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture baichuan_architecture{
    .id = "baichuan", .title = "Baichuan", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
