// SPDX-License-Identifier: GPL-3.0-or-later
#include "torch/cuda_driver.h"

#include "base/error.h"
#include "base/platform.h"

#include <array>

namespace crucible::torch_device {
namespace {

// From the CUDA Driver API; all return 0 when they worked.
using Card = int;
using Context = void*;

#ifdef _WIN32
constexpr const char* kDriver = "nvcuda.dll";
#else
constexpr const char* kDriver = "libcuda.so.1";
#endif

template<class Function> Function find(const char* symbol)
{
    return reinterpret_cast<Function>(platform::loadSymbol(kDriver, symbol));
}

CudaCard cardAt(int index)
{
    CudaCard result;
    Card card = 0;
    if (find<int (*)(Card*, int)>("cuDeviceGet")(&card, index) != 0)
        return result;
    std::array<char, 256> name{};
    if (find<int (*)(char*, int, Card)>("cuDeviceGetName")(name.data(), static_cast<int>(name.size()) - 1, card) == 0)
        result.name = name.data();
    std::size_t total = 0, free = 0;
    if (find<int (*)(std::size_t*, Card)>("cuDeviceTotalMem_v2")(&total, card) == 0)
        result.totalBytes = total;
    // What is free is told within a context alone.
    Context context = nullptr;
    if (find<int (*)(Context*, Card)>("cuDevicePrimaryCtxRetain")(&context, card) != 0)
        return result;
    if (find<int (*)(Context)>("cuCtxPushCurrent_v2")(context) == 0) {
        if (find<int (*)(std::size_t*, std::size_t*)>("cuMemGetInfo_v2")(&free, &total) == 0)
            result.freeBytes = free;
        Context popped = nullptr;
        find<int (*)(Context*)>("cuCtxPopCurrent_v2")(&popped);
    }
    find<int (*)(Card)>("cuDevicePrimaryCtxRelease_v2")(card);
    return result;
}

} // namespace

std::vector<CudaCard> cudaCards()
{
    std::vector<CudaCard> cards;
    try {
        int count = 0;
        if (find<int (*)(unsigned)>("cuInit")(0) != 0 || find<int (*)(int*)>("cuDeviceGetCount")(&count) != 0)
            return cards;
        for (int i = 0; i < count; ++i)
            cards.push_back(cardAt(i));
    } catch (const Error&) { // there is no driver, or one without these functions
    }
    return cards;
}

} // namespace crucible::torch_device
