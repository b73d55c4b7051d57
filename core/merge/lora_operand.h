// SPDX-License-Identifier: GPL-3.0-or-later
// `path+adapter`: a base tensor with a LoRA applied while it is read. No merged copy of the model is ever written.
#pragma once

#include "formats/adapter.h"
#include "merge/tensor_task.h"

#include <memory>

namespace crucible::merge {

// W' as formats::LoraChange defines it, computed in float32 and rounded to `rounded`, the dtype a saved merged model would
// have. `base` is W as stored (its shape in `shape`); it is not used when the change replaces it.
// Holds A and B as float32; a DoRA reads W once here, for the norms. Throws Error::corrupt, Error::invalid, Error::io.
class LoraOperand final : public Operand {
public:
    LoraOperand(const formats::LoraAdapter& adapter, const formats::LoraChange& change, formats::TensorData base,
                DType baseDtype, const Shape& baseShape, DType rounded);

    void load(std::size_t begin, std::span<float> out) const override;
    DType dtype() const override { return m_rounded; }

private:
    void loadUnscaled(std::size_t begin, std::span<float> out) const;

    formats::TensorData m_base;
    DType m_baseDtype;
    DType m_rounded;
    std::size_t m_columns = 1;
    std::size_t m_rank = 0;
    bool m_transposed = false;
    std::vector<float> m_left;      // [rows, rank], scaling included
    std::vector<float> m_right;     // [rank, columns]
    std::vector<float> m_addend;    // of a bias, scaling included
    std::vector<float> m_magnitude; // per output feature: magnitude / norm; empty without DoRA
};

} // namespace crucible::merge
