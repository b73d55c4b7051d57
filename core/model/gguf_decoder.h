// SPDX-License-Identifier: GPL-3.0-or-later
// A decoder over the tensors of GGUF files as they lie there: by the same tables that files are converted by.
#pragma once

#include "formats/gguf_model.h"
#include "model/decoder_config.h"

namespace crucible::model {

// Changes what was read from the model's config.json into what fits its GGUF files: the names of weights, rows that
// are sorted for neighbours to be turned, norms with their 1 added, matrices that were turned round or taken apart.
// Throws Error::unsupported for quantized weights, naming tensor and type.
void adaptToGguf(const formats::GgufModel& model, DecoderConfig& decoder);

} // namespace crucible::model
