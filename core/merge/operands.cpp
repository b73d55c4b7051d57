// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/operands.h"

#include "kernels/convert.h"
#include "merge/lora_operand.h"
#include "merge/tokenizer_plan.h"

#include <algorithm>
#include <cmath>

namespace crucible::merge {

namespace {

std::size_t columnsOf(const Shape& shape)
{
    return shape.empty() ? 1 : static_cast<std::size_t>(shape.back());
}

// Values pass through the recipe's dtype when they enter the arithmetic, as mergekit casts them on load.
void castOnLoad(std::optional<DType> mathDtype, DType stored, std::span<float> values)
{
    if (mathDtype && *mathDtype != stored && (*mathDtype == DType::F16 || *mathDtype == DType::BF16))
        kernels::roundThrough(*mathDtype, values);
}

class StoredOperand final : public Operand {
public:
    StoredOperand(formats::TensorData data, DType stored, std::optional<DType> mathDtype)
        : m_data(std::move(data)), m_stored(stored), m_math(mathDtype)
    {
    }

    void load(std::size_t begin, std::span<float> out) const override
    {
        kernels::toFloat32(m_stored, m_data.bytes.data() + begin * sizeOf(m_stored), out);
        castOnLoad(m_math, m_stored, out);
    }
    std::span<const std::byte> plainBytes() const override
    {
        return !m_math || *m_math == m_stored ? m_data.bytes : std::span<const std::byte>();
    }
    DType dtype() const override { return m_math ? *m_math : m_stored; }

private:
    formats::TensorData m_data;
    DType m_stored;
    std::optional<DType> m_math;
};

// An operand of another dtype, cast on load.
class CastOperand final : public Operand {
public:
    CastOperand(std::unique_ptr<Operand> operand, std::optional<DType> mathDtype)
        : m_operand(std::move(operand)), m_math(mathDtype)
    {
    }
    void load(std::size_t begin, std::span<float> out) const override
    {
        m_operand->load(begin, out);
        castOnLoad(m_math, m_operand->dtype(), out);
    }
    DType dtype() const override { return m_math ? *m_math : m_operand->dtype(); }

private:
    std::unique_ptr<Operand> m_operand;
    std::optional<DType> m_math;
};

// The upper left corner of a matrix.
class CutOperand final : public Operand {
public:
    CutOperand(std::shared_ptr<const Operand> whole, std::size_t wholeColumns, std::size_t columns)
        : m_whole(std::move(whole)), m_wholeColumns(wholeColumns), m_columns(columns)
    {
    }

    void load(std::size_t begin, std::span<float> out) const override
    {
        while (!out.empty()) {
            const std::size_t row = begin / m_columns, column = begin % m_columns;
            const std::size_t count = std::min(out.size(), m_columns - column);
            m_whole->load(row * m_wholeColumns + column, out.first(count));
            out = out.subspan(count);
            begin += count;
        }
    }
    DType dtype() const override { return m_whole->dtype(); }

private:
    std::shared_ptr<const Operand> m_whole;
    std::size_t m_wholeColumns;
    std::size_t m_columns;
};

class SharedOperand final : public Operand {
public:
    explicit SharedOperand(std::shared_ptr<const Operand> operand) : m_operand(std::move(operand)) {}
    void load(std::size_t begin, std::span<float> out) const override { m_operand->load(begin, out); }
    std::span<const std::byte> plainBytes() const override { return m_operand->plainBytes(); }
    DType dtype() const override { return m_operand->dtype(); }

private:
    std::shared_ptr<const Operand> m_operand;
};

// One model's embedding in the order of the output's vocabulary.
class RearrangedOperand final : public Operand {
public:
    // embeddings[m]: the same tensor of model m with `columns` columns, null where no row of it is needed.
    RearrangedOperand(const TokenizerPlan& plan, std::size_t model, std::size_t columns,
                      std::vector<std::shared_ptr<const Operand>> embeddings)
        : m_rows(plan.rows[model]), m_columns(columns), m_embeddings(std::move(embeddings)), m_own(model)
    {
        std::vector<float> row(columns);
        for (const RowSource& source : m_rows) {
            if (source.kind != RowSource::Kind::Mean || m_means.count(source.mean))
                continue;
            std::vector<float> mean(columns, 0);
            const std::vector<RowRef>& refs = plan.means[source.mean];
            for (const RowRef& ref : refs) {
                m_embeddings[ref.model]->load(ref.row * columns, row);
                for (std::size_t c = 0; c < columns; ++c)
                    mean[c] += row[c];
            }
            for (float& value : mean)
                value /= static_cast<float>(refs.size());
            m_means.emplace(source.mean, std::move(mean));
        }
        const bool padded = std::any_of(m_rows.begin(), m_rows.end(), [](const RowSource& source) {
            return source.kind == RowSource::Kind::MeanOfAll;
        });
        if (padded) {
            std::vector<double> sum(columns, 0);
            std::size_t real = 0;
            for (std::size_t r = 0; r < plan.tokens.size(); ++r) {
                if (m_rows[r].kind == RowSource::Kind::MeanOfAll)
                    continue; // an id without a token
                ++real;
                loadRow(r, row);
                for (std::size_t c = 0; c < columns; ++c)
                    sum[c] += row[c];
            }
            m_meanOfAll.resize(columns);
            for (std::size_t c = 0; c < columns; ++c)
                m_meanOfAll[c] = static_cast<float>(sum[c] / static_cast<double>(std::max<std::size_t>(real, 1)));
        }
    }

    void load(std::size_t begin, std::span<float> out) const override
    {
        std::vector<float> row;
        while (!out.empty()) {
            const std::size_t r = begin / m_columns, column = begin % m_columns;
            const std::size_t count = std::min(out.size(), m_columns - column);
            if (count == m_columns) {
                loadRow(r, out.first(count));
            } else {
                row.resize(m_columns);
                loadRow(r, row);
                std::copy_n(row.begin() + static_cast<std::ptrdiff_t>(column), count, out.begin());
            }
            out = out.subspan(count);
            begin += count;
        }
    }
    DType dtype() const override { return m_embeddings[m_own]->dtype(); }

private:
    void loadRow(std::size_t r, std::span<float> out) const
    {
        const RowSource& source = m_rows[r];
        switch (source.kind) {
        case RowSource::Kind::Row: m_embeddings[source.ref.model]->load(source.ref.row * m_columns, out); break;
        case RowSource::Kind::Mean: std::copy(m_means.at(source.mean).begin(), m_means.at(source.mean).end(), out.begin()); break;
        case RowSource::Kind::Zero: std::fill(out.begin(), out.end(), 0.0f); break;
        case RowSource::Kind::MeanOfAll: std::copy(m_meanOfAll.begin(), m_meanOfAll.end(), out.begin()); break;
        }
    }

    const std::vector<RowSource>& m_rows; // of the plan, which outlives the merge
    std::size_t m_columns;
    std::vector<std::shared_ptr<const Operand>> m_embeddings;
    std::size_t m_own;
    std::map<std::uint32_t, std::vector<float>> m_means;
    std::vector<float> m_meanOfAll;
};

std::vector<std::unique_ptr<Operand>> rearranged(const Plan& plan, const PlannedTensor& tensor)
{
    std::vector<std::shared_ptr<const Operand>> embeddings(plan.models.size());
    for (const PlannedInput& input : tensor.inputs) {
        const PlannedModel& model = plan.models[input.model];
        embeddings[input.model] = openModelTensor(model, *model.folder->checkpoint().find(input.tensor), tensor.mathDtype, plan.options.loraMergeDtype);
    }
    // A rule may take a token's row from a model that is not merged here.
    for (std::size_t m = 0; m < plan.models.size(); ++m) {
        if (embeddings[m])
            continue;
        if (const formats::Checkpoint::Entry* entry = rowsOutside(plan, tensor, m))
            embeddings[m] = openModelTensor(plan.models[m], *entry, tensor.mathDtype, plan.options.loraMergeDtype);
    }
    std::vector<std::unique_ptr<Operand>> operands;
    for (const PlannedInput& input : tensor.inputs) {
        operands.push_back(std::make_unique<RearrangedOperand>(*plan.tokenizer, input.model, columnsOf(input.shape), embeddings));
    }
    return operands;
}

} // namespace

const formats::Checkpoint::Entry* rowsOutside(const Plan& plan, const PlannedTensor& tensor, std::size_t model)
{
    const formats::Checkpoint& checkpoint = plan.models[model].folder->checkpoint();
    std::vector<std::string_view> names = {tensor.name};
    for (const PlannedInput& input : tensor.inputs)
        names.push_back(input.tensor);
    for (const PlannedTensor& other : plan.tensors) { // where the model uses its embedding as the head
        if (other.isEmbedding)
            names.push_back(other.name);
    }
    for (const std::string_view name : names) {
        const formats::Checkpoint::Entry* entry = checkpoint.find(name);
        if (entry && entry->info.shape.size() == 2 && entry->info.shape[1] == tensor.shape[1])
            return entry;
    }
    return nullptr;
}

std::shared_ptr<const Operand> openModelTensor(const PlannedModel& model, const formats::Checkpoint::Entry& entry,
                                               std::optional<DType> mathDtype, std::optional<DType> loraDtype)
{
    const formats::Checkpoint& checkpoint = model.folder->checkpoint();
    const formats::LoraChange* change = model.adapter ? model.adapter->find(entry.info.name) : nullptr;
    if (change) {
        const DType stored = change->replacement ? change->replacement->info.dtype : entry.info.dtype;
        auto adapted = std::make_unique<LoraOperand>(*model.adapter, *change, checkpoint.read(entry), entry.info.dtype,
                                                     entry.info.shape, loraDtype.value_or(stored));
        return std::make_shared<CastOperand>(std::move(adapted), mathDtype);
    }
    return std::make_shared<StoredOperand>(checkpoint.read(entry), entry.info.dtype, mathDtype);
}

std::vector<std::unique_ptr<Operand>> openOperands(const Plan& plan, const PlannedTensor& tensor)
{
    if (plan.tokenizer && tensor.isEmbedding && tensor.shape.size() == 2 && !tensor.plainCopy)
        return rearranged(plan, tensor);
    std::vector<std::unique_ptr<Operand>> operands;
    for (const PlannedInput& input : tensor.inputs) {
        const PlannedModel& model = plan.models[input.model];
        std::shared_ptr<const Operand> operand =
            openModelTensor(model, *model.folder->checkpoint().find(input.tensor), tensor.mathDtype, plan.options.loraMergeDtype);
        if (input.shape == tensor.shape)
            operands.push_back(std::make_unique<SharedOperand>(std::move(operand)));
        else
            operands.push_back(std::make_unique<CutOperand>(std::move(operand), columnsOf(input.shape), columnsOf(tensor.shape)));
    }
    return operands;
}

} // namespace crucible::merge
