// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/decoder.h"

#include "base/error.h"
#include "kernels/bf16_product.h"
#include "model/device_module.h"
#include "model/processor_decoder.h"
#include "model/weights.h"

namespace crucible::model {

std::shared_ptr<const Decoder> Decoder::load(std::shared_ptr<const formats::ModelFolder> folder, Compute compute,
                                             const Device& device)
{
    if (!device.isProcessor())
        return deviceModule().load(std::move(folder), compute, device);
    auto weights = std::make_unique<const DecoderWeights>(std::move(folder));
    const Compute resolved = resolve(compute, weights->needs(), device);
    return std::make_shared<const ProcessorDecoder>(std::move(weights), resolved);
}

DecoderNeeds Decoder::check(std::shared_ptr<const formats::ModelFolder> folder)
{
    return DecoderWeights(std::move(folder), WeightReading::HeadersOnly).needs();
}

Compute Decoder::resolve(Compute compute, const DecoderNeeds& needs, const Device& device)
{
    if (device.kind == DeviceKind::Cuda) {
        if (compute != Compute::Automatic)
            return compute;
        return needs.bf16 ? Compute::BFloat16 : needs.f16 ? Compute::Float16 : Compute::Float32;
    }
    if (compute == Compute::Float16)
        throw Error::unsupported(
            {CRUCIBLE_TR_NOOP("Problem", "nothing is computed in float16 on %1"), toString(device)}, "--dtype",
            CRUCIBLE_TR_NOOP("Problem", "choose auto, float32 or bfloat16, or a graphics card with --device cuda"));
    const bool rounds = compute == Compute::BFloat16 || (compute == Compute::Automatic && kernels::hasBf16Products());
    return rounds && needs.bf16 ? Compute::BFloat16 : Compute::Float32;
}

} // namespace crucible::model
