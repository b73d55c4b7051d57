// SPDX-License-Identifier: GPL-3.0-or-later
// What NVIDIA's driver says of a card. Asked by the names that it exports: its headers come with CUDA's tools, which nothing else
// here needs.
#pragma once

#include <cstdint>
#include <string>

namespace crucible::torch_device {

struct CudaCard {
    std::string name; // "cuda:N" where the driver does not say
    std::uint64_t totalBytes = 0;
    std::uint64_t freeBytes = 0;
};

// The card that LibTorch numbers so.
CudaCard cudaCard(int index);

} // namespace crucible::torch_device
