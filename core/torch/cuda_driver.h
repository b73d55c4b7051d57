// SPDX-License-Identifier: GPL-3.0-or-later
// What NVIDIA's driver says of the cards. Asked by the names that it exports: its headers come with CUDA's tools, which
// nothing else here needs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace crucible::torch_device {

struct CudaCard {
    std::string name; // empty where the driver does not say
    std::uint64_t totalBytes = 0;
    std::uint64_t freeBytes = 0;
};

// All that CUDA_VISIBLE_DEVICES leaves, in the order by which LibTorch numbers them; none where there is no driver.
std::vector<CudaCard> cudaCards();

} // namespace crucible::torch_device
