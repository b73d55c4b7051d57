// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/compute.h"

#include "base/error.h"

namespace crucible::model {

Compute computeFromName(std::string_view name)
{
    if (name == "auto")
        return Compute::Automatic;
    if (name == "float32")
        return Compute::Float32;
    if (name == "bfloat16")
        return Compute::BFloat16;
    if (name == "float16")
        return Compute::Float16;
    throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "nothing is computed in %1"), name}, "--dtype",
                             CRUCIBLE_TR_NOOP("Problem", "choose auto, float32, bfloat16 or float16"));
}

std::string_view toString(Compute compute)
{
    switch (compute) {
    case Compute::Automatic: return "auto";
    case Compute::Float32: return "float32";
    case Compute::BFloat16: return "bfloat16";
    case Compute::Float16: return "float16";
    }
    return {};
}

DType dtypeOf(Compute compute)
{
    switch (compute) {
    case Compute::BFloat16: return DType::BF16;
    case Compute::Float16: return DType::F16;
    case Compute::Automatic:
    case Compute::Float32: break;
    }
    return DType::F32;
}

} // namespace crucible::model
