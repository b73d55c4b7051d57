// SPDX-License-Identifier: GPL-3.0-or-later
// How fast a model reads and writes text, against what the machine can do in the same run: decoding against reading the
// model's bytes from memory, a prompt against the processor's rate of fused multiply-adds.
//
//     bench_decoder MODEL [THREADS [PROMPT_TOKENS [NEW_TOKENS]]]
//
// MODEL: a folder; `crucible-cli sample F --shape tinyllama-1.1b` makes one of random numbers. Every figure is the best of
// three, and the floors are taken between them.
#include "base/parallel.h"
#include "base/platform.h"
#include "kernels/matmul.h"
#include "model/decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

namespace {

using namespace crucible;

double now()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Bytes per second that all threads together read from memory that no cache holds.
double readBandwidth(ThreadPool& pool, const std::vector<std::uint64_t>& memory)
{
    constexpr std::size_t kStep = 1 << 17; // values
    std::vector<std::uint64_t> sums(memory.size() / kStep);
    const double start = now();
    pool.forEach(sums.size(), [&](std::size_t i, int) {
        const std::uint64_t* at = memory.data() + i * kStep;
        std::uint64_t sum[16] = {};
        for (std::size_t k = 0; k < kStep; k += 16) {
            for (std::size_t j = 0; j < 16; ++j)
                sum[j] ^= at[k + j];
        }
        for (const std::uint64_t part : sum)
            sums[i] ^= part;
    });
    const double took = now() - start;
    std::uint64_t all = 0;
    for (const std::uint64_t sum : sums)
        all ^= sum;
    volatile std::uint64_t kept = all;
    (void)kept;
    return static_cast<double>(sums.size() * kStep * sizeof(std::uint64_t)) / took;
}

// Floating point operations per second of a product whose operands stay in the first cache.
double productPeak(ThreadPool& pool)
{
    constexpr std::size_t kRows = 4, kOutputs = 12, kInputs = 256, kTurns = 20000;
    const auto work = [&](std::size_t i) {
        ThreadPool alone(1);
        std::vector<float> x(kRows * kInputs, 0.5f), w(kOutputs * kInputs, 0.25f), y(kRows * kOutputs);
        const kernels::WeightMatrix matrix{DType::F32, reinterpret_cast<const std::byte*>(w.data()), kOutputs, kInputs};
        for (std::size_t turn = 0; turn < kTurns; ++turn)
            kernels::multiply(x, kRows, matrix, y, kOutputs, alone);
        if (y[i % y.size()] == 0.0f)
            std::abort();
    };
    const double start = now();
    pool.forEach(static_cast<std::size_t>(pool.threads()), [&](std::size_t i, int) { work(i); });
    return 2.0 * kRows * kOutputs * kInputs * kTurns * pool.threads() / (now() - start);
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

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fputs("usage: bench_decoder MODEL [THREADS [PROMPT_TOKENS [NEW_TOKENS]]]\n", stderr);
        return 2;
    }
    ThreadPool pool(argc > 2 ? std::atoi(argv[2]) : 2);
    const auto prompt = static_cast<std::size_t>(argc > 3 ? std::atoi(argv[3]) : 512);
    const int fresh = argc > 4 ? std::atoi(argv[4]) : 32;

    const double begin = now();
    const auto folder = formats::ModelFolder::open(argv[1]);
    const auto decoder = model::Decoder::load(folder);
    fmt::print("load             {:8.3f} s\n", now() - begin);

    const model::DecoderConfig& config = decoder->config();
    // The table of embeddings is looked up, not read: only an untied head counts.
    double bytes = 0, products = 0;
    for (const auto& entry : folder->checkpoint().tensors()) {
        if (entry.info.name.find("embed_tokens") != std::string::npos || entry.info.shape.size() < 2)
            continue;
        bytes += static_cast<double>(entry.info.bytes);
        if (entry.info.name.find("lm_head") == std::string::npos)
            products += static_cast<double>(entry.info.elements());
    }
    std::vector<model::TokenId> tokens(prompt);
    for (std::size_t i = 0; i < prompt; ++i)
        tokens[i] = static_cast<model::TokenId>(1 + i * 7919 % static_cast<std::size_t>(config.vocabulary - 1));

    double bandwidth = 0, peak = 0, prefill = 1e30, decode = 1e30;
    std::uint64_t most = 0;
    std::size_t cacheBytes = 0;
    for (int round = 0; round < 3; ++round) {
        {
            std::vector<std::uint64_t> memory(std::size_t(1) << 27, 1);
            bandwidth = std::max(bandwidth, readBandwidth(pool, memory));
        }
        peak = std::max(peak, productPeak(pool));
        model::KvCache cache(config);
        model::Decoder::Slice slice{tokens, &cache, false};
        double start = now();
        auto logits = decoder->forward({&slice, 1}, pool);
        prefill = std::min(prefill, now() - start);
        most = std::max(most, ownMemory());
        start = now();
        for (int i = 0; i < fresh; ++i) {
            const auto best = static_cast<model::TokenId>(std::max_element(logits.begin(), logits.end()) - logits.begin());
            const model::Decoder::Slice next{{&best, 1}, &cache, false};
            logits = decoder->forward({&next, 1}, pool);
        }
        decode = std::min(decode, (now() - start) / fresh);
        cacheBytes = cache.bytes();
    }
    const double context = static_cast<double>(prompt);
    const double operations = 2 * products * context;
    fmt::print("memory           {:8.0f} MB of our own besides the mapped weights, {:.0f} MB of them keys and values\n", static_cast<double>(most) / 1e6,
               static_cast<double>(cacheBytes) / 1e6);
    fmt::print("read bandwidth   {:8.1f} GB/s with {} threads\n", bandwidth / 1e9, pool.threads());
    fmt::print("decode           {:8.2f} tokens/s, {:.1f} GB/s of weights: {:.0f} % of the bandwidth\n", 1 / decode, bytes / decode / 1e9,
               100 * bytes / decode / bandwidth);
    fmt::print("product peak     {:8.1f} GFLOP/s in the first cache, float32\n", peak / 1e9);
    fmt::print("prompt of {:6} {:8.2f} tokens/s, {:.1f} GFLOP/s: {:.0f} % of the peak\n", prompt, context / prefill, operations / prefill / 1e9,
               100 * operations / prefill / peak);
}
