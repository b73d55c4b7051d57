// SPDX-License-Identifier: GPL-3.0-or-later
#include "analyze/statistics.h"

#include "kernels/convert.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace crucible::analyze {

namespace {

constexpr std::size_t kPiece = std::size_t(1) << 18; // elements of one step of a parallel loop
constexpr std::size_t kTile = 4096;                  // elements converted at a time; fits the first cache

struct Moments {
    std::uint64_t finite = 0;
    std::uint64_t zeros = 0;
    std::uint64_t nans = 0;
    double minimum = std::numeric_limits<double>::infinity();
    double maximum = -std::numeric_limits<double>::infinity();
    double mean = 0;
    double squaredDeviation = 0; // from the mean
    double squares = 0;

    void add(std::span<const float> values)
    {
        Moments tile;
        double sum = 0;
        for (const float value : values) {
            if (!std::isfinite(value)) {
                tile.nans += std::isnan(value) ? 1 : 0;
                continue;
            }
            const double x = value;
            ++tile.finite;
            tile.zeros += x == 0 ? 1 : 0;
            sum += x;
            tile.squares += x * x;
            tile.minimum = std::min(tile.minimum, x);
            tile.maximum = std::max(tile.maximum, x);
        }
        if (tile.finite > 0) {
            tile.mean = sum / static_cast<double>(tile.finite);
            for (const float value : values)
                if (std::isfinite(value))
                    tile.squaredDeviation += (value - tile.mean) * (value - tile.mean);
        }
        add(tile);
    }

    // Chan, Golub, LeVeque 1979: moments of the union of two samples.
    void add(const Moments& other)
    {
        nans += other.nans;
        if (other.finite == 0)
            return;
        const double left = static_cast<double>(finite);
        const double right = static_cast<double>(other.finite);
        const double apart = other.mean - mean;
        mean += apart * right / (left + right);
        squaredDeviation += other.squaredDeviation + apart * apart * left * right / (left + right);
        squares += other.squares;
        finite += other.finite;
        zeros += other.zeros;
        minimum = std::min(minimum, other.minimum);
        maximum = std::max(maximum, other.maximum);
    }
};

// Calls body(piece, worker, tile of values) over all pieces in parallel; the tiles of one piece come in order.
template<typename Body> void forTiles(const formats::TensorInfo& info, const formats::TensorData& data,
                                      ThreadPool& pool, const CancelToken& cancel, const Body& body)
{
    const auto elements = static_cast<std::size_t>(info.elements());
    const std::size_t width = sizeOf(info.dtype);
    pool.forEach((elements + kPiece - 1) / kPiece, [&](std::size_t piece, int worker) {
        cancel.check();
        std::array<float, kTile> tile;
        const std::size_t end = std::min(elements, (piece + 1) * kPiece);
        for (std::size_t at = piece * kPiece; at < end; at += kTile) {
            const std::span values(tile.data(), std::min(kTile, end - at));
            kernels::toFloat32(info.dtype, data.bytes.data() + at * width, values);
            body(piece, static_cast<std::size_t>(worker), std::span<const float>(values));
        }
    });
}

} // namespace

double TensorStatistics::quantile(double q) const
{
    const double wanted = std::clamp(q, 0.0, 1.0) * static_cast<double>(finite);
    double below = 0;
    for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) {
        const auto count = static_cast<double>(histogram.counts[bin]);
        if (count > 0 && below + count >= wanted)
            return histogram.low + (static_cast<double>(bin) + (wanted - below) / count) * histogram.binWidth();
        below += count;
    }
    return histogram.high;
}

TensorStatistics tensorStatistics(const formats::TensorInfo& info, const formats::TensorData& data, int bins,
                                  ThreadPool& pool, const CancelToken& cancel)
{
    if (bins < 1)
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "a histogram needs at least one bin"), info.name);
    const auto elements = static_cast<std::size_t>(info.elements());
    const std::size_t pieces = (elements + kPiece - 1) / kPiece;

    std::vector<Moments> moments(pieces);
    forTiles(info, data, pool, cancel,
             [&](std::size_t piece, std::size_t, std::span<const float> tile) { moments[piece].add(tile); });
    Moments all;
    for (const Moments& part : moments)
        all.add(part);

    TensorStatistics result;
    result.elements = elements;
    result.finite = all.finite;
    result.zeros = all.zeros;
    result.nans = all.nans;
    result.infinities = elements - all.finite - all.nans;
    result.histogram.counts.resize(static_cast<std::size_t>(bins));
    if (all.finite == 0)
        return result;
    result.minimum = all.minimum;
    result.maximum = all.maximum;
    result.absMaximum = std::max(std::abs(all.minimum), std::abs(all.maximum));
    result.mean = all.mean;
    result.standardDeviation = std::sqrt(all.squaredDeviation / static_cast<double>(all.finite));
    result.norm = std::sqrt(all.squares);

    result.histogram.low = all.minimum;
    result.histogram.high = all.maximum;
    const double range = all.maximum - all.minimum;
    const double scale = range > 0 ? static_cast<double>(bins) / range : 0;
    const auto last = static_cast<std::size_t>(bins - 1);
    std::vector<std::vector<std::uint64_t>> counts(static_cast<std::size_t>(pool.threads()));
    for (auto& part : counts)
        part.resize(static_cast<std::size_t>(bins));
    // Counts are integers: their sum is the same in any order, so one array per worker is enough.
    forTiles(info, data, pool, cancel, [&](std::size_t, std::size_t worker, std::span<const float> tile) {
        for (const float value : tile)
            if (std::isfinite(value))
                ++counts[worker][std::min(static_cast<std::size_t>((value - all.minimum) * scale), last)];
    });
    for (const auto& part : counts)
        for (std::size_t bin = 0; bin < part.size(); ++bin)
            result.histogram.counts[bin] += part[bin];
    return result;
}

Json toJson(const TensorStatistics& statistics)
{
    Json quantiles = Json::object();
    for (const auto& [name, q] : {std::pair{"0.01", 0.01},
                                  {"0.05", 0.05},
                                  {"0.25", 0.25},
                                  {"0.5", 0.5},
                                  {"0.75", 0.75},
                                  {"0.95", 0.95},
                                  {"0.99", 0.99}})
        quantiles[name] = statistics.quantile(q);
    return {{"elements", statistics.elements},
            {"min", statistics.minimum},
            {"max", statistics.maximum},
            {"mean", statistics.mean},
            {"std", statistics.standardDeviation},
            {"norm", statistics.norm},
            {"abs_max", statistics.absMaximum},
            {"zeros", statistics.zeros},
            {"nan", statistics.nans},
            {"inf", statistics.infinities},
            {"quantiles", quantiles},
            {"histogram",
             {{"low", statistics.histogram.low},
              {"high", statistics.histogram.high},
              {"counts", statistics.histogram.counts}}}};
}

} // namespace crucible::analyze
