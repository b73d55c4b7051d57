// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/gguf_views.h"

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "formats/bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace crucible::formats {
namespace {

constexpr std::string_view kStackEnding = "_exps.weight";
constexpr std::int64_t kMostExperts = 4096;
constexpr std::string_view kBlock = "blk.";

// Bytes of one tensor of a file, or of one expert in a stack.
struct Slice {
    const GgufFile* file = nullptr;
    std::size_t index = 0;
    std::uint64_t offset = 0; // inside the tensor
    std::uint64_t bytes = 0;

    std::span<const std::byte> read(std::shared_ptr<const void>& owner) const
    {
        TensorData data = file->read(index);
        owner = std::move(data.owner);
        return data.bytes.subspan(static_cast<std::size_t>(offset), static_cast<std::size_t>(bytes));
    }
};

bool isStack(const GgufTensor& tensor)
{
    return tensor.shape.size() == 3 && tensor.name.starts_with(kBlock) && tensor.name.ends_with(kStackEnding);
}

std::int64_t expertsIn(const GgufFile& file, const GgufTensor& stack)
{
    const std::int64_t count = stack.shape.front();
    if (count < 1 || count > kMostExperts || stack.bytes == 0)
        throw Error::corrupt(file.path(),
                             {CRUCIBLE_TR_NOOP("Problem", "tensor %1 holds %2 experts, which no model has"),
                              inQuotes(stack.name), count},
                             CRUCIBLE_TR_NOOP("Problem", "download or convert the model again"));
    return count;
}

class StoredView final : public TensorSource {
public:
    explicit StoredView(std::shared_ptr<const GgufFile> file) : m_file(std::move(file))
    {
        const auto& all = m_file->ggufTensors();
        for (std::size_t i = 0; i < all.size(); ++i) {
            const TensorInfo& info = m_file->tensors()[i];
            if (!isStack(all[i])) {
                m_tensors.push_back(info);
                m_slices.push_back({m_file.get(), i, 0, info.bytes});
                continue;
            }
            const std::int64_t count = expertsIn(*m_file, all[i]);
            const std::uint64_t each = info.bytes / static_cast<std::uint64_t>(count);
            const std::string stem = info.name.substr(0, info.name.size() - kStackEnding.size());
            for (std::int64_t e = 0; e < count; ++e) {
                m_tensors.push_back({fmt::format("{}.{}.weight", stem, e), info.dtype, {info.shape[1], info.shape[2]}, each});
                m_slices.push_back({m_file.get(), i, static_cast<std::uint64_t>(e) * each, each});
            }
        }
    }

    const std::filesystem::path& path() const override { return m_file->path(); }
    const std::vector<TensorInfo>& tensors() const override { return m_tensors; }
    TensorData read(std::size_t index) const override
    {
        TensorData data;
        data.bytes = m_slices.at(index).read(data.owner);
        return data;
    }
    bool isMapped() const override { return true; }
    void checkIntact() const override { m_file->checkIntact(); }

private:
    std::shared_ptr<const GgufFile> m_file;
    std::vector<TensorInfo> m_tensors;
    std::vector<Slice> m_slices;
};

// A tensor of Hugging Face's: of which tensors it is made, and how.
struct Recipe {
    TensorInfo info;
    GgufForm form = GgufForm::Same;
    GgufHeads heads;
    std::vector<Slice> parts;
};

// Runs of rows (values of a vector) go from several tensors to one.
void gatherRows(const Recipe& recipe, std::span<const std::span<const std::byte>> parts, std::span<std::byte> out)
{
    const std::int64_t rows = recipe.info.shape.front();
    const std::size_t rowBytes = out.size() / static_cast<std::size_t>(rows);
    for (std::int64_t row = 0; row < rows; ++row) {
        const GgufPlace place = placeInGguf(recipe.form, recipe.heads, row);
        const auto from = parts[place.part].subspan(static_cast<std::size_t>(place.row) * rowBytes, rowBytes);
        std::ranges::copy(from, out.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(row) * rowBytes));
    }
}

class HuggingFaceView final : public TensorSource {
public:
    HuggingFaceView(std::vector<std::shared_ptr<const GgufFile>> files, std::size_t file, std::vector<Recipe> recipes)
        : m_files(std::move(files)), m_file(file), m_recipes(std::move(recipes))
    {
        for (const Recipe& recipe : m_recipes)
            m_tensors.push_back(recipe.info);
    }

    const std::filesystem::path& path() const override { return m_files[m_file]->path(); }
    const std::vector<TensorInfo>& tensors() const override { return m_tensors; }
    bool isMapped() const override
    {
        return std::ranges::all_of(m_recipes, [](const Recipe& recipe) { return recipe.form == GgufForm::Same; });
    }
    void checkIntact() const override { m_files[m_file]->checkIntact(); }

    TensorData read(std::size_t index) const override
    {
        const Recipe& recipe = m_recipes.at(index);
        TensorData data;
        std::vector<std::shared_ptr<const void>> owners(recipe.parts.size());
        std::vector<std::span<const std::byte>> parts;
        for (std::size_t i = 0; i < recipe.parts.size(); ++i)
            parts.push_back(recipe.parts[i].read(owners[i]));
        if (recipe.form == GgufForm::Same || parts.front().empty()) {
            data.bytes = parts.front();
            data.owner = owners.front();
            return data;
        }
        const auto own = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(recipe.info.bytes));
        const std::span<std::byte> out(*own);
        if (recipe.form == GgufForm::Transposed) {
            transpose(parts.front(), static_cast<std::size_t>(recipe.info.shape[1]), static_cast<std::size_t>(recipe.info.shape[0]), out);
        } else if (recipe.form == GgufForm::PlusOne) {
            for (std::size_t at = 0; at < out.size(); at += sizeof(float)) {
                const float value = loadLittleEndian<float>(parts.front().subspan(at)) - 1.0f;
                std::memcpy(out.data() + at, &value, sizeof value);
            }
        } else {
            gatherRows(recipe, parts, out);
        }
        data.bytes = out;
        data.owner = own;
        return data;
    }

private:
    std::vector<std::shared_ptr<const GgufFile>> m_files;
    std::size_t m_file;
    std::vector<Recipe> m_recipes;
    std::vector<TensorInfo> m_tensors;
};

// "blk.3.ffn_up.7.weight": the pattern "blk.{}.ffn_up_exps", layer 3, expert 7, ".weight".
struct ParsedName {
    std::string pattern;
    std::optional<std::int64_t> layer;
    std::optional<std::int64_t> expert;
    std::string_view ending;
};

std::optional<std::int64_t> plainNumber(std::string_view text)
{
    constexpr std::size_t kMostDigits = 9;
    if (text.empty() || text.size() > kMostDigits || (text.size() > 1 && text.front() == '0') ||
        text.find_first_not_of("0123456789") != std::string_view::npos)
        return std::nullopt;
    return parseInteger(text);
}

std::optional<ParsedName> parseName(std::string_view name)
{
    ParsedName parsed;
    for (const std::string_view ending : {".weight", ".bias"}) {
        if (name.ends_with(ending))
            parsed.ending = ending;
    }
    if (parsed.ending.empty())
        return std::nullopt;
    name.remove_suffix(parsed.ending.size());
    if (!name.starts_with(kBlock)) {
        parsed.pattern = name;
        return parsed;
    }
    const std::size_t dot = name.find('.', kBlock.size());
    if (dot == std::string_view::npos)
        return std::nullopt;
    parsed.layer = plainNumber(name.substr(kBlock.size(), dot - kBlock.size()));
    if (!parsed.layer)
        return std::nullopt;
    std::string_view rest = name.substr(dot + 1);
    if (const std::size_t last = rest.find('.'); last != std::string_view::npos) {
        parsed.expert = plainNumber(rest.substr(last + 1));
        if (!parsed.expert)
            return std::nullopt;
        rest = rest.substr(0, last);
        parsed.pattern = fmt::format("blk.{{}}.{}_exps", rest);
        return parsed;
    }
    parsed.pattern = fmt::format("blk.{{}}.{}", rest);
    return parsed;
}

struct Match {
    const GgufName* name = nullptr;
    std::size_t part = 0;
};

class ViewBuilder {
public:
    ViewBuilder(const GgufModel& model, bool skipsHead) : m_model(model), m_skipsHead(skipsHead) {}

    std::vector<std::unique_ptr<TensorSource>> build()
    {
        const auto& files = m_model.files();
        for (std::size_t f = 0; f < files.size(); ++f) {
            for (std::size_t i = 0; i < files[f]->ggufTensors().size(); ++i)
                add(f, i);
        }
        std::vector<std::vector<Recipe>> recipes(files.size());
        for (auto& [name, made] : m_made) {
            finish(made.recipe);
            recipes[made.file].push_back(std::move(made.recipe));
        }
        std::vector<std::unique_ptr<TensorSource>> sources;
        for (std::size_t f = 0; f < files.size(); ++f)
            sources.push_back(std::make_unique<HuggingFaceView>(files, f, std::move(recipes[f])));
        return sources;
    }

private:
    struct Made {
        std::size_t file = 0;
        Recipe recipe;
    };

    [[noreturn]] void fail(const std::string& what) const
    {
        throw Error::corrupt(m_model.path(), what, CRUCIBLE_TR_NOOP("Problem", "download or convert the model again"));
    }

    bool holds(const GgufName& name, const ParsedName& parsed) const
    {
        if (name.beside.empty())
            return true;
        const bool wanted = !name.beside.starts_with('!');
        const std::string other = withNumber(wanted ? name.beside : name.beside.substr(1), parsed.layer.value_or(0));
        return (m_model.facts().find(other + ".weight") != nullptr) == wanted;
    }

    std::optional<Match> match(const ParsedName& parsed) const
    {
        for (const GgufName& name : m_model.architecture().names) {
            const std::vector<std::string> names = ggufNames(name, name.gguf);
            const auto found = std::ranges::find(names, parsed.pattern);
            if (found != names.end() && holds(name, parsed))
                return Match{&name, static_cast<std::size_t>(found - names.begin())};
        }
        return std::nullopt;
    }

    void add(std::size_t file, std::size_t index)
    {
        const GgufFile& source = *m_model.files()[file];
        const GgufTensor& tensor = source.ggufTensors()[index];
        const TensorInfo& info = source.tensors()[index];
        static constexpr std::string_view kForPositions[] = {"rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"};
        if (std::ranges::find(kForPositions, tensor.name) != std::end(kForPositions)) // config.json tells of them
            return;
        if (m_skipsHead && tensor.name == "output.weight")
            return;
        const std::optional<ParsedName> parsed = parseName(tensor.name);
        const std::optional<Match> found = parsed ? match(*parsed) : std::nullopt;
        if (!found)
            throw Error::unsupported(
                {CRUCIBLE_TR_NOOP("Problem", "the tensor %1 is none that models of the architecture %2 have"),
                 inQuotes(tensor.name), m_model.architecture().name},
                m_model.path().string());
        if (parsed->layer && *parsed->layer >= m_model.facts().size("block_count"))
            fail(fmt::format("the tensor {} is of a layer beyond the {} that the metadata speaks of", inQuotes(tensor.name), m_model.facts().size("block_count")));
        const std::string hf = parsed->layer ? withNumber(found->name->hf, *parsed->layer) : std::string(found->name->hf);
        const bool ofExpert = hf.find("{}") != std::string::npos;
        if (!ofExpert)
            return put(file, hf + std::string(parsed->ending), *found, {&source, index, 0, info.bytes}, info, info.shape);
        if (parsed->expert)
            return put(file, withNumber(hf, *parsed->expert) + std::string(parsed->ending), *found, {&source, index, 0, info.bytes}, info, info.shape);
        const std::int64_t count = isStack(tensor) ? expertsIn(source, tensor) : 0;
        if (count != m_model.facts().whole("expert_count").value_or(0))
            fail(fmt::format("the tensor {} holds {} experts, the metadata speaks of {}", inQuotes(tensor.name), count,
                             m_model.facts().whole("expert_count").value_or(0)));
        const std::uint64_t each = info.bytes / static_cast<std::uint64_t>(count);
        for (std::int64_t e = 0; e < count; ++e)
            put(file, withNumber(hf, e) + std::string(parsed->ending), *found, {&source, index, static_cast<std::uint64_t>(e) * each, each}, info,
                {info.shape[1], info.shape[2]});
    }

    void put(std::size_t file, const std::string& name, const Match& match, const Slice& slice, const TensorInfo& info, const Shape& shape)
    {
        const auto [at, isNew] = m_made.try_emplace(name);
        Made& made = at->second;
        const std::size_t parts = ggufNames(*match.name, match.name->gguf).size();
        if (isNew) {
            made.file = file;
            made.recipe.info = {name, info.dtype, shape, 0};
            made.recipe.form = shape.size() < 2 && match.name->form == GgufForm::Transposed ? GgufForm::Same : match.name->form;
            made.recipe.heads = m_model.heads();
            made.recipe.parts.resize(parts);
        }
        if (made.recipe.parts[match.part].file)
            fail(fmt::format("the tensor {} is there under two names", inQuotes(info.name)));
        if (made.recipe.info.dtype != info.dtype)
            throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "the tensor %1 is %2 and its neighbours are %3"),
                                      inQuotes(info.name), toString(info.dtype), toString(made.recipe.info.dtype)},
                                     m_model.path().string());
        made.recipe.parts[match.part] = slice;
        // Sizes of the parts are checked against those of the heads, so only the other dimensions are to agree.
        if (shape.empty() || Shape(shape.begin() + 1, shape.end()) != Shape(made.recipe.info.shape.begin() + 1, made.recipe.info.shape.end()))
            fail(fmt::format("the tensor {} has the shape {}", inQuotes(info.name), shapeText(shape)));
        made.recipe.info.bytes += slice.bytes;
        m_rows[name].push_back({match.part, shape.front()});
    }

    void finish(Recipe& recipe) const
    {
        const GgufHeads& heads = recipe.heads;
        TensorInfo& info = recipe.info;
        const std::int64_t queries = heads.heads * heads.headDim;
        const std::int64_t keys = heads.keyHeads * heads.headDim;
        std::vector<std::int64_t> expected;
        switch (recipe.form) {
        case GgufForm::Same: return;
        case GgufForm::Transposed:
            if (info.shape.size() != 2)
                fail(fmt::format("the tensor {} has the shape {}, it is to be a matrix", inQuotes(info.name), shapeText(info.shape)));
            std::swap(info.shape[0], info.shape[1]);
            return;
        case GgufForm::PlusOne:
            if (info.dtype != DType::F32)
                throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "the norm %1 is %2, in GGUF files norms are F32"),
                                          inQuotes(info.name), toString(info.dtype)},
                                         m_model.path().string());
            return;
        case GgufForm::PairedQueries: expected = {queries}; break;
        case GgufForm::PairedKeys: expected = {keys}; break;
        case GgufForm::StackedQkv: expected = {queries + 2 * keys}; break;
        case GgufForm::SplitPairedQkv: expected = {queries, keys, keys}; break;
        }
        if (heads.headDim % 2 != 0)
            fail(fmt::format("heads of {} values can not be turned in pairs", heads.headDim));
        const auto& rows = m_rows.at(info.name);
        if (rows.size() != expected.size())
            fail(fmt::format("of the tensors that make {} only {} of {} are there", inQuotes(info.name), rows.size(), expected.size()));
        info.shape[0] = 0;
        for (const auto& [part, count] : rows) {
            if (count != expected[part])
                fail(fmt::format("part {} of {} has {} rows, {} heads of {} values and {} key heads need {}", part + 1, inQuotes(info.name), count,
                                 heads.heads, heads.headDim, heads.keyHeads, expected[part]));
            info.shape[0] += count;
        }
    }

    const GgufModel& m_model;
    bool m_skipsHead;
    std::map<std::string, Made> m_made; // by Hugging Face's name
    std::map<std::string, std::vector<std::pair<std::size_t, std::int64_t>>> m_rows; // part and its rows
};

} // namespace

GgufPlace placeInGguf(GgufForm form, const GgufHeads& heads, std::int64_t row)
{
    const std::int64_t d = heads.headDim;
    // Row i of a head's first half stands before its partner in the second half.
    const auto paired = [d](std::int64_t at) {
        const std::int64_t inHead = at % d;
        return at - inHead + (inHead < d / 2 ? 2 * inHead : 2 * (inHead - d / 2) + 1);
    };
    switch (form) {
    case GgufForm::Same:
    case GgufForm::Transposed:
    case GgufForm::PlusOne: return {0, row};
    case GgufForm::PairedQueries:
    case GgufForm::PairedKeys: return {0, paired(row)};
    case GgufForm::StackedQkv:
    case GgufForm::SplitPairedQkv: break;
    }
    const std::int64_t perGroup = heads.heads / heads.keyHeads;
    const std::int64_t group = row / d / (perGroup + 2);
    const std::int64_t member = row / d % (perGroup + 2);
    const std::int64_t inHead = row % d;
    const bool isQuery = member < perGroup;
    const std::int64_t at = isQuery ? (group * perGroup + member) * d + inHead : group * d + inHead;
    const std::size_t part = isQuery ? 0 : member == perGroup ? 1 : 2;
    if (form == GgufForm::SplitPairedQkv)
        return {part, part == 2 ? at : paired(at)};
    const std::int64_t before = part == 0 ? 0 : heads.heads * d + (part == 2 ? heads.keyHeads * d : 0);
    return {0, before + at};
}

std::vector<std::string> ggufNames(const GgufName& name, std::string_view gguf)
{
    if (name.form != GgufForm::SplitPairedQkv)
        return {std::string(gguf)};
    const std::string stem(gguf.substr(0, gguf.size() - std::string_view("qkv").size()));
    return {stem + "q", stem + "k", stem + "v"};
}

std::string withNumber(std::string_view pattern, std::int64_t number)
{
    std::string name(pattern);
    const std::size_t place = name.find("{}");
    return place == std::string::npos ? name : name.replace(place, 2, fmt::format("{}", number));
}

void transpose(std::span<const std::byte> in, std::size_t rows, std::size_t columns, std::span<std::byte> out)
{
    const std::size_t step = in.size() / (rows * columns);
    for (std::size_t c = 0; c < columns; ++c) {
        for (std::size_t r = 0; r < rows; ++r)
            std::memcpy(out.data() + (c * rows + r) * step, in.data() + (r * columns + c) * step, step);
    }
}

std::unique_ptr<TensorSource> storedView(std::shared_ptr<const GgufFile> file)
{
    return std::make_unique<StoredView>(std::move(file));
}

std::vector<std::unique_ptr<TensorSource>> huggingFaceViews(const GgufModel& model, bool skipsHead)
{
    return ViewBuilder(model, skipsHead).build();
}

} // namespace crucible::formats
