// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes as files and folders for readers that want them, in a folder of this process that goes with it.
#pragma once

#include "base/error.h"
#include "base/platform.h"
#include "formats/checkpoint.h"
#include "formats/safetensors.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crucible::fuzz {

class Folder {
public:
    Folder() : m_path(std::filesystem::temp_directory_path() / fmt::format("crucible-fuzz-{}", platform::processId()))
    {
        std::filesystem::create_directories(m_path);
    }
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path write(const char* name, std::string_view bytes) const
    {
        const std::filesystem::path file = m_path / name;
        std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        return file;
    }

private:
    std::filesystem::path m_path;
};

// One folder per process; its files are overwritten every time.
inline const Folder& folder()
{
    static const Folder made;
    return made;
}

inline std::filesystem::path asFile(std::string_view bytes)
{
    return folder().write("input", bytes);
}

// A float32 file of zeros, written once.
inline void writeWeights(const char* name, const std::vector<std::pair<std::string, Shape>>& shapes)
{
    const std::filesystem::path file = folder().path() / name;
    if (std::filesystem::exists(file))
        return;
    const std::vector<std::byte> zeros(4096);
    std::vector<formats::TensorBytes> tensors;
    for (const auto& [tensor, shape] : shapes) {
        const auto bytes = static_cast<std::size_t>(*elementCount(shape)) * sizeOf(DType::F32);
        tensors.push_back({{tensor, DType::F32, shape, bytes}, std::span(zeros).first(bytes)});
    }
    formats::writeSafetensors(file, tensors);
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
