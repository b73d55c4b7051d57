// SPDX-License-Identifier: GPL-3.0-or-later
// Small files of every format, built byte by byte, and what became of opening them.
#pragma once

#include "base/error.h"
#include "base/files.h"
#include "formats/bytes.h"
#include "formats/safetensors.h"

#include <QString>
#include <QTemporaryDir>

#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace crucible::test {

// A file of the safetensors container from any header text and data.
inline std::string safetensorsText(std::string_view json, std::string_view data)
{
    std::string text;
    formats::appendLittleEndian<std::uint64_t>(text, json.size());
    return text.append(json).append(data);
}

class Folder {
public:
    std::filesystem::path path() const { return m_dir.path().toStdString(); }
    std::filesystem::path write(const std::string& name, std::string_view content) const
    {
        const std::filesystem::path file = path() / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream stream(file, std::ios::binary); // not flushed to the disk: a test writes hundreds
        stream.write(content.data(), static_cast<std::streamsize>(content.size()));
        if (!stream.flush())
            qFatal("cannot write %s", file.c_str());
        return file;
    }

private:
    QTemporaryDir m_dir;
};

// The error that `action` throws, none when it does not.
inline std::optional<Error> errorOf(const std::function<void()>& action)
{
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    return std::nullopt;
}

template<class T>
formats::TensorBytes tensorOf(const std::string& name, DType dtype, Shape shape, const std::vector<T>& values)
{
    const auto bytes = std::as_bytes(std::span(values));
    return {{name, dtype, std::move(shape), bytes.size()}, bytes};
}

inline std::string textOf(const formats::TensorData& data)
{
    return {reinterpret_cast<const char*>(data.bytes.data()), data.bytes.size()};
}

} // namespace crucible::test
