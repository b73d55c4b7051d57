// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/fuzz_support.h"

#include "formats/gguf.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace crucible;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    try {
        fuzz::readAll(formats::GgufFile(fuzz::asFile(bytes)));
    } catch (const Error&) {
    }
    return 0;
}
