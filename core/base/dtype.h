// SPDX-License-Identifier: GPL-3.0-or-later
// Storage types of tensors, under the names that safetensors gives them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace crucible {

enum class DType : std::uint8_t { F64, F32, F16, BF16, F8_E4M3, F8_E5M2, I64, I32, I16, I8, U64, U32, U16, U8, Bool };

inline constexpr DType kAllDTypes[] = {DType::F64, DType::F32, DType::F16, DType::BF16, DType::F8_E4M3,
                                       DType::F8_E5M2, DType::I64, DType::I32, DType::I16, DType::I8,
                                       DType::U64, DType::U32, DType::U16, DType::U8, DType::Bool};

// Bytes of one element.
std::size_t sizeOf(DType dtype);
bool isFloat(DType dtype);
// safetensors' spelling: "BF16", "F32", "I64", "BOOL", ...
std::string_view toString(DType dtype);
std::optional<DType> dtypeFromSafetensors(std::string_view name);
// The spelling of PyTorch and of config.json: "bfloat16", "float32", ...
std::string_view torchName(DType dtype);
// Accepts PyTorch's names with or without the prefix "torch.".
std::optional<DType> dtypeFromTorch(std::string_view name);

using Shape = std::vector<std::int64_t>;

// Number of elements; 1 for a scalar (empty shape). nullopt when the product does not fit 63 bits or a dimension is negative.
std::optional<std::int64_t> elementCount(const Shape& shape);

} // namespace crucible
