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
    throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "nothing is computed in %1"), name}, "--dtype",
                             CRUCIBLE_TR_NOOP("Problem", "choose auto, float32 or bfloat16"));
}

std::string_view toString(Compute compute)
{
    switch (compute) {
    case Compute::Automatic: return "auto";
    case Compute::Float32: return "float32";
    case Compute::BFloat16: return "bfloat16";
    }
    return {};
}

} // namespace crucible::model
