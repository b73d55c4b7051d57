// SPDX-License-Identifier: GPL-3.0-or-later
// How far apart two models are, tensor by tensor and over the whole: cosine, relative difference, norms. Tensors are
// matched by name, read in pieces as float32 and summed in double; the result does not depend on the number of threads.
#pragma once

#include "base/cancel.h"
#include "base/json.h"
#include "base/parallel.h"
#include "base/progress.h"
#include "formats/checkpoint.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace crucible::analyze {

// Sums over pairs of values a and b, from which all measures follow. They add up over tensors.
struct PairSums {
    double aa = 0; // sum of a*a
    double bb = 0;
    double ab = 0;
    double dd = 0; // sum of (a-b)*(a-b)
    double maxAbsDifference = 0;
    std::uint64_t elements = 0;

    void add(const PairSums& other);
    // False when a value was NaN or infinite: then nothing below can be told.
    bool isFinite() const;
    double normA() const;
    double normB() const;
    // Of the angle between a and b; 1 when both are zero, absent when one is.
    std::optional<double> cosine() const;
    // ||a-b|| / ||a||; 0 when both are zero, absent when only a is.
    std::optional<double> relativeDifference() const;
};

enum class PairStatus { Compared, ShapeDiffers, OnlyInA, OnlyInB };

std::string_view toString(PairStatus status);

struct TensorComparison {
    std::string name;
    std::string kind; // formats::kindOf
    int layer = -1;
    PairStatus status = PairStatus::Compared;
    std::optional<DType> dtypeA; // absent where the model lacks the tensor
    std::optional<DType> dtypeB;
    Shape shapeA;
    Shape shapeB;
    PairSums sums;          // of what was compared
    bool identical = false; // every value is equal
};

// Layers by kinds; kinds of tensors outside the layers are not part of it.
struct HeatMap {
    std::vector<std::string> kinds;             // columns, in order of their first tensor's name
    int layers = 0;                             // rows
    std::vector<std::optional<PairSums>> cells; // row by row; empty where nothing was compared

    const std::optional<PairSums>& at(int layer, std::size_t kind) const
    {
        return cells[static_cast<std::size_t>(layer) * kinds.size() + kind];
    }
};

struct KindSummary {
    std::string kind;
    std::size_t tensors = 0;
    PairSums sums;
};

struct ModelComparison {
    std::string modelA;
    std::string modelB;
    std::vector<TensorComparison> tensors; // natural order of names
    PairSums total;
    std::size_t compared = 0;
    std::size_t identical = 0;
    std::size_t shapeDiffers = 0;
    std::size_t onlyInA = 0;
    std::size_t onlyInB = 0;

    std::vector<KindSummary> byKind() const; // in order of their first tensor's name
    HeatMap heatMap() const;
};

// Throws Error::cancelled, Error::corrupt, Error::io.
ModelComparison compareModels(const formats::Checkpoint& a, const formats::Checkpoint& b, ThreadPool& pool,
                              Progress& progress, const CancelToken& cancel);

// Everything, with {"summary", "kinds", "heat_map", "tensors"}; null stands for what can not be told.
Json toJson(const ModelComparison& comparison);

} // namespace crucible::analyze
