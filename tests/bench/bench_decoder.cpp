// SPDX-License-Identifier: GPL-3.0-or-later
// How fast a model reads and writes text, against what the machine can do in the same run: decoding against reading the
// model's bytes from memory, a prompt against the processor's rate of multiply-adds in what the model computes in.
//
//     bench_decoder MODEL [THREADS [PROMPT_TOKENS [NEW_TOKENS [auto|float32|bfloat16]]]]
//
// MODEL: a folder; `crucible-cli sample F --shape tinyllama-1.1b` makes one of random numbers. A token and a reading of all
// weights take turns, and their medians are told; of the prompt and of the peak it is the best of three.
#include "base/parallel.h"
#include "kernels/bf16_product.h"
#include "model/decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench_decoder.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"

#ifndef CRUCIBLE_BENCH_DECODER_ONCE
#define CRUCIBLE_BENCH_DECODER_ONCE
constexpr std::size_t kSums = 10; // at once: more than a multiply-add takes cycles, times how many begin in one
#endif

HWY_BEFORE_NAMESPACE();
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

std::size_t lanes()
{
    return hn::Lanes(hn::ScalableTag<float>());
}

float multiplyAdds(std::size_t turns)
{
    const hn::ScalableTag<float> d;
    const auto factor = hn::Set(d, 0.999f), summand = hn::Set(d, 0.001f);
    // By name: a list of them would lie in memory.
    auto s0 = hn::Set(d, 0.5f), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0, s8 = s0, s9 = s0;
    for (std::size_t turn = 0; turn < turns; ++turn) {
        s0 = hn::MulAdd(s0, factor, summand);
        s1 = hn::MulAdd(s1, factor, summand);
        s2 = hn::MulAdd(s2, factor, summand);
        s3 = hn::MulAdd(s3, factor, summand);
        s4 = hn::MulAdd(s4, factor, summand);
        s5 = hn::MulAdd(s5, factor, summand);
        s6 = hn::MulAdd(s6, factor, summand);
        s7 = hn::MulAdd(s7, factor, summand);
        s8 = hn::MulAdd(s8, factor, summand);
        s9 = hn::MulAdd(s9, factor, summand);
    }
    const auto left = hn::Add(hn::Add(hn::Add(s0, s1), hn::Add(s2, s3)), s4);
    const auto right = hn::Add(hn::Add(hn::Add(s5, s6), hn::Add(s7, s8)), s9);
    return hn::GetLane(hn::SumOfLanes(d, hn::Add(left, right)));
}

// In eight streams, since one alone does not keep the memory busy. What is left over at the end is not read.
std::uint64_t readAll(const std::byte* bytes, std::size_t count)
{
    const hn::ScalableTag<std::uint64_t> d;
    const std::size_t stream = count / 8 / sizeof(std::uint64_t) / hn::Lanes(d) * hn::Lanes(d);
    const auto* at = reinterpret_cast<const std::uint64_t*>(bytes);
    auto sum = hn::Zero(d);
    for (std::size_t i = 0; i < stream; i += hn::Lanes(d)) {
        const auto left = hn::Xor(hn::Xor(hn::LoadU(d, at + i), hn::LoadU(d, at + stream + i)),
                                  hn::Xor(hn::LoadU(d, at + 2 * stream + i), hn::LoadU(d, at + 3 * stream + i)));
        const auto right = hn::Xor(hn::Xor(hn::LoadU(d, at + 4 * stream + i), hn::LoadU(d, at + 5 * stream + i)),
                                   hn::Xor(hn::LoadU(d, at + 6 * stream + i), hn::LoadU(d, at + 7 * stream + i)));
        sum = hn::Xor(sum, hn::Xor(left, right));
    }
    return hn::GetLane(sum);
}

} // namespace HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
HWY_EXPORT(lanes);
HWY_EXPORT(multiplyAdds);
HWY_EXPORT(readAll);

namespace {

using namespace crucible;

double now()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Bytes per second that all threads together read of the model, which no cache holds.
double readBandwidth(ThreadPool& pool, const std::vector<std::span<const std::byte>>& pieces)
{
    std::vector<std::uint64_t> sums(pieces.size());
    std::size_t bytes = 0;
    for (const auto& piece : pieces)
        bytes += piece.size();
    const double start = now();
    pool.forEach(pieces.size(), [&](std::size_t i, int) { sums[i] = HWY_DYNAMIC_DISPATCH(readAll)(pieces[i].data(), pieces[i].size()); });
    const double took = now() - start;
    std::uint64_t all = 0;
    for (const std::uint64_t sum : sums)
        all ^= sum;
    volatile std::uint64_t kept = all;
    (void)kept;
    return static_cast<double>(bytes) / took;
}

// Floating point operations per second of fused multiply-adds in registers: nothing that computes in float32 is faster.
double multiplyAddPeak(ThreadPool& pool)
{
    constexpr std::size_t kTurns = 20'000'000;
    std::vector<float> results(static_cast<std::size_t>(pool.threads()));
    const double start = now();
    pool.forEach(results.size(), [&](std::size_t i, int) { results[i] = HWY_DYNAMIC_DISPATCH(multiplyAdds)(kTurns); });
    const double took = now() - start;
    if (results.front() == 0.0f)
        std::abort();
    return 2.0 * static_cast<double>(kTurns * results.size() * kSums * HWY_DYNAMIC_DISPATCH(lanes)()) / took;
}

// The same of products of bfloat16 that are added up in float32, where the processor has instructions for them.
#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("avx512f,avx512bf16"))) float bf16Products(std::size_t turns)
{
    const __m512bh factor = reinterpret_cast<__m512bh>(_mm512_set1_epi16(0x3e00));
    const auto next = [factor](__m512& sum) __attribute__((always_inline, target("avx512f,avx512bf16"))) {
        sum = _mm512_dpbf16_ps(sum, factor, factor);
    };
    // All different: equal ones would be computed once.
    const __m512 one = _mm512_set1_ps(1);
    __m512 s0 = _mm512_set1_ps(0.5f), s1 = s0 + one, s2 = s1 + one, s3 = s2 + one, s4 = s3 + one, s5 = s4 + one, s6 = s5 + one;
    __m512 s7 = s6 + one, s8 = s7 + one, s9 = s8 + one;
    __m512 t0 = -s1, t1 = -s2, t2 = -s3, t3 = -s4, t4 = -s5, t5 = -s6, t6 = -s7, t7 = -s8, t8 = -s9, t9 = -s0;
    for (std::size_t turn = 0; turn < turns; ++turn) {
        next(s0), next(s1), next(s2), next(s3), next(s4), next(s5), next(s6), next(s7), next(s8), next(s9);
        next(t0), next(t1), next(t2), next(t3), next(t4), next(t5), next(t6), next(t7), next(t8), next(t9);
    }
    const __m512 s = (s0 + s1) + (s2 + s3) + (s4 + s5) + (s6 + s7) + (s8 + s9);
    const __m512 t = (t0 + t1) + (t2 + t3) + (t4 + t5) + (t6 + t7) + (t8 + t9);
    float lanes[16];
    _mm512_storeu_ps(lanes, s + t);
    return lanes[0];
}

double bf16ProductPeak(ThreadPool& pool)
{
    constexpr std::size_t kTurns = 20'000'000, kPerTurn = 20 * 64;
    std::vector<float> results(static_cast<std::size_t>(pool.threads()));
    const double start = now();
    pool.forEach(results.size(), [&](std::size_t i, int) { results[i] = bf16Products(kTurns); });
    const double took = now() - start;
    if (results.front() == 0.0f)
        std::abort();
    return static_cast<double>(kTurns * kPerTurn * results.size()) / took;
}
#else
double bf16ProductPeak(ThreadPool&)
{
    return 0;
}
#endif

double median(std::vector<double> values)
{
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

std::uint64_t ownMemory() // bytes that are in memory and belong to no file
{
    std::ifstream status("/proc/self/status");
    std::string line;
    while (std::getline(status, line)) {
        if (line.starts_with("RssAnon:"))
            return std::strtoull(line.c_str() + 8, nullptr, 10) * 1024;
    }
    return 0;
}

// The most own memory that there was while this object lived; looked at every few milliseconds.
class MemoryWatch {
public:
    MemoryWatch() : m_thread([this] {
        while (!m_stop.load()) {
            m_most = std::max(m_most, ownMemory());
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    })
    {
    }
    std::uint64_t stop()
    {
        m_stop.store(true);
        m_thread.join();
        return m_most;
    }

private:
    std::uint64_t m_most = 0;
    std::atomic<bool> m_stop{false};
    std::thread m_thread;
};

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fputs("usage: bench_decoder MODEL [THREADS [PROMPT_TOKENS [NEW_TOKENS [auto|float32|bfloat16]]]]\n", stderr);
        return 2;
    }
    ThreadPool pool(argc > 2 ? std::atoi(argv[2]) : 2);
    const auto prompt = static_cast<std::size_t>(argc > 3 ? std::atoi(argv[3]) : 512);
    const int fresh = argc > 4 ? std::atoi(argv[4]) : 32;

    const double begin = now();
    const auto folder = formats::ModelFolder::open(argv[1]);
    const model::Compute asked = model::computeFromName(argc > 5 ? argv[5] : "auto");
    const auto decoder = model::Decoder::load(folder, asked);
    fmt::print("load             {:8.3f} s\n", now() - begin);

    const model::DecoderConfig& config = decoder->config();
    // The table of embeddings is looked up, not read: only an untied head counts.
    double bytes = 0, products = 0;
    std::vector<formats::TensorData> held;
    std::vector<std::span<const std::byte>> pieces;
    for (const auto& entry : folder->checkpoint().tensors()) {
        if (entry.info.name.find("embed_tokens") != std::string::npos || entry.info.shape.size() < 2)
            continue;
        bytes += static_cast<double>(entry.info.bytes);
        held.push_back(folder->checkpoint().read(entry));
        constexpr std::size_t kPiece = 1 << 20;
        for (std::span<const std::byte> left(held.back().bytes); !left.empty(); left = left.subspan(std::min(kPiece, left.size())))
            pieces.push_back(left.first(std::min(kPiece, left.size())));
        if (entry.info.name.find("lm_head") == std::string::npos)
            products += static_cast<double>(entry.info.elements());
    }
    std::vector<model::TokenId> tokens(prompt);
    for (std::size_t i = 0; i < prompt; ++i)
        tokens[i] = static_cast<model::TokenId>(1 + i * 7919 % static_cast<std::size_t>(config.vocabulary - 1));

    const bool rounds = model::Decoder::resolve(asked, decoder->needs()) == model::Compute::BFloat16 && kernels::hasBf16Products();
    // What the machine gives changes from second to second where others share it: each step has a floor at its side.
    std::vector<double> bandwidths, decodes, peaks, prefills;
    std::uint64_t most = 0;
    std::size_t cacheBytes = 0;
    for (int round = 0; round < 3; ++round) {
        model::KvCache cache = decoder->newCache();
        const model::Decoder::Slice slice{tokens, &cache, false};
        peaks.push_back(rounds ? bf16ProductPeak(pool) : multiplyAddPeak(pool));
        MemoryWatch watch;
        double start = now();
        auto logits = decoder->forward({&slice, 1}, pool);
        prefills.push_back(now() - start);
        most = std::max(most, watch.stop());
        for (int i = 0; i < fresh; ++i) {
            const auto best = static_cast<model::TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin());
            const model::Decoder::Slice next{{&best, 1}, &cache, false};
            bandwidths.push_back(readBandwidth(pool, pieces));
            start = now();
            logits = decoder->forward({&next, 1}, pool);
            decodes.push_back(now() - start);
        }
        cacheBytes = cache.bytes();
    }
    const double context = static_cast<double>(prompt);
    const double operations = 2 * products * context;
    const double bandwidth = median(bandwidths), decode = median(decodes);
    const double peak = *std::max_element(peaks.begin(), peaks.end()), prefill = *std::min_element(prefills.begin(), prefills.end());
    fmt::print("memory           {:8.0f} MB of our own besides the mapped weights, {:.0f} MB of them keys and values\n", static_cast<double>(most) / 1e6,
               static_cast<double>(cacheBytes) / 1e6);
    fmt::print("read bandwidth   {:8.1f} GB/s with {} threads\n", bandwidth / 1e9, pool.threads());
    fmt::print("decode           {:8.2f} tokens/s, {:.1f} GB/s of weights: {:.0f} % of the bandwidth\n", 1 / decode, bytes / decode / 1e9,
               100 * bytes / decode / bandwidth);
    fmt::print("multiply-adds    {:8.1f} GFLOP/s in registers, {}\n", peak / 1e9, rounds ? "bfloat16" : "float32");
    fmt::print("prompt of {:6} {:8.2f} tokens/s, {:.1f} GFLOP/s: {:.0f} % of the peak\n", prompt, context / prefill, operations / prefill / 1e9,
               100 * operations / prefill / peak);
}
#endif
