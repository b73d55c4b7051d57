// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/dtype.h"

#include <limits>

namespace crucible {
namespace {

struct DTypeFacts {
    DType dtype;
    std::size_t size;
    bool isFloat;
    std::string_view name;
    std::string_view torch;
};

constexpr DTypeFacts kFacts[] = {
    {DType::F64, 8, true, "F64", "float64"},
    {DType::F32, 4, true, "F32", "float32"},
    {DType::F16, 2, true, "F16", "float16"},
    {DType::BF16, 2, true, "BF16", "bfloat16"},
    {DType::F8_E4M3, 1, true, "F8_E4M3", "float8_e4m3fn"},
    {DType::F8_E5M2, 1, true, "F8_E5M2", "float8_e5m2"},
    {DType::I64, 8, false, "I64", "int64"},
    {DType::I32, 4, false, "I32", "int32"},
    {DType::I16, 2, false, "I16", "int16"},
    {DType::I8, 1, false, "I8", "int8"},
    {DType::U64, 8, false, "U64", "uint64"},
    {DType::U32, 4, false, "U32", "uint32"},
    {DType::U16, 2, false, "U16", "uint16"},
    {DType::U8, 1, false, "U8", "uint8"},
    {DType::Bool, 1, false, "BOOL", "bool"},
};

const DTypeFacts& factsOf(DType dtype)
{
    return kFacts[static_cast<std::size_t>(dtype)];
}

} // namespace

std::size_t sizeOf(DType dtype)
{
    return factsOf(dtype).size;
}

bool isFloat(DType dtype)
{
    return factsOf(dtype).isFloat;
}

std::string_view toString(DType dtype)
{
    return factsOf(dtype).name;
}

std::string_view torchName(DType dtype)
{
    return factsOf(dtype).torch;
}

std::optional<DType> dtypeFromSafetensors(std::string_view name)
{
    for (const DTypeFacts& facts : kFacts) {
        if (facts.name == name)
            return facts.dtype;
    }
    return std::nullopt;
}

std::optional<DType> dtypeFromTorch(std::string_view name)
{
    constexpr std::string_view kPrefix = "torch.";
    if (name.starts_with(kPrefix))
        name.remove_prefix(kPrefix.size());
    for (const DTypeFacts& facts : kFacts) {
        if (facts.torch == name)
            return facts.dtype;
    }
    return std::nullopt;
}

std::optional<std::int64_t> elementCount(const Shape& shape)
{
    std::int64_t count = 1;
    bool overflow = false;
    for (const std::int64_t dim : shape) {
        if (dim < 0)
            return std::nullopt;
        if (dim == 0)
            return 0;
        if (count > std::numeric_limits<std::int64_t>::max() / dim)
            overflow = true;
        else
            count *= dim;
    }
    return overflow ? std::nullopt : std::optional(count);
}

} // namespace crucible
