// SPDX-License-Identifier: GPL-3.0-or-later
// Runs one merge method on tensors in memory, without recipe, plan or files.
#pragma once

#include "base/dtype.h"
#include "base/hash.h"
#include "kernels/convert.h"
#include "merge/method.h"
#include "merge/tensor_task.h"

#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace crucible::test {

struct Tensor {
    Shape shape;
    std::vector<float> values;
};

class MemoryOperand : public merge::Operand {
public:
    MemoryOperand(std::vector<float> values, DType dtype) : m_values(std::move(values)), m_dtype(dtype)
    {
        m_bytes.resize(m_values.size() * sizeOf(dtype));
        kernels::fromFloat32(dtype, m_values, m_bytes.data());
        kernels::roundThrough(dtype, m_values);
    }
    void load(std::size_t begin, std::span<float> out) const override
    {
        std::copy_n(m_values.begin() + static_cast<std::ptrdiff_t>(begin), out.size(), out.begin());
    }
    std::span<const std::byte> plainBytes() const override { return m_bytes; }
    DType dtype() const override { return m_dtype; }

private:
    std::vector<float> m_values;
    std::vector<std::byte> m_bytes;
    DType m_dtype;
};

class MemorySink : public merge::TensorSink {
public:
    explicit MemorySink(std::size_t size) : bytes(size), m_written(size, 0) {}
    void write(std::uint64_t offset, std::span<const std::byte> part) override
    {
        std::memcpy(bytes.data() + offset, part.data(), part.size());
        for (std::size_t i = 0; i < part.size(); ++i)
            ++m_written[offset + i];
    }
    // Every byte exactly once.
    bool complete() const
    {
        for (const int count : m_written) {
            if (count != 1)
                return false;
        }
        return true;
    }

    std::vector<std::byte> bytes;

private:
    std::vector<unsigned char> m_written;
};

using Params = std::map<std::string, double>;

struct Input {
    const Tensor* tensor;
    Params params = {};
    bool isBase = false;
};

struct Request {
    std::string method;
    std::vector<Input> inputs;
    Params params = {};
    DType dtype = DType::F32; // of the inputs
    DType outDtype = DType::F32;
    bool exact = false;
    std::uint64_t seed = 0;
    int threads = 2;
    std::string name = "model.layers.0.mlp.up_proj.weight";
};

// Defaults from the method's own table, unless given.
inline std::vector<merge::ParamValue> resolve(const merge::MergeMethod& method, ParamScope scope, const Params& given)
{
    std::vector<merge::ParamValue> values;
    for (const ParamSpec& spec : method.params) {
        const auto found = given.find(std::string(spec.name));
        if (spec.scope == scope)
            values.push_back({spec.name, found != given.end() ? found->second : spec.defaultValue, found != given.end()});
    }
    return values;
}

inline std::vector<std::byte> run(const Request& request)
{
    const merge::MergeMethod* method = merge::findMergeMethod(request.method);
    if (!method)
        throw Error::notFound("no such method", request.method);
    merge::TaskSpec spec;
    spec.name = request.name;
    spec.shape = request.inputs.front().tensor->shape;
    spec.outDtype = request.outDtype;
    spec.mergekitExact = request.exact;
    spec.seed = request.seed;
    spec.params = resolve(*method, ParamScope::Global, request.params);
    for (std::size_t i = 0; i < request.inputs.size(); ++i) {
        const Input& input = request.inputs[i];
        spec.inputs.push_back({std::make_unique<MemoryOperand>(input.tensor->values, request.dtype),
                               resolve(*method, ParamScope::PerModel, input.params), input.isBase, 1000 + i});
    }
    MemorySink sink(static_cast<std::size_t>(*elementCount(spec.shape)) * sizeOf(spec.outDtype));
    ThreadPool pool(request.threads);
    const CancelToken cancel;
    merge::TensorTask task(spec, sink, pool, cancel);
    method->apply(task);
    if (!sink.complete())
        throw Error(ErrorKind::Internal, "not every byte was written exactly once", request.method);
    return sink.bytes;
}

inline std::vector<float> runToFloats(const Request& request)
{
    const std::vector<std::byte> bytes = run(request);
    std::vector<float> values(bytes.size() / sizeOf(request.outDtype));
    kernels::toFloat32(request.outDtype, bytes.data(), values);
    return values;
}

} // namespace crucible::test
