// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/fuzz_support.h"

#include "formats/torch_pickle.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace crucible;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    try {
        formats::readPickledTensors(std::as_bytes(std::span(bytes)), "fuzz");
    } catch (const Error&) {
    }
    return 0;
}
