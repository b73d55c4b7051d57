// SPDX-License-Identifier: GPL-3.0-or-later
// What one tensor looks like: moments, extremes, and a histogram. Values are read as float32 and summed in double.
// The tensor is read twice in pieces; results do not depend on the number of threads.
#pragma once

#include "base/cancel.h"
#include "base/json.h"
#include "base/parallel.h"
#include "formats/tensor.h"

#include <cstdint>
#include <vector>

namespace crucible::analyze {

// Counts of finite values in equal bins from `low` to `high`; the last bin includes `high`.
struct Histogram {
    double low = 0;
    double high = 0;
    std::vector<std::uint64_t> counts;

    double binWidth() const { return counts.empty() ? 0 : (high - low) / static_cast<double>(counts.size()); }
};

struct TensorStatistics {
    std::uint64_t elements = 0;
    std::uint64_t finite = 0; // all numbers below speak of these
    std::uint64_t zeros = 0;
    std::uint64_t nans = 0;
    std::uint64_t infinities = 0;
    double minimum = 0;
    double maximum = 0;
    double absMaximum = 0;
    double mean = 0;
    double standardDeviation = 0; // of the population
    double norm = 0;              // L2, the root of the sum of squares
    Histogram histogram;

    // Where a share `q` in [0, 1] of the finite values lies below, interpolated inside a bin: exact to one bin's width.
    double quantile(double q) const;
};

// Throws Error::invalid when bins < 1, Error::cancelled.
TensorStatistics tensorStatistics(const formats::TensorInfo& info, const formats::TensorData& data, int bins,
                                  ThreadPool& pool, const CancelToken& cancel);

// {"elements", "min", "max", "mean", "std", "norm", "abs_max", "zeros", "nan", "inf", "quantiles", "histogram"}
Json toJson(const TensorStatistics& statistics);

} // namespace crucible::analyze
