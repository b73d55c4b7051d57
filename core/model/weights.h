// SPDX-License-Identifier: GPL-3.0-or-later
// The weights of a decoder, found by their names and checked. Large ones are views into the mapped files; what a file does
// not store in a dtype or order that can be multiplied with is copied once.
#pragma once

#include "kernels/matmul.h"
#include "model/decoder.h"

#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace crucible::model {

struct Linear {
    kernels::WeightMatrix matrix; // without data: this layer does not exist
    std::vector<float> bias;      // may be empty
    explicit operator bool() const { return matrix.data != nullptr; }
};

struct NormWeights {
    std::vector<float> weight; // empty: this norm does not exist
    std::vector<float> bias;   // may be empty
    explicit operator bool() const { return !weight.empty(); }
};

// What a layer consists of, wherever its weights lie; torch/torch_weights.h has the same in tensors.
template<class Linear> struct ExpertOf {
    Linear gate;
    Linear up;
    Linear down;
};

template<class Linear, class Norm> struct LayerOf {
    Norm attentionNorm;
    Norm attentionPostNorm;
    Norm mlpNorm;
    Norm mlpPostNorm;
    Norm queryNorm;
    Norm keyNorm;
    Linear qkv; // or the three
    Linear query;
    Linear key;
    Linear value;
    Linear output;
    Linear gateUp; // or the two
    ExpertOf<Linear> mlp;
    Linear router; // of a layer with experts
    std::vector<ExpertOf<Linear>> experts;
    Linear sharedRouter;
    ExpertOf<Linear> shared;
};

using Expert = ExpertOf<Linear>;
using LayerWeights = LayerOf<Linear, NormWeights>;

// Headers alone are enough to find what is missing, and how much memory the weights would take.
enum class WeightReading { Whole, HeadersOnly };

class DecoderWeights {
public:
    // Throws Error::invalid for a weight that is missing or has another shape, Error::unsupported for its dtype. From headers
    // alone there is no data behind the matrices, and all vectors are empty.
    explicit DecoderWeights(std::shared_ptr<const formats::ModelFolder> folder, WeightReading reading = WeightReading::Whole);

    DecoderConfig config;
    Linear embedding; // [vocabulary, width]; a table of rows
    Linear positions;
    NormWeights embeddingNorm;
    Linear projectIn;
    Linear projectOut;
    NormWeights finalNorm;
    Linear head;
    std::vector<LayerWeights> layers;
    std::uint64_t ownBytes = 0;     // of copies; from headers alone: that they would have
    std::size_t widest = 0;         // rows of the largest matrix inside a layer

    // The name of the head in the files was not there: it is the embedding.
    bool headIsTied = false;
    std::uint64_t bf16 = 0; // elements of matrices in BF16
    std::uint64_t f16 = 0;
    std::uint64_t f32 = 0; // and in what becomes F32

    DecoderNeeds needs() const;

private:
    std::optional<formats::TensorInfo> info(const std::string& name) const;
    std::string nameOf(const std::string& name, const char* ending) const;
    Linear matrix(const std::string& name, std::size_t outputs, std::size_t inputs, bool transposed = false);
    Linear table(const std::string& name, std::size_t rows, std::size_t width);
    std::vector<float> vector(const std::string& name, std::size_t count);
    NormWeights norm(const std::string& name, std::size_t count);
    Expert expert(const std::string& gate, const std::string& up, const std::string& down);
    LayerWeights layer(int index);
    void requireFloat(const formats::TensorInfo& tensor) const;
    void view(Linear& linear, const formats::Checkpoint::Entry& entry, bool transposed);

    const WeightReading m_reading;
    std::shared_ptr<const formats::ModelFolder> m_folder;
    std::shared_ptr<const formats::Checkpoint> m_checkpoint; // the folder's, or what lies in the GGUF files
    std::deque<std::vector<std::byte>> m_own;          // copies
    std::vector<formats::TensorData> m_held;           // keeps what was read alive
};

} // namespace crucible::model
