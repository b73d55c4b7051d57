// SPDX-License-Identifier: GPL-3.0-or-later
#include "convert/convert.h"

#include "base/files.h"
#include "base/output_claim.h"
#include "base/work_folder.h"
#include "formats/gguf_views.h"
#include "formats/safetensors.h"
#include "kernels/convert.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>

namespace crucible::convert {
namespace {

namespace fs = std::filesystem;
using formats::GgufForm;

constexpr std::size_t kChunk = std::size_t(1) << 20; // values that are converted at once

// Writes tensors one after the other and tells how far it is.
class Stream {
public:
    Stream(const ConvertPlan& plan, Progress& progress, const CancelToken& cancel) : m_plan(plan), m_progress(progress), m_cancel(cancel) {}

    void write(OutputFile& file, std::uint64_t place, const PlannedTensor& tensor)
    {
        m_cancel.check();
        if (!tensor.values.empty())
            put(file, place, std::as_bytes(std::span(tensor.values)), tensor);
        for (const TensorPart& part : tensor.parts) {
            writePart(file, place, tensor, part);
            place += part.bytes;
        }
        m_progress.advance(++m_tensors, m_plan.tensors.size(), "tensors", tensor.info.name);
    }

    std::uint64_t bytesRead() const { return m_read; }
    std::uint64_t bytesWritten() const { return m_written; }

private:
    void put(OutputFile& file, std::uint64_t place, std::span<const std::byte> bytes, const PlannedTensor& tensor)
    {
        file.write(place, bytes);
        m_written += bytes.size();
        m_progress.transferred(m_read, m_written);
        m_progress.advance(m_written, m_plan.bytesWritten, "bytes", tensor.info.name);
    }

    // The source's bytes in the output's order of values.
    std::span<const std::byte> arranged(const formats::TensorInfo& info, const TensorPart& part, std::span<const std::byte> source)
    {
        if (part.form == GgufForm::Same || part.form == GgufForm::PlusOne || source.empty() || (part.form == GgufForm::Transposed && info.shape.size() < 2))
            return source;
        const std::size_t step = sizeOf(info.dtype);
        if (part.form == GgufForm::Transposed) {
            m_arranged.resize(source.size());
            formats::transpose(source, static_cast<std::size_t>(info.shape[0]), static_cast<std::size_t>(info.shape[1]), m_arranged);
            return m_arranged;
        }
        const std::int64_t rows = info.shape.front();
        const std::size_t rowBytes = source.size() / static_cast<std::size_t>(rows);
        m_arranged.assign(static_cast<std::size_t>(part.bytes / sizeOf(m_to) * step), std::byte(0));
        for (std::int64_t row = 0; row < rows; ++row) {
            const formats::GgufPlace place = formats::placeInGguf(part.form, m_plan.heads, row);
            if (place.part == part.part)
                std::memcpy(m_arranged.data() + static_cast<std::size_t>(place.row) * rowBytes, source.data() + static_cast<std::size_t>(row) * rowBytes, rowBytes);
        }
        return m_arranged;
    }

    void writePart(OutputFile& file, std::uint64_t place, const PlannedTensor& tensor, const TensorPart& part)
    {
        const formats::TensorInfo& info = part.entry->info;
        const formats::TensorData data = m_plan.model->checkpoint().read(*part.entry);
        m_read += data.bytes.size();
        m_to = tensor.info.dtype;
        const std::span<const std::byte> source = arranged(info, part, data.bytes);
        const std::size_t from = sizeOf(info.dtype);
        const std::size_t to = sizeOf(m_to);
        const std::size_t count = source.size() / from;
        const bool plain = info.dtype == m_to && part.form != GgufForm::PlusOne;
        for (std::size_t at = 0; at < count; at += kChunk) {
            m_cancel.check();
            const std::size_t some = std::min(kChunk, count - at);
            const std::span<const std::byte> chunk = source.subspan(at * from, some * from);
            if (plain) {
                put(file, place + at * to, chunk, tensor);
                continue;
            }
            m_values.resize(some);
            kernels::toFloat32(info.dtype, chunk.data(), m_values);
            if (part.form == GgufForm::PlusOne) {
                for (float& value : m_values)
                    value += 1.0f;
            }
            m_converted.resize(some * to);
            kernels::fromFloat32(m_to, m_values, m_converted.data());
            put(file, place + at * to, m_converted, tensor);
        }
    }

    const ConvertPlan& m_plan;
    Progress& m_progress;
    const CancelToken& m_cancel;
    DType m_to = DType::F32;
    std::vector<std::byte> m_arranged;
    std::vector<float> m_values;
    std::vector<std::byte> m_converted;
    std::uint64_t m_read = 0;
    std::uint64_t m_written = 0;
    std::uint64_t m_tensors = 0;
};

// Takes a half-written file away unless it was given its name.
class FileBeside {
public:
    explicit FileBeside(const fs::path& final) : m_final(final), m_path(final) { m_path += ".partial"; }
    ~FileBeside()
    {
        std::error_code error;
        if (!m_published)
            fs::remove(m_path, error);
    }
    FileBeside(const FileBeside&) = delete;
    FileBeside& operator=(const FileBeside&) = delete;
    const fs::path& path() const { return m_path; }
    void publish()
    {
        renamePath(m_path, m_final);
        m_published = true;
        syncFolder(m_final.has_parent_path() ? m_final.parent_path() : fs::path("."));
    }

private:
    fs::path m_final;
    fs::path m_path;
    bool m_published = false;
};

void writeGguf(const ConvertPlan& plan, Stream& stream, Progress& progress)
{
    const fs::path folder = plan.options.output.parent_path();
    std::error_code error;
    if (!folder.empty() && !fs::create_directories(folder, error) && error)
        throw Error::io(CRUCIBLE_TR_NOOP("Problem", "cannot make the folder"), folder, error.value());
    FileBeside beside(plan.options.output);
    OutputFile file(beside.path(), plan.fileBytes);
    file.write(0, std::as_bytes(std::span(plan.header)));
    for (std::size_t i = 0; i < plan.tensors.size(); ++i)
        stream.write(file, plan.offsets[i], plan.tensors[i]);
    progress.stage("finish");
    file.finish();
    plan.model->checkpoint().checkIntact();
    const auto written = formats::GgufModel::open(beside.path());
    if (written->files().front()->ggufTensors().size() != plan.tensors.size())
        throw Error(ErrorKind::Internal, "the file was not written as planned", beside.path().string());
    beside.publish();
}

void writeFolder(const ConvertPlan& plan, Stream& stream, Progress& progress)
{
    WorkFolder work(plan.options.output);
    for (const PlannedFile& shard : plan.files) {
        std::vector<formats::TensorInfo> infos;
        for (const std::size_t index : shard.tensors)
            infos.push_back(plan.tensors[index].info);
        const formats::SafetensorsLayout layout = formats::safetensorsLayout(infos);
        OutputFile file(work.path() / shard.name, layout.fileBytes);
        file.write(0, std::as_bytes(std::span(layout.header)));
        for (std::size_t i = 0; i < shard.tensors.size(); ++i)
            stream.write(file, layout.offsets[i], plan.tensors[shard.tensors[i]]);
        file.finish();
    }
    progress.stage("finish");
    plan.model->checkpoint().checkIntact();
    for (const auto& [name, content] : plan.textFiles)
        writeFileAtomically(work.path() / name, content);
    const auto written = formats::ModelFolder::open(work.path());
    if (written->checkpoint().tensors().size() != plan.tensors.size())
        throw Error(ErrorKind::Internal, "the folder was not written as planned", work.path().string());
    work.publish();
}

} // namespace

ConvertResult executeConversion(const ConvertPlan& plan, Progress& progress, const CancelToken& cancel)
{
    plan.problems.throwIfErrors();
    const auto start = std::chrono::steady_clock::now();
    const OutputClaim claim(plan.options.output);
    progress.stage("convert");
    Stream stream(plan, progress, cancel);
    if (plan.options.target == Target::Gguf)
        writeGguf(plan, stream, progress);
    else
        writeFolder(plan, stream, progress);
    progress.artifact("model", plan.options.output);
    ConvertResult result;
    result.output = plan.options.output;
    result.tensors = plan.tensors.size();
    result.bytesRead = stream.bytesRead();
    result.bytesWritten = stream.bytesWritten();
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

Json toJson(const ConvertResult& result)
{
    return {{"output", result.output.string()}, {"tensors", result.tensors}, {"bytes_read", result.bytesRead},
            {"bytes_written", result.bytesWritten}, {"seconds", result.seconds}};
}

} // namespace crucible::convert
