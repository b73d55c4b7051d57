// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/moe_gates.h"

#include "formats/model_folder.h"
#include "kernels/convert.h"
#include "text/tokenizer.h"

#include <algorithm>
#include <cmath>

namespace crucible::merge {
namespace {

// Shortest vectors that have a direction.
constexpr double kLeastLength = 1e-8;

void normalizeLength(std::vector<double>& vector)
{
    double sum = 0;
    for (const double value : vector)
        sum += value * value;
    const double length = std::max(std::sqrt(sum), kLeastLength);
    for (double& value : vector)
        value /= length;
}

} // namespace

PromptEmbeddings::PromptEmbeddings(const formats::ModelFolder& model, const formats::Weight& embedding)
    : m_tokenizer(text::loadTokenizer(model.path())), m_checkpoint(model.sharedCheckpoint())
{
    const formats::Checkpoint::Entry* entry = formats::findWeight(*m_checkpoint, embedding);
    if (!entry || entry->info.shape.size() != 2 || !isFloat(entry->info.dtype))
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the model has no matrix of token embeddings"),
                             embedding.name);
    m_name = entry->info.name;
    m_rows = static_cast<std::size_t>(entry->info.shape[0]);
    m_hidden = static_cast<std::size_t>(entry->info.shape[1]);
}

PromptEmbeddings::~PromptEmbeddings() = default;

std::vector<double> PromptEmbeddings::direction(const std::vector<std::string>& prompts) const
{
    const formats::Checkpoint::Entry& entry = *m_checkpoint->find(m_name);
    const formats::TensorData data = m_checkpoint->read(entry);
    const std::size_t rowBytes = m_hidden * sizeOf(entry.info.dtype);
    const std::string bos(m_tokenizer->bos() ? m_tokenizer->piece(*m_tokenizer->bos()) : std::string_view());
    std::vector<double> sum(m_hidden, 0);
    std::vector<float> row(m_hidden);
    for (const std::string& prompt : prompts) {
        for (const text::TokenId id : m_tokenizer->encode(bos + prompt, {.addSpecial = false, .parseSpecial = true})) {
            if (static_cast<std::size_t>(id) >= m_rows)
                throw Error::invalid(
                    {CRUCIBLE_TR_NOOP("Problem", "the tokenizer gives the id %1, the embedding has %2 rows"), id,
                     m_rows},
                    m_name, CRUCIBLE_TR_NOOP("Problem", "use a base model whose tokenizer fits"));
            kernels::toFloat32(entry.info.dtype, data.bytes.data() + static_cast<std::size_t>(id) * rowBytes, row);
            for (std::size_t i = 0; i < m_hidden; ++i)
                sum[i] += static_cast<double>(row[i]);
        }
    }
    normalizeLength(sum);
    return sum;
}

std::vector<float> PromptEmbeddings::gate(const recipe::MoeExpert& expert) const
{
    std::vector<double> vector = direction(expert.positivePrompts);
    if (!expert.negativePrompts.empty()) {
        const std::vector<double> negative = direction(expert.negativePrompts);
        for (std::size_t i = 0; i < m_hidden; ++i)
            vector[i] -= negative[i];
    }
    normalizeLength(vector);
    return {vector.begin(), vector.end()};
}

} // namespace crucible::merge
