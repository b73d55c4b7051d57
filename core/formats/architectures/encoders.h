// SPDX-License-Identifier: GPL-3.0-or-later
// BERT and its relatives, whose files differ in the head and in the wrapper's name.
#pragma once

#include "formats/architectures/common.h"

namespace crucible::formats::tables {

// Files converted from TensorFlow call a norm's weight and bias gamma and beta.
inline constexpr Rename kTensorFlowNorms[] = {{".LayerNorm.weight", ".LayerNorm.gamma"},
                                              {".LayerNorm.bias", ".LayerNorm.beta"}};

inline constexpr Weights<5> kBertEmbeddings{{{"embeddings.word_embeddings.weight", kEmbedding},
                                             {"embeddings.position_embeddings.weight"},
                                             {"embeddings.token_type_embeddings.weight"},
                                             {"embeddings.LayerNorm.weight", kBias},
                                             {"embeddings.position_ids", kOptional | kInteger | kConstant}}};
inline constexpr Weights<8> kBertLayer{{{"attention.self.query.weight", kBias},
                                        {"attention.self.key.weight", kBias},
                                        {"attention.self.value.weight", kBias},
                                        {"attention.output.dense.weight", kBias},
                                        {"attention.output.LayerNorm.weight", kBias},
                                        {"intermediate.dense.weight", kBias},
                                        {"output.dense.weight", kBias},
                                        {"output.LayerNorm.weight", kBias}}};
inline constexpr Weights<1> kOptionalPooler{{{"pooler.dense.weight", kOptional | kBias}}};

inline constexpr Weights<3> kDistilBertEmbeddings{{{"embeddings.word_embeddings.weight", kEmbedding},
                                                   {"embeddings.position_embeddings.weight"},
                                                   {"embeddings.LayerNorm.weight", kBias}}};
inline constexpr Weights<8> kDistilBertLayer{{{"attention.q_lin.weight", kBias},
                                              {"attention.k_lin.weight", kBias},
                                              {"attention.v_lin.weight", kBias},
                                              {"attention.out_lin.weight", kBias},
                                              {"sa_layer_norm.weight", kBias},
                                              {"ffn.lin1.weight", kBias},
                                              {"ffn.lin2.weight", kBias},
                                              {"output_layer_norm.weight", kBias}}};

} // namespace crucible::formats::tables
