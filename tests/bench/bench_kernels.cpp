// SPDX-License-Identifier: GPL-3.0-or-later
// Throughput of the kernels that a merge spends its time in, and of whole merge methods on tensors in memory, as bytes of
// input read and output written per second. BM_memcpy in the same run says what the machine can move.
#include "kernels/convert.h"
#include "kernels/philox.h"
#include "kernels/reduce.h"
#include "kernels/select.h"
#include "kernels/tile.h"
#include "merge/method.h"
#include "merge/tensor_task.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <ctime>
#include <functional>
#include <string>

using namespace crucible;

namespace {

constexpr std::size_t kTile = 4096;

std::vector<float> wave(std::size_t count, float phase)
{
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = std::sin(static_cast<float>(i % 100'003) * 12.9898f + phase);
    return values;
}

std::vector<std::byte> stored(const std::vector<float>& values, DType dtype)
{
    std::vector<std::byte> bytes(values.size() * sizeOf(dtype));
    kernels::fromFloat32(dtype, values, bytes.data());
    return bytes;
}

void setBytes(benchmark::State& state, std::size_t bytesPerIteration)
{
    state.SetBytesProcessed(static_cast<std::int64_t>(bytesPerIteration) * state.iterations());
}

void BM_memcpy(benchmark::State& state)
{
    const std::vector<std::byte> from(std::size_t(1) << 26, std::byte{1});
    std::vector<std::byte> to(from.size());
    for (auto _ : state) {
        std::memcpy(to.data(), from.data(), from.size());
        benchmark::ClobberMemory();
    }
    setBytes(state, 2 * from.size());
}
BENCHMARK(BM_memcpy);

void BM_toFloat32(benchmark::State& state)
{
    const auto dtype = static_cast<DType>(state.range(0));
    const std::vector<std::byte> bytes = stored(wave(kTile, 0), dtype);
    std::vector<float> out(kTile);
    for (auto _ : state) {
        kernels::toFloat32(dtype, bytes.data(), out);
        benchmark::ClobberMemory();
    }
    setBytes(state, bytes.size() + kTile * sizeof(float));
    state.SetLabel(std::string(toString(dtype)));
}
BENCHMARK(BM_toFloat32)->Arg(int(DType::BF16))->Arg(int(DType::F16))->Arg(int(DType::F8_E4M3));

void BM_fromFloat32(benchmark::State& state)
{
    const auto dtype = static_cast<DType>(state.range(0));
    const std::vector<float> values = wave(kTile, 0);
    std::vector<std::byte> out(kTile * sizeOf(dtype));
    for (auto _ : state) {
        kernels::fromFloat32(dtype, values, out.data());
        benchmark::ClobberMemory();
    }
    setBytes(state, out.size() + kTile * sizeof(float));
    state.SetLabel(std::string(toString(dtype)));
}
BENCHMARK(BM_fromFloat32)->Arg(int(DType::BF16))->Arg(int(DType::F16))->Arg(int(DType::F8_E4M3));

void BM_dot(benchmark::State& state)
{
    const std::vector<float> a = wave(kTile, 0), b = wave(kTile, 1);
    for (auto _ : state)
        benchmark::DoNotOptimize(kernels::dot(a, b.data()));
    setBytes(state, 2 * kTile * sizeof(float));
}
BENCHMARK(BM_dot);

void BM_randomWords(benchmark::State& state)
{
    const kernels::RandomStream stream(1, 2, 3);
    std::vector<std::uint32_t> words(kTile);
    for (auto _ : state) {
        stream.words(0, words);
        benchmark::ClobberMemory();
    }
    setBytes(state, kTile * sizeof(std::uint32_t));
}
BENCHMARK(BM_randomWords);

void BM_selectShow(benchmark::State& state)
{
    const std::vector<float> values = wave(kTile * 64, 0);
    std::vector<float> sample;
    for (const std::size_t place : kernels::RankSelect::samplePlaces(values.size()))
        sample.insert(sample.end(), values.begin() + long(place), values.begin() + long(place) + 16);
    kernels::RankSelect select(kernels::KeyOrder::Magnitude, values.size(), values.size() / 2, 64, sample);
    for (auto _ : state)
        select.show(0, std::span(values).first(kTile));
    setBytes(state, kTile * sizeof(float));
}
BENCHMARK(BM_selectShow);

class BytesOperand : public merge::Operand {
public:
    explicit BytesOperand(std::span<const std::byte> bytes) : m_bytes(bytes) {}
    void load(std::size_t begin, std::span<float> out) const override
    {
        kernels::toFloat32(DType::BF16, m_bytes.data() + begin * 2, out);
    }
    std::span<const std::byte> plainBytes() const override { return m_bytes; }
    DType dtype() const override { return DType::BF16; }

private:
    std::span<const std::byte> m_bytes;
};

class BufferSink : public merge::TensorSink {
public:
    explicit BufferSink(std::size_t size) : m_bytes(size) {}
    void write(std::uint64_t offset, std::span<const std::byte> bytes) override
    {
        std::memcpy(m_bytes.data() + offset, bytes.data(), bytes.size());
    }

private:
    std::vector<std::byte> m_bytes;
};

// Seconds of copying a byte of memory on one thread.
double copySeconds()
{
    static const double seconds = [] {
        const std::vector<std::byte> from(std::size_t(8) << 20, std::byte{1});
        std::vector<std::byte> to(from.size());
        double best = 1;
        for (int i = 0; i < 8; ++i) {
            const auto start = std::chrono::steady_clock::now();
            std::memcpy(to.data(), from.data(), from.size());
            benchmark::ClobberMemory();
            best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
        }
        return best / static_cast<double>(from.size());
    }();
    return seconds;
}

// A matrix of 2048 x 5632 in BF16: two models (one where a method takes only one) and a base where a method has one.
// `work` is what MergeMethod::work says: processor time per value of the inputs, in copies of two bytes.
void BM_method(benchmark::State& state, const merge::MergeMethod& method)
{
    const int models = std::clamp(2, method.minModels, method.maxModels);
    const bool withBase = method.base == merge::BaseModel::Required;
    const Shape shape{2048, 5632};
    const std::size_t count = 2048 * 5632;
    merge::TaskSpec spec;
    spec.name = "model.layers.0.mlp.up_proj.weight";
    spec.shape = shape;
    spec.outDtype = DType::BF16;
    const auto valueOf = [](const ParamSpec& param) {
        return param.name == "density" ? 0.5 : param.name == "weight" || param.name == "t" ? 0.4 : param.defaultValue;
    };
    std::vector<std::vector<std::byte>> tensors;
    for (int i = 0; i < models + (withBase ? 1 : 0); ++i)
        tensors.push_back(stored(wave(count, static_cast<float>(i)), DType::BF16));
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        merge::TaskInput input{std::make_unique<BytesOperand>(tensors[i]), {}, withBase && i == 0, i};
        for (const ParamSpec& param : method.params) {
            if (param.scope == ParamScope::PerModel && param.hasDefault)
                input.params.push_back({param.name, valueOf(param), true});
        }
        spec.inputs.push_back(std::move(input));
    }
    for (const ParamSpec& param : method.params) {
        if (param.scope == ParamScope::Global)
            spec.params.push_back({param.name, valueOf(param), true});
    }
    BufferSink sink(count * 2);
    ThreadPool pool(static_cast<int>(state.range(0)));
    const CancelToken cancel;
    double processor = 0;
    for (auto _ : state) {
        const auto before = std::clock();
        merge::TensorTask task(spec, sink, pool, cancel);
        method.apply(task);
        processor += static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC;
    }
    setBytes(state, count * 2 * (tensors.size() + 1));
    const double values = static_cast<double>(count * tensors.size()) * static_cast<double>(state.iterations());
    state.counters["work"] = processor / values / (2 * copySeconds());
}

} // namespace

int main(int argc, char** argv)
{
    for (const merge::MergeMethod* method : merge::mergeMethods())
        benchmark::RegisterBenchmark(("BM_method/" + std::string(method->id)).c_str(), BM_method, std::cref(*method))
            ->Arg(1)
            ->Arg(2)
            ->UseRealTime();
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
        return 2;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
}
