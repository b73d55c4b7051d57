// SPDX-License-Identifier: GPL-3.0-or-later
// A model's tensors as llama.cpp names, turns and sorts them, and the metadata before them.
#include "convert/parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crucible::convert {
namespace {

using formats::Checkpoint;
using formats::GgufForm;
using formats::GgufName;

// As gguf.h and llama.h number them.
constexpr std::uint32_t kQuantizationVersion = 2;

std::uint32_t fileTypeOf(DType dtype)
{
    constexpr std::uint32_t kAllF32 = 0, kMostlyF16 = 1, kMostlyBf16 = 32;
    return dtype == DType::F16 ? kMostlyF16 : dtype == DType::BF16 ? kMostlyBf16 : kAllF32;
}

// llama.cpp computes with these in float32 alone.
bool staysFloat32(std::string_view name, const Shape& shape)
{
    return shape.size() < 2 || !name.ends_with(".weight") || name.ends_with("_norm.weight") || name.ends_with("ffn_gate_inp.weight") ||
           name == "position_embd.weight";
}

class GgufPlanner {
public:
    GgufPlanner(ConvertPlan& plan, const formats::GgufArchitecture& architecture)
        : m_plan(plan), m_architecture(architecture), m_checkpoint(plan.model->checkpoint()), m_decoder(model::decoderConfig(plan.model->config()))
    {
        m_plan.heads = {m_decoder.heads, m_decoder.keyHeads, m_decoder.headDim};
    }

    void run()
    {
        const auto isOuter = [](const GgufName& name) { return name.gguf.find("{}") == std::string_view::npos; };
        const auto isLast = [](const GgufName& name) { return name.gguf.starts_with("output"); };
        for (const GgufName& name : m_architecture.names) {
            if (isOuter(name) && !isLast(name))
                add(name, 0);
        }
        for (int layer = 0; layer < m_decoder.layers; ++layer) {
            bool any = false;
            for (const GgufName& name : m_architecture.names)
                any = (!isOuter(name) && add(name, layer)) || any;
            if (!any) {
                m_plan.problems.error(m_plan.model->path().string(), fmt::format("the tensors of layer {} are missing", layer), "copy or download the model again");
                return;
            }
        }
        for (const GgufName& name : m_architecture.names) {
            if (isOuter(name) && isLast(name) && !(name.gguf == "output" && isTied(name)))
                add(name, 0);
        }
        checkLeftOver();
        if (m_plan.problems.hasErrors())
            return;
        writeHeader();
    }

private:
    // Some files leave out the first part of every name.
    const Checkpoint::Entry* find(const std::string& name) const
    {
        if (const Checkpoint::Entry* entry = m_checkpoint.find(name))
            return entry;
        const std::size_t dot = name.find('.');
        return dot == std::string::npos ? nullptr : m_checkpoint.find(name.substr(dot + 1));
    }

    const PlannedTensor* planned(std::string_view name) const
    {
        const auto found = std::ranges::find_if(m_plan.tensors, [&](const PlannedTensor& tensor) { return tensor.info.name == name; });
        return found == m_plan.tensors.end() ? nullptr : &*found;
    }

    bool add(const GgufName& name, int layer)
    {
        bool any = false;
        for (const char* ending : {".weight", ".bias"}) {
            const std::string hf = formats::withNumber(name.hf, layer);
            const std::string gguf = formats::withNumber(name.gguf, layer);
            if (hf.find("{}") != std::string::npos)
                any = addStack(hf + ending, gguf + ending) || any;
            else if (const Checkpoint::Entry* entry = find(hf + ending))
                any = addOne(name, *entry, gguf, ending) || any;
        }
        return any;
    }

    PlannedTensor& newTensor(std::string name, Shape shape)
    {
        PlannedTensor& tensor = m_plan.tensors.emplace_back();
        tensor.info.dtype = staysFloat32(name, shape) ? DType::F32 : m_plan.dtype;
        tensor.info.name = std::move(name);
        tensor.info.shape = std::move(shape);
        tensor.info.bytes = static_cast<std::uint64_t>(tensor.info.elements()) * sizeOf(tensor.info.dtype);
        return tensor;
    }

    bool usable(const Checkpoint::Entry& entry)
    {
        m_used.insert(&entry);
        if (isFloat(entry.info.dtype) && !entry.info.shape.empty())
            return true;
        m_plan.problems.error(entry.info.name, fmt::format("a tensor of type {} with {} dimensions is no weight that GGUF files have", toString(entry.info.dtype),
                                                           entry.info.shape.size()));
        return false;
    }

    bool addOne(const GgufName& name, const Checkpoint::Entry& entry, const std::string& gguf, const char* ending)
    {
        if (!usable(entry))
            return true;
        const std::vector<std::string> names = formats::ggufNames(name, gguf);
        const formats::GgufHeads& heads = m_plan.heads;
        const std::int64_t queries = heads.heads * heads.headDim, keys = heads.keyHeads * heads.headDim;
        std::vector<std::int64_t> rows{entry.info.shape.front()};
        std::int64_t expected = rows.front();
        switch (name.form) {
        case GgufForm::Same:
        case GgufForm::Transposed:
        case GgufForm::PlusOne: break;
        case GgufForm::PairedQueries: expected = queries; break;
        case GgufForm::PairedKeys: expected = keys; break;
        case GgufForm::StackedQkv: expected = queries + 2 * keys; break;
        case GgufForm::SplitPairedQkv:
            expected = queries + 2 * keys;
            rows = {queries, keys, keys};
            break;
        }
        if (entry.info.shape.front() != expected) {
            m_plan.problems.error(entry.info.name, fmt::format("the tensor has {} rows, by config.json it has {}", entry.info.shape.front(), expected));
            return true;
        }
        for (std::size_t part = 0; part < names.size(); ++part) {
            Shape shape = entry.info.shape;
            shape.front() = rows[part];
            if (name.form == GgufForm::Transposed && shape.size() == 2)
                std::swap(shape[0], shape[1]);
            PlannedTensor& tensor = newTensor(names[part] + ending, std::move(shape));
            tensor.parts.push_back({&entry, name.form, part, tensor.info.bytes});
        }
        return true;
    }

    // `hf` with "{}" for the expert.
    bool addStack(const std::string& hf, const std::string& gguf)
    {
        std::vector<const Checkpoint::Entry*> experts;
        for (int e = 0; e < m_decoder.moe.count; ++e) {
            const Checkpoint::Entry* entry = find(formats::withNumber(hf, e));
            if (!entry)
                break;
            experts.push_back(entry);
        }
        if (experts.empty())
            return false;
        const bool alike = std::ranges::all_of(experts, [&](const Checkpoint::Entry* entry) { return entry->info.shape == experts.front()->info.shape; });
        if (experts.size() != static_cast<std::size_t>(m_decoder.moe.count) || !alike) {
            m_plan.problems.error(formats::withNumber(hf, static_cast<std::int64_t>(experts.size())),
                                  "an expert is missing, or has another shape than the others", "copy or download the model again");
            return true;
        }
        Shape shape = experts.front()->info.shape;
        shape.insert(shape.begin(), m_decoder.moe.count);
        PlannedTensor& tensor = newTensor(gguf, std::move(shape));
        for (const Checkpoint::Entry* entry : experts) {
            if (!usable(*entry))
                return true;
            tensor.parts.push_back({entry, GgufForm::Same, 0, tensor.info.bytes / experts.size()});
        }
        return true;
    }

    // Whether the head is the embedding, and is not to be written; writes it where llama.cpp wants it all the same.
    bool isTied(const GgufName& head)
    {
        const Checkpoint::Entry* embedding = find(std::string(m_architecture.names.front().hf) + ".weight");
        const Checkpoint::Entry* own = find(std::string(head.hf) + ".weight");
        const bool isCopy = own && embedding && m_plan.model->config().boolean("tie_word_embeddings").value_or(false) && sameBytes(*own, *embedding);
        if (own && !isCopy)
            return false;
        if (own)
            m_used.insert(own);
        if (m_architecture.needsHead && embedding)
            addOne(head, *embedding, std::string(head.gguf), ".weight");
        return true;
    }

    bool sameBytes(const Checkpoint::Entry& a, const Checkpoint::Entry& b) const
    {
        return a.info.dtype == b.info.dtype && a.info.shape == b.info.shape && std::ranges::equal(m_checkpoint.read(a).bytes, m_checkpoint.read(b).bytes);
    }

    void checkLeftOver()
    {
        for (const Checkpoint::Entry& entry : m_checkpoint.tensors()) {
            if (!m_used.contains(&entry) && !formats::isDerivedBuffer(entry.info.name))
                m_plan.problems.error(entry.info.name, fmt::format("llama.cpp has no place for this tensor in models of its architecture {}", m_architecture.name),
                                      "this model can not be written as GGUF");
        }
    }

    WidthsOfModel widths() const
    {
        WidthsOfModel widths;
        const auto rowsOf = [&](std::string_view name, std::size_t dim) -> std::int64_t {
            const PlannedTensor* tensor = planned(name);
            return tensor && tensor->info.shape.size() > dim ? tensor->info.shape[dim] : 0;
        };
        widths.vocabulary = rowsOf("token_embd.weight", 0);
        widths.expertFeedForward = rowsOf("blk.0.ffn_up_exps.weight", 1);
        widths.sharedFeedForward = rowsOf("blk.0.ffn_up_shexp.weight", 0);
        widths.feedForward = rowsOf("blk.0.ffn_up.weight", 0) / (m_decoder.gateUp.empty() ? 1 : 2);
        const bool hasOwnKey = std::ranges::any_of(m_architecture.keys, [](const formats::GgufKey& key) { return key.key == "expert_feed_forward_length"; });
        if (widths.feedForward == 0)
            widths.feedForward = hasOwnKey ? m_plan.model->config().integer("intermediate_size").value_or(widths.expertFeedForward) : widths.expertFeedForward;
        return widths;
    }

    void writeHeader()
    {
        formats::GgufHeader header(m_architecture.name, m_plan.model->path());
        header.setText("general.type", "model");
        std::filesystem::path folder = m_plan.model->path();
        if (!folder.has_filename())
            folder = folder.parent_path();
        const formats::GgufModel* gguf = m_plan.model->gguf();
        header.setText("general.name", gguf ? gguf->facts().text("general.name") : std::filesystem::absolute(folder).filename().string());
        const WidthsOfModel found = widths();
        std::vector<PlannedTensor> made;
        writeGgufKeys(m_decoder, m_architecture, m_plan.model->config(), found, header, made, m_plan.problems);
        m_plan.tensors.insert(m_plan.tensors.begin(), made.begin(), made.end());
        header.setWhole("general.file_type", fileTypeOf(m_plan.dtype));
        header.setWhole("general.quantization_version", kQuantizationVersion);
        if (const auto vocabulary = vocabularyForGguf(*m_plan.model, static_cast<std::size_t>(found.vocabulary), m_plan.problems))
            writeVocabulary(*vocabulary, header);
        else
            header.setText("tokenizer.ggml.model", "none");
        writeChatTemplates(*m_plan.model, header);

        std::vector<formats::TensorInfo> infos;
        for (const PlannedTensor& tensor : m_plan.tensors) {
            infos.push_back(tensor.info);
            header.facts().addTensor(tensor.info.name, tensor.info.shape);
            if (!tensor.values.empty())
                header.facts().setValues(tensor.info.name, {tensor.values.begin(), tensor.values.end()});
        }
        const formats::GgufArchitecture& read = formats::chooseGgufArchitecture(header.facts());
        const formats::ModelConfig kept(formats::configFromGguf(read, header.facts()), m_plan.model->path());
        reportLosses(m_decoder, model::decoderConfig(kept), m_architecture.name, m_plan.problems);

        formats::GgufLayout layout = formats::ggufLayout(header, infos);
        m_plan.header = std::move(layout.header);
        m_plan.offsets = std::move(layout.offsets);
        m_plan.fileBytes = layout.fileBytes;
        PlannedFile file{m_plan.options.output.filename().string(), {}};
        for (std::size_t i = 0; i < m_plan.tensors.size(); ++i)
            file.tensors.push_back(i);
        m_plan.files.push_back(std::move(file));
    }

    ConvertPlan& m_plan;
    const formats::GgufArchitecture& m_architecture;
    const Checkpoint& m_checkpoint;
    model::DecoderConfig m_decoder;
    std::set<const Checkpoint::Entry*> m_used;
};

} // namespace

void planGguf(ConvertPlan& plan)
{
    const std::string type = plan.model->config().modelType();
    const formats::GgufArchitecture* architecture = formats::ggufArchitectureFor(type);
    if (!architecture) {
        std::vector<std::string_view> known;
        for (const formats::GgufArchitecture* one : formats::ggufArchitectures())
            known.insert(known.end(), one->modelTypes.begin(), one->modelTypes.end());
        throw Error::unsupported(
            type.empty() ? Sentence(CRUCIBLE_TR_NOOP("Problem", "config.json does not say its model_type"))
                         : Sentence(CRUCIBLE_TR_NOOP("Problem", "models of type %1 can not be written as GGUF"), type),
            plan.model->config().file().string(),
            {CRUCIBLE_TR_NOOP("Problem", "these can: %1"), fmt::format("{}", fmt::join(known, ", "))});
    }
    plan.to = fmt::format("GGUF {}", architecture->name);
    GgufPlanner(plan, *architecture).run();
}

} // namespace crucible::convert
