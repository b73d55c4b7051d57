// SPDX-License-Identifier: GPL-3.0-or-later
// Inputs of one output tensor as float32, whatever stands behind them: a stored tensor, one with an adapter applied, one
// cut to a common size, or an embedding whose rows were rearranged for another vocabulary.
#pragma once

#include "formats/adapter.h"
#include "formats/checkpoint.h"
#include "merge/plan.h"
#include "merge/tensor_task.h"

#include <memory>
#include <optional>

namespace crucible::merge {

// The operands of `tensor`, in the order of its inputs. Maps the files; reads no more than rows that must be averaged.
// Throws Error::corrupt, Error::io.
std::vector<std::unique_ptr<Operand>> openOperands(const Plan& plan, const PlannedTensor& tensor);

// Of a model that is no input of the tensor, an embedding: the tensor whose rows tokens of other models may take. nullptr when
// it has none of that width.
const formats::Checkpoint::Entry* rowsOutside(const Plan& plan, const PlannedTensor& tensor, std::size_t model);

// A tensor of a model with the model's adapter applied. Its shape is that of `entry`, or of what the adapter replaces it by.
// `loraDtype`: in which dtype an adapted tensor is rounded, the stored one when not given.
std::shared_ptr<const Operand> openModelTensor(const PlannedModel& model, const formats::Checkpoint::Entry& entry,
                                               std::optional<DType> mathDtype, std::optional<DType> loraDtype = {});

} // namespace crucible::merge
