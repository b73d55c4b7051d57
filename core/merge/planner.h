// SPDX-License-Identifier: GPL-3.0-or-later
// The steps that turn a recipe into a plan. Each fills its part of Plan and reports problems; a later step runs only on
// what an earlier one found sound. Internal to core/merge.
#pragma once

#include "merge/plan.h"
#include "merge/settings.h"

#include <map>

namespace crucible::merge {

struct TokenizerInput;

// A slice with its sources resolved: layers of models, and where their parameters come from.
struct ResolvedSource {
    std::size_t model = 0; // index into Plan::models
    int firstLayer = 0;
    const recipe::Parameters* parameters = nullptr;
    bool isBase = false;
};

struct ResolvedSlice {
    std::vector<ResolvedSource> sources;
    int layers = 0;
    const recipe::Parameters* parameters = nullptr;
    recipe::Position position;
};

struct ResolvedModule {
    std::string name;
    std::vector<ResolvedSlice> slices;
    const recipe::Parameters* parameters = nullptr;
};

inline Check makeCheck(CheckState state, std::string topic, Sentence message, Sentence remedy = {})
{
    return {state, std::move(topic), message.text(), remedy.text(), {}, message, remedy};
}

class Planner {
public:
    Planner(Plan& plan) : m_plan(plan) {}

    void run();
    // For a plan whose models, tensors and config.json were made elsewhere: shards, costs, output, and all of it in words.
    void finish();

private:
    // plan_models.cpp: which folders, which families, which layout, who donates config and tokenizer.
    void findMethod();
    void openModels();
    void chooseLayout();
    void chooseDonor();
    void resolveSlices();
    void checkCounts(const ResolvedSlice& slice, const std::string& where);
    void warnOfUnusedParameters();

    // plan_tensors.cpp: every output tensor with its inputs and numbers.
    void planTokenizer();
    void addTokenizerSource(std::vector<TokenizerInput>& inputs);
    void planTensors();
    bool findRows(const PlannedTensor& tensor);
    bool losesHead(const formats::Weight& weight, const ResolvedModule& module, const ResolvedSlice& slice) const;
    void planModule(const ResolvedModule& module, const formats::Layout::Module& layout);
    // `in`: the weight's name in each source, in the slice's order; may be fewer than the slice has sources.
    void planTensor(const formats::Weight& out, std::span<const formats::Weight> in, const ResolvedModule& module,
                    const ResolvedSlice& slice, double position, int outputLayer);
    bool gatherInputs(PlannedTensor& tensor, const formats::Weight& out, std::span<const formats::Weight> in,
                      const ResolvedModule& module, const ResolvedSlice& slice, double position);
    void checkAdapter(const formats::LoraChange& change, const PlannedInput& input, const PlannedModel& model);
    bool fitShapes(PlannedTensor& tensor);
    bool chooseDTypes(PlannedTensor& tensor, const formats::Weight& weight);
    bool lacksBase(const PlannedTensor& tensor);
    std::vector<ParamValue> resolveParams(ParamScope scope, const ParameterScopes& scopes, const std::string& tensor,
                                          double position, bool required, const std::string& where);
    // Reports a problem of which there may be one per tensor: the first few in full, the rest as a count at the end.
    void reportRepeated(Severity severity, const std::string& kind, std::string where, Sentence message, Sentence hint);
    void warnOfUnknownTensors();
    void planShards();

    // plan_stack.cpp: whether slices fit together.
    void checkStack(const ResolvedModule& module, const formats::Layout::Module& layout);

    // plan_checks.cpp: config.json, costs, and the sum of it in words.
    void planConfig();
    void estimateCosts();
    void estimateTime(int threads);
    std::uint64_t coldBytes() const;
    void checkOutput();
    void summarize();

    bool failed() const { return m_plan.problems.hasErrors(); }
    std::string placeOf(const recipe::Position& position, const std::string& key) const;

    Plan& m_plan;
    formats::Layout m_layout;
    std::vector<ResolvedModule> m_modules;
    std::map<std::string, int> m_repeats; // how often each kind of problem came up
};

} // namespace crucible::merge
