// SPDX-License-Identifier: GPL-3.0-or-later
// Gates from the embeddings of prompts (mergekit's gate mode cheap_embed): a token is routed to the expert whose prompts
// its hidden state resembles most, as far as embeddings tell. The same vector serves in every layer.
#pragma once

#include "recipe/moe_recipe.h"

#include <memory>
#include <vector>

namespace crucible::formats {
class Checkpoint;
class ModelFolder;
struct Weight;
}
namespace crucible::text {
class Tokenizer;
}

namespace crucible::merge {

class PromptEmbeddings {
public:
    // Loads the model's tokenizer; `embedding` is its matrix of token embeddings [vocabulary, hidden].
    // Throws what loadTokenizer() throws, and Error::invalid for an embedding that is no matrix of floating point numbers.
    PromptEmbeddings(const formats::ModelFolder& model, const formats::Weight& embedding);
    ~PromptEmbeddings();

    // The gate's row for an expert, [hidden], of length 1: the direction of the sum of the embeddings of all tokens of its
    // positive prompts, less that of its negative ones. Every prompt begins with BOS where the tokenizer has one.
    // Throws Error::invalid when the tokenizer knows more tokens than the embedding has rows.
    std::vector<float> gate(const recipe::MoeExpert& expert) const;

private:
    std::vector<double> direction(const std::vector<std::string>& prompts) const;

    std::shared_ptr<const text::Tokenizer> m_tokenizer;
    std::shared_ptr<const formats::Checkpoint> m_checkpoint;
    std::string m_name; // of the embedding
    std::size_t m_rows = 0, m_hidden = 0;
};

} // namespace crucible::merge
