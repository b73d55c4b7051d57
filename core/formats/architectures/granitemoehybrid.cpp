// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/architectures/common.h"

namespace crucible::formats {

using namespace tables;

namespace {
constexpr std::string_view kClasses[] = {"GraniteMoeHybridForCausalLM"};
// A layer has either attention or a state space (layer_types).
constexpr Weights<16> kOwn{{{"shared_mlp.input_linear.weight"},
                            {"shared_mlp.output_linear.weight"},
                            {"block_sparse_moe.input_linear.weight", kOptional},
                            {"block_sparse_moe.output_linear.weight", kOptional},
                            {"block_sparse_moe.router.layer.weight", kOptional},
                            {"self_attn.q_proj.weight", kOptional},
                            {"self_attn.k_proj.weight", kOptional},
                            {"self_attn.v_proj.weight", kOptional},
                            {"self_attn.o_proj.weight", kOptional},
                            {"mamba.A_log", kOptional},
                            {"mamba.D", kOptional},
                            {"mamba.dt_bias", kOptional},
                            {"mamba.conv1d.weight", kOptional | kBias},
                            {"mamba.in_proj.weight", kOptional},
                            {"mamba.norm.weight", kOptional},
                            {"mamba.out_proj.weight", kOptional}}};
constexpr auto kLayer = join(kPreNorms<kPlain>, kOwn);
constexpr ModuleSpec kModules[] = {decoder(kLayer)};
} // namespace

extern constexpr Architecture granitemoehybrid_architecture{
    .id = "granitemoehybrid", .title = "Granite MoE hybrid", .classNames = kClasses, .modules = kModules};

} // namespace crucible::formats
