// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of planning a conversion.
#pragma once

#include "convert/convert.h"
#include "formats/gguf_writer.h"
#include "model/decoder_config.h"
#include "text/gguf_vocabulary.h"

namespace crucible::convert {

// Fills in tensors, header and file of a plan towards GGUF.
void planGguf(ConvertPlan& plan);
// Fills in tensors, shards and the files beside them.
void planFolder(ConvertPlan& plan);

// Sizes that the tensors have and config.json may not say.
struct WidthsOfModel {
    std::int64_t vocabulary = 0;
    std::int64_t feedForward = 0;
    std::int64_t expertFeedForward = 0;
    std::int64_t sharedFeedForward = 0;
};
// The metadata of a model. Rotary factors that are tensors in GGUF files are added to `tensors`.
void writeGgufKeys(const model::DecoderConfig& decoder, const formats::GgufArchitecture& architecture, const formats::ModelConfig& config,
                   const WidthsOfModel& widths, formats::GgufHeader& header, std::vector<PlannedTensor>& tensors, Problems& problems);
// What a reader of the GGUF file would compute in another way than the model itself is a problem.
void reportLosses(const model::DecoderConfig& given, const model::DecoderConfig& kept, std::string_view architecture, Problems& problems);

// The model's tokenizer as GGUF files keep it, with a token for each of `rows`; nullopt, and a warning, when llama.cpp has no
// such kind.
std::optional<text::GgufVocabulary> vocabularyForGguf(const formats::ModelFolder& model, std::size_t rows, Problems& problems);
// Metadata of vocabulary and chat templates.
void writeVocabulary(const text::GgufVocabulary& vocabulary, formats::GgufHeader& header);
void writeChatTemplates(const formats::ModelFolder& model, formats::GgufHeader& header);

// Tokenizer files for a folder, made of what a GGUF file holds.
std::map<std::string, std::string> tokenizerFiles(const formats::GgufModel& model, Problems& problems);

// The dtype that most values of matrices have, as one that GGUF files can hold.
DType mainFloat(const formats::Checkpoint& checkpoint);

} // namespace crucible::convert
