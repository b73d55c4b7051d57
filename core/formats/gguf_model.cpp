// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/gguf_model.h"

#include "base/error.h"
#include "base/units.h"
#include "formats/gguf_views.h"

#include <fmt/format.h>

#include <algorithm>

namespace crucible::formats {
namespace {

namespace fs = std::filesystem;

} // namespace

const GgufArchitecture* ggufArchitectureFor(std::string_view modelType)
{
    for (const GgufArchitecture* architecture : ggufArchitectures()) {
        if (std::ranges::find(architecture->modelTypes, modelType) != architecture->modelTypes.end())
            return architecture;
    }
    return nullptr;
}

const GgufName* findGgufName(const GgufArchitecture& architecture, std::string_view hf)
{
    const auto found = std::ranges::find(architecture.names, hf, &GgufName::hf);
    return found == architecture.names.end() ? nullptr : &*found;
}

fs::path ggufIn(const fs::path& path)
{
    std::error_code error;
    if (!fs::is_directory(path, error) || fs::exists(path / "config.json", error) || fs::exists(path / "adapter_config.json", error))
        return path;
    std::vector<fs::path> found;
    for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
        if (at->path().extension() == ".gguf" && ggufParts(at->path()).front().filename() == at->path().filename())
            found.push_back(at->path());
    }
    if (found.empty())
        return path;
    std::ranges::sort(found);
    if (found.size() > 1)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "the folder holds %1 GGUF models"), found.size()},
                             path.string(),
                             {CRUCIBLE_TR_NOOP("Problem", "name one of them, such as %1"), found.front().string()});
    return found.front();
}

std::vector<fs::path> ggufParts(const fs::path& path)
{
    // "name-00002-of-00005.gguf"
    constexpr std::size_t kDigits = 5;
    constexpr std::string_view kOf = "-of-";
    const std::string stem = path.stem().string();
    constexpr std::size_t kTail = 1 + kDigits + kOf.size() + kDigits;
    const auto numberAt = [&](std::size_t at) { return parseInteger(std::string_view(stem).substr(at, kDigits)).value_or(0); };
    if (stem.size() <= kTail || path.extension() != ".gguf")
        return {path};
    const std::size_t begin = stem.size() - kTail;
    const std::int64_t count = numberAt(stem.size() - kDigits);
    if (stem[begin] != '-' || std::string_view(stem).substr(begin + 1 + kDigits, kOf.size()) != kOf || numberAt(begin + 1) < 1 || count < 1)
        return {path};
    std::vector<fs::path> parts;
    for (std::int64_t part = 1; part <= count; ++part) {
        const fs::path file = path.parent_path() / fmt::format("{}-{:05}-of-{:05}.gguf", stem.substr(0, begin), part, count);
        std::error_code error;
        if (!fs::exists(file, error))
            throw Error::notFound(
                {CRUCIBLE_TR_NOOP("Problem", "part %1 of the %2 parts of the model is missing"), part, count},
                file.string(), CRUCIBLE_TR_NOOP("Problem", "download or copy all of them"));
        parts.push_back(file);
    }
    return parts;
}

std::shared_ptr<const GgufModel> GgufModel::open(const fs::path& path)
{
    std::vector<std::shared_ptr<const GgufFile>> files;
    for (const fs::path& part : ggufParts(path))
        files.push_back(std::make_shared<const GgufFile>(part));
    return std::shared_ptr<const GgufModel>(new GgufModel(std::move(files)));
}

GgufModel::GgufModel(std::vector<std::shared_ptr<const GgufFile>> files)
    : m_files(std::move(files)), m_facts(GgufFacts::of(m_files)), m_architecture(&chooseGgufArchitecture(m_facts))
{
    const auto count = m_facts.whole("split.count");
    if (count && *count > 1 && static_cast<std::uint64_t>(*count) != m_files.size())
        throw Error::notFound(
            {CRUCIBLE_TR_NOOP("Problem", "the file is one of %1"), *count}, path().string(),
            CRUCIBLE_TR_NOOP("Problem",
                             "keep their names, which end in \"-00001-of-...\", and all of them in one folder"));
    m_config = ModelConfig(configFromGguf(*m_architecture, m_facts), path());
    m_heads = m_facts.heads();
    std::vector<std::unique_ptr<TensorSource>> stored;
    for (const auto& file : m_files)
        stored.push_back(storedView(file));
    m_stored = std::make_shared<const Checkpoint>(path(), std::move(stored));
    m_huggingFace = std::make_shared<const Checkpoint>(path(), huggingFaceViews(*this, m_config.boolean("tie_word_embeddings").value_or(false)));
}

const GgufTensor* GgufModel::quantizedTensor() const
{
    for (const auto& file : m_files) {
        const auto found = std::ranges::find_if(file->ggufTensors(), [](const GgufTensor& tensor) { return !tensor.type->dtype; });
        if (found != file->ggufTensors().end())
            return &*found;
    }
    return nullptr;
}

} // namespace crucible::formats
