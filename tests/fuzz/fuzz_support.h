// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/platform.h"
#include "formats/checkpoint.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>


namespace crucible::fuzz {

// The bytes as a file, for readers that map. One file per process, overwritten every time.
inline std::filesystem::path asFile(std::string_view bytes)
{
    static const std::filesystem::path path =
        std::filesystem::temp_directory_path() / fmt::format("crucible-fuzz-{}", platform::processId());
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path;
}

// Touches the first and last byte of every tensor, so that a wrong view is seen by the sanitizer.
inline void readAll(const formats::TensorSource& source)
{
    unsigned sum = 0;
    for (std::size_t i = 0; i < source.tensors().size(); ++i) {
        try {
            const formats::TensorData data = source.read(i);
            if (data.bytes.size() != source.tensors()[i].bytes)
                std::abort();
            if (!data.bytes.empty())
                sum += std::to_integer<unsigned>(data.bytes.front()) + std::to_integer<unsigned>(data.bytes.back());
        } catch (const Error&) {
        }
    }
    if (sum == ~0u) // keeps the reads
        std::abort();
}

} // namespace crucible::fuzz
