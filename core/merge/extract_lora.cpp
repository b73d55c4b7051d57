// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/extract_lora.h"

#include "base/files.h"
#include "base/hash.h"
#include "base/memory_map.h"
#include "base/output_claim.h"
#include "base/parallel.h"
#include "base/units.h"
#include "base/version.h"
#include "base/work_folder.h"
#include "formats/safetensors.h"
#include "kernels/convert.h"
#include "kernels/reduce.h"
#include "kernels/tile.h"
#include "merge/adapter_files.h"
#include "merge/low_rank.h"
#include "merge/operands.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace crucible::merge {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kTile = std::size_t(1) << 15;
constexpr char kWeightFile[] = "adapter_model.safetensors";

// The largest error of rounding to a dtype, relative to the value.
double roundingOf(DType dtype)
{
    switch (dtype) {
    case DType::BF16: return std::ldexp(1.0, -8);
    case DType::F16: return std::ldexp(1.0, -11);
    case DType::F8_E4M3: return std::ldexp(1.0, -4);
    case DType::F8_E5M2: return std::ldexp(1.0, -3);
    default: return std::ldexp(1.0, -24);
    }
}

// What the difference of two stored tensors is.
struct Difference {
    std::vector<float> values; // fine-tuned less base, row-major
    double squares = 0;        // of the difference
    double modelSquares = 0;   // of the fine-tuned tensor
};

// Tensors as they come, kept in a file until it is known what the header of the adapter's file says.
class TensorStore {
public:
    explicit TensorStore(const fs::path& path) : m_path(path), m_file(path, 0) {}

    void add(std::string name, DType dtype, Shape shape, std::span<const std::byte> bytes)
    {
        m_file.write(m_size, bytes);
        m_tensors.push_back({{std::move(name), dtype, std::move(shape), bytes.size()}, m_size});
        m_size += bytes.size();
    }
    void add(std::string name, DType dtype, Shape shape, std::span<const float> values)
    {
        std::vector<std::byte> bytes(values.size() * sizeOf(dtype));
        kernels::fromFloat32(dtype, values, bytes.data());
        add(std::move(name), dtype, std::move(shape), bytes);
    }
    bool empty() const { return m_tensors.empty(); }

    // Writes everything as one safetensors file and removes the store's own.
    std::uint64_t writeTo(const fs::path& target, const CancelToken& cancel)
    {
        m_file.finish();
        std::stable_sort(m_tensors.begin(), m_tensors.end(), [](const Stored& a, const Stored& b) {
            return sizeOf(a.info.dtype) > sizeOf(b.info.dtype); // keeps every tensor aligned
        });
        std::vector<formats::TensorInfo> infos;
        for (const Stored& tensor : m_tensors)
            infos.push_back(tensor.info);
        const formats::SafetensorsLayout layout = formats::safetensorsLayout(infos);
        {
            const MemoryMap map(m_path);
            OutputFile file(target, layout.fileBytes);
            file.write(0, std::as_bytes(std::span(layout.header)));
            for (std::size_t i = 0; i < m_tensors.size(); ++i) {
                cancel.check();
                file.write(layout.offsets[i], map.bytes().subspan(m_tensors[i].place, infos[i].bytes));
            }
            file.finish();
        }
        fs::remove(m_path);
        return layout.fileBytes;
    }

private:
    struct Stored {
        formats::TensorInfo info;
        std::uint64_t place;
    };
    fs::path m_path;
    OutputFile m_file;
    std::uint64_t m_size = 0;
    std::vector<Stored> m_tensors;
};

class Extraction {
public:
    Extraction(const ExtractLoraPlan& plan, Progress& progress, const CancelToken& cancel)
        : m_plan(plan), m_progress(progress), m_cancel(cancel), m_pool(plan.options.threads),
          m_work(plan.options.output), m_store(m_work.path() / "tensors.tmp"),
          m_dtype(plan.options.dtype ? *plan.options.dtype : plan.model.folder->mainDType())
    {
    }

    ExtractLoraResult run()
    {
        const auto start = std::chrono::steady_clock::now();
        m_progress.stage("extract");
        for (std::size_t i = 0; i < m_plan.modules.size(); ++i) {
            m_cancel.check();
            extract(m_plan.modules[i]);
            m_progress.advance(i + 1, m_plan.modules.size(), "modules", m_plan.modules[i].name);
        }
        if (m_store.empty())
            throw Error::invalid(
                CRUCIBLE_TR_NOOP("Problem", "the two models do not differ, there is nothing to extract"),
                m_plan.options.model.toString(),
                m_result.leftOut.empty() ? CRUCIBLE_TR_NOOP("Problem", "check which models were given")
                                         : CRUCIBLE_TR_NOOP("Problem", "the modules that differ were excluded"));
        if (m_adapter.modules.empty())
            addEmptyTarget();
        m_progress.stage("finish");
        m_result.bytesWritten = m_store.writeTo(m_work.path() / kWeightFile, m_cancel);
        writeAdapterFiles(m_adapter, m_plan, m_result, m_work.path());
        verify();
        for (const PlannedModel* model : {&m_plan.model, &m_plan.base}) {
            model->folder->checkpoint().checkIntact();
            if (model->adapter)
                model->adapter->checkpoint().checkIntact();
        }
        m_cancel.check();
        m_work.publish();
        m_result.output = m_work.finalPath();
        m_result.captured = m_squares > 0 ? m_capturedSquares / m_squares : 1;
        m_result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        m_progress.artifact("adapter", m_result.output);
        return std::move(m_result);
    }

private:
    void extract(const ExtractedModule& module)
    {
        switch (module.action) {
        case ExtractAction::Lora:
        case ExtractAction::EmbeddingLora: return decomposeModule(module);
        case ExtractAction::Full:
        case ExtractAction::FullAlways: return saveInFull(module);
        case ExtractAction::Leave:
            if (hasChanged(module))
                m_result.leftOut.push_back(module.name);
            return;
        case ExtractAction::Impossible:
            if (hasChanged(module))
                throw Error::invalid(
                    CRUCIBLE_TR_NOOP("Problem", "this tensor was changed, and an adapter can not hold it"), module.name,
                    CRUCIBLE_TR_NOOP("Problem", "leave it out with --skip-undecomposable or --exclude-regex"));
            ++m_result.unchanged;
        }
    }

    Difference differenceOf(const ExtractedModule::Tensor& tensor)
    {
        const auto after = openModelTensor(m_plan.model, *tensor.model, {});
        const auto before = openModelTensor(m_plan.base, *tensor.base, {});
        Difference difference;
        difference.values.resize(static_cast<std::size_t>(tensor.model->info.elements()));
        const std::size_t tiles = (difference.values.size() + kTile - 1) / kTile;
        std::vector<double> squares(tiles), modelSquares(tiles);
        m_pool.forEach(tiles, [&](std::size_t tile, int) {
            m_cancel.check();
            const std::size_t begin = tile * kTile;
            const std::span<float> out = std::span(difference.values).subspan(begin, std::min(kTile, difference.values.size() - begin));
            std::vector<float> base(out.size());
            after->load(begin, out);
            before->load(begin, base);
            modelSquares[tile] = kernels::dot(out, out.data());
            kernels::subtract(out, out.data(), base.data());
            squares[tile] = kernels::dot(out, out.data());
        });
        for (std::size_t i = 0; i < tiles; ++i) {
            difference.squares += squares[i];
            difference.modelSquares += modelSquares[i];
        }
        countRead(tensor);
        return difference;
    }

    bool hasChanged(const ExtractedModule& module)
    {
        return std::any_of(module.tensors.begin(), module.tensors.end(), [&](const ExtractedModule::Tensor& tensor) {
            if (tensor.model->info.shape != tensor.base->info.shape)
                return true;
            const auto after = openModelTensor(m_plan.model, *tensor.model, {});
            const auto before = openModelTensor(m_plan.base, *tensor.base, {});
            const std::span<const std::byte> a = after->plainBytes(), b = before->plainBytes();
            if (!a.empty() && after->dtype() == before->dtype() && a.size() == b.size()) {
                countRead(tensor);
                return !std::equal(a.begin(), a.end(), b.begin());
            }
            const Difference difference = differenceOf(tensor);
            return !(difference.squares == 0); // also for NaN
        });
    }

    void saveInFull(const ExtractedModule& module)
    {
        if (module.action != ExtractAction::FullAlways && !hasChanged(module)) {
            ++m_result.unchanged;
            return;
        }
        for (const ExtractedModule::Tensor& tensor : module.tensors) {
            const auto operand = openModelTensor(m_plan.model, *tensor.model, {});
            const std::string name = fmt::format("base_model.model.{}.{}", module.name, tensor.suffix);
            const Shape& shape = tensor.model->info.shape;
            if (const std::span<const std::byte> bytes = operand->plainBytes(); !bytes.empty()) {
                m_store.add(name, operand->dtype(), shape, bytes);
                continue;
            }
            std::vector<float> values(static_cast<std::size_t>(tensor.model->info.elements()));
            operand->load(0, values);
            m_store.add(name, operand->dtype(), shape, values);
        }
        m_adapter.savedModules.push_back(module.name);
        m_result.savedInFull.push_back(module.name);
    }

    void decomposeModule(const ExtractedModule& module)
    {
        std::int64_t rank = 0;
        const ExtractedModule::Tensor* weight = nullptr;
        const ExtractedModule::Tensor* bias = nullptr;
        for (const ExtractedModule::Tensor& tensor : module.tensors)
            (tensor.suffix == "weight" ? weight : bias) = &tensor;
        Difference biasDifference;
        if (bias)
            biasDifference = differenceOf(*bias);
        const bool biasChanged = biasDifference.squares != 0;

        const Difference difference = differenceOf(*weight);
        const Shape& shape = weight->model->info.shape;
        SingularVectors vectors;
        double captured = 0;
        if (difference.squares != 0) {
            try {
                vectors = decompose(difference.values, static_cast<std::size_t>(shape[0]), static_cast<std::size_t>(shape[1]),
                                    static_cast<std::size_t>(m_plan.options.maxRank),
                                    m_plan.options.randomSeed ^ hash64(module.name), m_pool, m_cancel);
            } catch (const Error& error) {
                if (error.kind() != ErrorKind::InvalidInput)
                    throw;
                throw Error(error.kind(), error.message(), weight->model->info.name,
                            CRUCIBLE_TR_NOOP("Problem", "check the models for damage"));
            }
            rank = countAbove(vectors.values, thresholdOf(difference, shape, vectors.values.front(), weight->model->info.dtype));
            for (std::int64_t i = 0; i < rank; ++i)
                captured += vectors.values[static_cast<std::size_t>(i)] * vectors.values[static_cast<std::size_t>(i)];
        }
        m_squares += difference.squares;
        m_capturedSquares += std::min(captured, difference.squares);
        if (rank == 0 && !biasChanged) {
            ++m_result.unchanged;
            return;
        }
        addFactors(module, shape, vectors, rank);
        if (biasChanged) {
            m_store.add(fmt::format("base_model.model.{}.lora_B.bias", module.name), m_dtype, bias->model->info.shape,
                        biasDifference.values);
            m_adapter.hasBias = true;
        }
        m_result.decomposed.push_back(
            {module.name, std::max<std::int64_t>(rank, 1),
             difference.squares > 0 ? std::min(1.0, captured / difference.squares) : 1.0});
    }

    // Singular values at or below this are not there: what was asked for, and what rounding alone would make of no change.
    // A matrix of independent errors of standard deviation e has a norm of about e (sqrt(rows) + sqrt(columns)).
    double thresholdOf(const Difference& difference, const Shape& shape, double largest, DType stored) const
    {
        const double elements = static_cast<double>(difference.values.size());
        const double unit = roundingOf(m_plan.options.dropRoundingNoise ? stored : DType::F32);
        const double error = unit * std::sqrt(difference.modelSquares / elements) / std::sqrt(3.0);
        const double sides = std::sqrt(static_cast<double>(shape[0])) + std::sqrt(static_cast<double>(shape[1]));
        constexpr double kSafety = 2;
        constexpr double kOfLargest = 16 * 5.96e-8; // the decomposition itself computes in float32
        return std::max({m_plan.options.svEpsilon, kSafety * error * sides, kOfLargest * largest});
    }

    static std::int64_t countAbove(const std::vector<double>& falling, double threshold)
    {
        return std::count_if(falling.begin(), falling.end(), [&](double value) { return value > threshold; });
    }

    // Stores A [rank, in] and B [out, rank]; with rank 0 one row of zeros, so that there is something to load.
    void addFactors(const ExtractedModule& module, const Shape& shape, const SingularVectors& vectors, std::int64_t rank)
    {
        const bool embedding = module.action == ExtractAction::EmbeddingLora;
        const bool turned = embedding || module.transposed; // stored [in, out]
        const auto rows = static_cast<std::size_t>(shape[0]), columns = static_cast<std::size_t>(shape[1]);
        const std::size_t in = turned ? rows : columns, out = turned ? columns : rows;
        const auto kept = static_cast<std::size_t>(std::max<std::int64_t>(rank, 1));
        const std::size_t found = vectors.values.size();
        std::vector<float> a(kept * in), b(out * kept);
        for (std::size_t k = 0; k < static_cast<std::size_t>(rank); ++k) {
            const double value = vectors.values[k];
            const auto ofA = static_cast<float>(m_plan.options.distributeScale ? std::sqrt(value) : value);
            const auto ofB = static_cast<float>(m_plan.options.distributeScale ? std::sqrt(value) : 1.0);
            const auto left = [&](std::size_t row) { return vectors.left[row * found + k]; };
            const auto right = [&](std::size_t column) { return vectors.right[k * columns + column]; };
            for (std::size_t i = 0; i < in; ++i)
                a[k * in + i] = ofA * (turned ? left(i) : right(i));
            for (std::size_t o = 0; o < out; ++o)
                b[o * kept + k] = ofB * (turned ? right(o) : left(o));
        }
        const std::string name = fmt::format("base_model.model.{}.lora_{}", module.name, embedding ? "embedding_" : "");
        const std::string suffix = embedding ? "" : ".weight";
        const auto signedSize = [](std::size_t size) { return static_cast<std::int64_t>(size); };
        m_store.add(name + "A" + suffix, m_dtype, {signedSize(kept), signedSize(in)}, a);
        m_store.add(name + "B" + suffix, m_dtype, {signedSize(out), signedSize(kept)}, b);
        m_adapter.modules.push_back({module.name, signedSize(kept)});
        m_adapter.fanInFanOut = m_adapter.fanInFanOut || module.transposed;
        m_result.rank = std::max(m_result.rank, signedSize(kept));
    }

    // PEFT needs a target module even when only whole modules are saved.
    void addEmptyTarget()
    {
        for (const ExtractedModule& module : m_plan.modules) {
            if (module.action != ExtractAction::Lora)
                continue;
            for (const ExtractedModule::Tensor& tensor : module.tensors) {
                if (tensor.suffix == "weight")
                    return addFactors(module, tensor.model->info.shape, {}, 0);
            }
        }
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "no linear layer is left for an adapter to change"),
                             m_plan.options.model.toString(),
                             CRUCIBLE_TR_NOOP("Problem", "include at least one with --include-regex"));
    }

    // Reads back what was written as a user of it would.
    void verify() const
    {
        const auto written = formats::LoraAdapter::open(m_work.path());
        const std::vector<std::string> unmatched = written->unmatched(m_plan.base.folder->checkpoint());
        for (const std::string& name : unmatched) {
            // A head that the base does not store, or a tensor that it stores under another name.
            const bool standsIn = std::any_of(m_plan.modules.begin(), m_plan.modules.end(), [&](const ExtractedModule& module) {
                return std::any_of(module.tensors.begin(), module.tensors.end(), [&](const ExtractedModule::Tensor& tensor) {
                    return name == module.name + "." + tensor.suffix && tensor.base->info.name != name;
                });
            });
            if (!standsIn)
                throw Error(ErrorKind::Internal, fmt::format("the adapter's tensor {} fits no tensor of the base model", name),
                            m_work.path().string(), "please report this with the command");
        }
    }

    void countRead(const ExtractedModule::Tensor& tensor)
    {
        m_read += tensor.model->info.bytes + tensor.base->info.bytes;
        m_progress.transferred(m_read, 0);
    }

    const ExtractLoraPlan& m_plan;
    Progress& m_progress;
    const CancelToken& m_cancel;
    ThreadPool m_pool;
    WorkFolder m_work;
    TensorStore m_store;
    DType m_dtype;
    AdapterFacts m_adapter;
    ExtractLoraResult m_result;
    double m_squares = 0;
    double m_capturedSquares = 0;
    std::uint64_t m_read = 0;
};

} // namespace

ExtractLoraResult extractLora(const ExtractLoraPlan& plan, Progress& progress, const CancelToken& cancel)
{
    plan.problems.throwIfErrors();
    if (plan.options.output.empty())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the adapter has no output folder"), "--out-path",
                             CRUCIBLE_TR_NOOP("Problem", "say where it goes"));
    cancel.check();
    const OutputClaim claim(plan.options.output);
    return Extraction(plan, progress, cancel).run();
}

Json toJson(const ExtractLoraResult& result)
{
    Json json = {{"output", result.output.string()},
                 {"rank", result.rank},
                 {"captured", result.captured},
                 {"bytes_written", result.bytesWritten},
                 {"seconds", result.seconds},
                 {"unchanged", result.unchanged},
                 {"saved_in_full", result.savedInFull},
                 {"left_out", result.leftOut},
                 {"modules", Json::array()}};
    for (const ExtractLoraResult::Module& module : result.decomposed)
        json["modules"].push_back({{"name", module.name}, {"rank", module.rank}, {"captured", module.captured}});
    return json;
}

} // namespace crucible::merge
