// SPDX-License-Identifier: GPL-3.0-or-later
#include "analyze/compare.h"

#include "base/text.h"
#include "formats/architecture.h"
#include "kernels/convert.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <mutex>
#include <numeric>

namespace crucible::analyze {

namespace {

using formats::Checkpoint;

constexpr std::size_t kPiece = std::size_t(1) << 20; // elements of one step of the parallel loop
constexpr std::size_t kTile = 2048;                  // elements converted at a time; two tiles fit the first cache
constexpr std::size_t kLanes = 8;                    // independent sums, so that the loop becomes vectors

PairSums sumsOf(std::span<const float> a, std::span<const float> b)
{
    std::array<double, kLanes> aa{};
    std::array<double, kLanes> bb{};
    std::array<double, kLanes> ab{};
    std::array<double, kLanes> dd{};
    std::array<float, kLanes> most{};
    const auto step = [&](std::size_t at, std::size_t lane) {
        const double x = a[at];
        const double y = b[at];
        const double d = x - y;
        aa[lane] += x * x;
        bb[lane] += y * y;
        ab[lane] += x * y;
        dd[lane] += d * d;
        const float apart = std::fabs(a[at] - b[at]);
        most[lane] = most[lane] < apart ? apart : most[lane];
    };
    std::size_t at = 0;
    for (; at + kLanes <= a.size(); at += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            step(at + lane, lane);
    for (; at < a.size(); ++at)
        step(at, 0);
    PairSums sums;
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
        sums.aa += aa[lane];
        sums.bb += bb[lane];
        sums.ab += ab[lane];
        sums.dd += dd[lane];
        sums.maxAbsDifference = std::max(sums.maxAbsDifference, static_cast<double>(most[lane]));
    }
    sums.elements = a.size();
    return sums;
}

struct Pair {
    std::size_t result; // index into ModelComparison::tensors
    const Checkpoint::Entry* a;
    const Checkpoint::Entry* b;
};

struct Piece {
    std::size_t pair;
    std::size_t first; // element
    std::size_t count;
};

struct PieceResult {
    PairSums sums;
    bool identical = true;
};

PieceResult comparePiece(const formats::TensorInfo& infoA, std::span<const std::byte> bytesA,
                         const formats::TensorInfo& infoB, std::span<const std::byte> bytesB, const Piece& piece,
                         const CancelToken& cancel)
{
    alignas(64) std::array<float, kTile> tileA;
    alignas(64) std::array<float, kTile> tileB;
    const std::size_t widthA = sizeOf(infoA.dtype);
    const std::size_t widthB = sizeOf(infoB.dtype);
    PieceResult result;
    for (std::size_t done = 0; done < piece.count; done += kTile) {
        cancel.check();
        const std::size_t count = std::min(kTile, piece.count - done);
        const std::byte* a = bytesA.data() + (piece.first + done) * widthA;
        const std::byte* b = bytesB.data() + (piece.first + done) * widthB;
        const std::span valuesA(tileA.data(), count);
        const std::span valuesB(tileB.data(), count);
        kernels::toFloat32(infoA.dtype, a, valuesA);
        kernels::toFloat32(infoB.dtype, b, valuesB);
        const bool sameBytes = infoA.dtype == infoB.dtype && std::memcmp(a, b, count * widthA) == 0;
        result.identical = result.identical && (sameBytes || std::ranges::equal(valuesA, valuesB));
        result.sums.add(sumsOf(valuesA, valuesB));
    }
    return result;
}

Json numberOrNull(std::optional<double> value)
{
    return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

void addMeasures(Json& json, const PairSums& sums)
{
    json["elements"] = sums.elements;
    json["cosine"] = numberOrNull(sums.cosine());
    json["relative_difference"] = numberOrNull(sums.relativeDifference());
    json["norm_a"] = numberOrNull(sums.normA());
    json["norm_b"] = numberOrNull(sums.normB());
    json["max_abs_difference"] = numberOrNull(sums.isFinite() ? std::optional(sums.maxAbsDifference) : std::nullopt);
}

Json toJson(const TensorComparison& tensor)
{
    Json json = {{"name", tensor.name},
                 {"kind", tensor.kind},
                 {"layer", tensor.layer < 0 ? Json(nullptr) : Json(tensor.layer)},
                 {"status", toString(tensor.status)}};
    if (tensor.dtypeA) {
        json["dtype_a"] = toString(*tensor.dtypeA);
        json["shape_a"] = tensor.shapeA;
    }
    if (tensor.dtypeB) {
        json["dtype_b"] = toString(*tensor.dtypeB);
        json["shape_b"] = tensor.shapeB;
    }
    if (tensor.status == PairStatus::Compared) {
        json["identical"] = tensor.identical;
        addMeasures(json, tensor.sums);
    }
    return json;
}

} // namespace

void PairSums::add(const PairSums& other)
{
    aa += other.aa;
    bb += other.bb;
    ab += other.ab;
    dd += other.dd;
    maxAbsDifference = std::max(maxAbsDifference, other.maxAbsDifference);
    elements += other.elements;
}

bool PairSums::isFinite() const
{
    return std::isfinite(aa) && std::isfinite(bb) && std::isfinite(dd);
}

double PairSums::normA() const
{
    return std::sqrt(aa);
}

double PairSums::normB() const
{
    return std::sqrt(bb);
}

std::optional<double> PairSums::cosine() const
{
    if (!isFinite() || (aa == 0) != (bb == 0))
        return std::nullopt;
    return aa == 0 ? 1 : std::clamp(ab / std::sqrt(aa) / std::sqrt(bb), -1.0, 1.0);
}

std::optional<double> PairSums::relativeDifference() const
{
    if (!isFinite() || (aa == 0 && dd > 0))
        return std::nullopt;
    return aa == 0 ? 0 : std::sqrt(dd) / std::sqrt(aa);
}

std::string_view toString(PairStatus status)
{
    switch (status) {
    case PairStatus::Compared: return "compared";
    case PairStatus::ShapeDiffers: return "shape_differs";
    case PairStatus::OnlyInA: return "only_in_a";
    case PairStatus::OnlyInB: return "only_in_b";
    }
    return "";
}

ModelComparison compareModels(const Checkpoint& a, const Checkpoint& b, ThreadPool& pool, Progress& progress,
                              const CancelToken& cancel)
{
    ModelComparison result;
    result.modelA = a.location().string();
    result.modelB = b.location().string();

    std::vector<std::string> names;
    for (const Checkpoint* checkpoint : {&a, &b})
        for (const Checkpoint::Entry& entry : checkpoint->tensors())
            names.push_back(entry.info.name);
    std::ranges::sort(names, naturalLess);
    names.erase(std::unique(names.begin(), names.end()), names.end());

    std::vector<Pair> pairs;
    for (const std::string& name : names) {
        const Checkpoint::Entry* inA = a.find(name);
        const Checkpoint::Entry* inB = b.find(name);
        TensorComparison& tensor = result.tensors.emplace_back();
        formats::TensorKind kind = formats::kindOf(name);
        tensor.name = name;
        tensor.kind = std::move(kind.kind);
        tensor.layer = kind.layer;
        if (inA) {
            tensor.dtypeA = inA->info.dtype;
            tensor.shapeA = inA->info.shape;
        }
        if (inB) {
            tensor.dtypeB = inB->info.dtype;
            tensor.shapeB = inB->info.shape;
        }
        if (!inB)
            tensor.status = PairStatus::OnlyInA;
        else if (!inA)
            tensor.status = PairStatus::OnlyInB;
        else if (inA->info.shape != inB->info.shape)
            tensor.status = PairStatus::ShapeDiffers;
        else
            pairs.push_back({result.tensors.size() - 1, inA, inB});
        result.onlyInA += tensor.status == PairStatus::OnlyInA ? 1 : 0;
        result.onlyInB += tensor.status == PairStatus::OnlyInB ? 1 : 0;
        result.shapeDiffers += tensor.status == PairStatus::ShapeDiffers ? 1 : 0;
    }

    // One tensor after another, its pieces in parallel, so that only one pair of tensors is held in memory where a
    // format can not be mapped. Small tensors would leave threads idle, so neighbours share a loop up to a piece's
    // size.
    std::uint64_t total = 0;
    for (const Pair& pair : pairs)
        total += static_cast<std::uint64_t>(pair.a->info.elements());
    progress.stage("compare");
    std::uint64_t done = 0;
    for (std::size_t first = 0; first < pairs.size();) {
        std::vector<Piece> pieces;
        std::vector<std::array<formats::TensorData, 2>> data;
        std::size_t end = first;
        std::size_t gathered = 0;
        while (end < pairs.size() && (end == first || gathered < kPiece * static_cast<std::size_t>(pool.threads()))) {
            const auto elements = static_cast<std::size_t>(pairs[end].a->info.elements());
            data.push_back({a.read(*pairs[end].a), b.read(*pairs[end].b)});
            for (std::size_t at = 0; at < elements; at += kPiece)
                pieces.push_back({end, at, std::min(kPiece, elements - at)});
            gathered += elements;
            ++end;
        }
        std::vector<PieceResult> parts(pieces.size());
        pool.forEach(pieces.size(), [&](std::size_t i, int) {
            const Pair& pair = pairs[pieces[i].pair];
            const auto& bytes = data[pieces[i].pair - first];
            parts[i] = comparePiece(pair.a->info, bytes[0].bytes, pair.b->info, bytes[1].bytes, pieces[i], cancel);
        });
        for (std::size_t p = first; p < end; ++p)
            result.tensors[pairs[p].result].identical = true;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            TensorComparison& tensor = result.tensors[pairs[pieces[i].pair].result];
            tensor.sums.add(parts[i].sums);
            tensor.identical = tensor.identical && parts[i].identical;
        }
        done += gathered;
        progress.advance(done, total, "values", result.tensors[pairs[end - 1].result].name);
        first = end;
    }

    for (const TensorComparison& tensor : result.tensors) {
        if (tensor.status != PairStatus::Compared)
            continue;
        ++result.compared;
        result.identical += tensor.identical ? 1 : 0;
        result.total.add(tensor.sums);
    }
    a.checkIntact();
    b.checkIntact();
    return result;
}

std::vector<KindSummary> ModelComparison::byKind() const
{
    std::vector<KindSummary> kinds;
    for (const TensorComparison& tensor : tensors) {
        if (tensor.status != PairStatus::Compared)
            continue;
        auto kind = std::ranges::find(kinds, tensor.kind, &KindSummary::kind);
        if (kind == kinds.end())
            kind = kinds.insert(kinds.end(), KindSummary{tensor.kind, 0, {}});
        ++kind->tensors;
        kind->sums.add(tensor.sums);
    }
    return kinds;
}

HeatMap ModelComparison::heatMap() const
{
    HeatMap map;
    const auto column = [&](const TensorComparison& tensor) {
        return static_cast<std::size_t>(std::ranges::find(map.kinds, tensor.kind) - map.kinds.begin());
    };
    const auto belongs = [](const TensorComparison& tensor) {
        return tensor.status == PairStatus::Compared && tensor.layer >= 0;
    };
    for (const TensorComparison& tensor : tensors)
        if (belongs(tensor)) {
            if (column(tensor) == map.kinds.size())
                map.kinds.push_back(tensor.kind);
            map.layers = std::max(map.layers, tensor.layer + 1);
        }
    map.cells.resize(static_cast<std::size_t>(map.layers) * map.kinds.size());
    for (const TensorComparison& tensor : tensors)
        if (belongs(tensor)) {
            auto& cell = map.cells[static_cast<std::size_t>(tensor.layer) * map.kinds.size() + column(tensor)];
            if (!cell)
                cell.emplace();
            cell->add(tensor.sums);
        }
    return map;
}

Json toJson(const ModelComparison& comparison)
{
    Json summary = {{"tensors", comparison.tensors.size()}, {"compared", comparison.compared},
                    {"identical", comparison.identical},    {"shape_differs", comparison.shapeDiffers},
                    {"only_in_a", comparison.onlyInA},      {"only_in_b", comparison.onlyInB}};
    addMeasures(summary, comparison.total);

    Json kinds = Json::array();
    for (const KindSummary& kind : comparison.byKind()) {
        Json& json = kinds.emplace_back(Json{{"kind", kind.kind}, {"tensors", kind.tensors}});
        addMeasures(json, kind.sums);
    }

    const HeatMap map = comparison.heatMap();
    Json cosine = Json::array();
    Json difference = Json::array();
    for (int layer = 0; layer < map.layers; ++layer) {
        Json& cosines = cosine.emplace_back(Json::array());
        Json& differences = difference.emplace_back(Json::array());
        for (std::size_t kind = 0; kind < map.kinds.size(); ++kind) {
            const auto& cell = map.at(layer, kind);
            cosines.push_back(cell ? numberOrNull(cell->cosine()) : Json(nullptr));
            differences.push_back(cell ? numberOrNull(cell->relativeDifference()) : Json(nullptr));
        }
    }

    Json tensors = Json::array();
    for (const TensorComparison& tensor : comparison.tensors)
        tensors.push_back(toJson(tensor));
    return {{"model_a", comparison.modelA},
            {"model_b", comparison.modelB},
            {"summary", std::move(summary)},
            {"kinds", std::move(kinds)},
            {"heat_map",
             {{"kinds", map.kinds}, {"layers", map.layers}, {"cosine", cosine}, {"relative_difference", difference}}},
            {"tensors", std::move(tensors)}};
}

} // namespace crucible::analyze
