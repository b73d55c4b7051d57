// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "context.h"
#include "options.h"
#include "output.h"

#include "analyze/compare.h"
#include "base/units.h"
#include "formats/model_folder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

namespace crucible::cli {

namespace {

using analyze::ModelComparison;
using analyze::PairStatus;
using analyze::PairSums;
using analyze::TensorComparison;

constexpr std::size_t kShownTensors = 15;

struct Flags {
    std::string a;
    std::string b;
};

// Digits enough to tell 0.99998 from 1; "-" for what can not be told.
std::string measure(std::optional<double> value)
{
    if (!value)
        return "-";
    return std::abs(*value) >= 0.001 || *value == 0 ? fmt::format("{:.6f}", *value) : fmt::format("{:.2e}", *value);
}

void printKinds(const ModelComparison& comparison, const Context& context)
{
    using enum Table::Align;
    Table table({"Kind", "Tensors", "Cosine", "Relative difference", "Largest difference"},
                {Left, Right, Right, Right, Right});
    for (const analyze::KindSummary& kind : comparison.byKind())
        table.add({kind.kind, fmt::format("{}", kind.tensors), measure(kind.sums.cosine()),
                   measure(kind.sums.relativeDifference()), measure(kind.sums.maxAbsDifference)});
    if (!table.empty())
        context.print("\nBy kind\n" + table.toText());
}

void printMostDifferent(const ModelComparison& comparison, const Context& context)
{
    std::vector<const TensorComparison*> tensors;
    for (const TensorComparison& tensor : comparison.tensors)
        if (tensor.status == PairStatus::Compared && !tensor.identical)
            tensors.push_back(&tensor);
    // What can not be measured (NaN, infinity) comes first.
    const auto distance = [](const TensorComparison* tensor) {
        return tensor->sums.relativeDifference().value_or(std::numeric_limits<double>::infinity());
    };
    std::ranges::stable_sort(tensors, std::ranges::greater{}, distance);
    using enum Table::Align;
    Table table({"Tensor", "Cosine", "Relative difference", "Norm of A", "Norm of B"},
                {Left, Right, Right, Right, Right});
    for (std::size_t i = 0; i < std::min(tensors.size(), kShownTensors); ++i) {
        const PairSums& sums = tensors[i]->sums;
        table.add({tensors[i]->name, measure(sums.cosine()), measure(sums.relativeDifference()), measure(sums.normA()),
                   measure(sums.normB())});
    }
    if (!table.empty())
        context.print("\nMost different\n" + table.toText());
}

void printUnmatched(const ModelComparison& comparison, const Context& context)
{
    using enum Table::Align;
    Table table({"Tensor", "Why it was not compared"}, {Left, Left});
    const auto shapeText = [](const Shape& shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); };
    for (const TensorComparison& tensor : comparison.tensors) {
        if (tensor.status == PairStatus::OnlyInA)
            table.add({tensor.name, "only in A"});
        else if (tensor.status == PairStatus::OnlyInB)
            table.add({tensor.name, "only in B"});
        else if (tensor.status == PairStatus::ShapeDiffers)
            table.add(
                {tensor.name, fmt::format("{} in A, {} in B", shapeText(tensor.shapeA), shapeText(tensor.shapeB))});
    }
    if (!table.empty())
        context.print("\nNot compared\n" + table.toText());
}

void run(const Flags& flags, Context& context)
{
    const formats::ModelSearch search = context.modelSearch();
    const auto open = [&](const std::string& text) {
        const std::size_t at = text.rfind('@');
        std::error_code error;
        const bool isPath = at == std::string::npos || std::filesystem::exists(text, error);
        return formats::openCheckpoint(isPath ? formats::locateModel(text, {}, search)
                                              : formats::locateModel(text.substr(0, at), text.substr(at + 1), search));
    };
    const auto a = open(flags.a);
    const auto b = open(flags.b);
    TerminalProgress progress(context.quiet, context.verbosity);
    ThreadPool pool(context.threads);
    const ModelComparison comparison = analyze::compareModels(*a, *b, pool, progress, context.cancel);
    progress.clear();
    if (context.printJson(analyze::toJson(comparison)))
        return;
    context.print(fmt::format("A  {}\nB  {}\n", comparison.modelA, comparison.modelB));
    context.print(fmt::format(
        "{} tensors compared, {} of them identical; {} of other shape, {} only in A, {} only in B", comparison.compared,
        comparison.identical, comparison.shapeDiffers, comparison.onlyInA, comparison.onlyInB));
    if (comparison.compared > 0)
        context.print(fmt::format("{} values: cosine {}, relative difference {}, largest difference {}",
                                  formatCount(comparison.total.elements), measure(comparison.total.cosine()),
                                  measure(comparison.total.relativeDifference()),
                                  measure(comparison.total.maxAbsDifference)));
    printMostDifferent(comparison, context);
    printKinds(comparison, context);
    printUnmatched(comparison, context);
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    options.add("MODEL_A", flags->a, "A model: a folder, a file with weights, or a name below --models-dir").required();
    options.add("MODEL_B", flags->b, "The model to compare with it").required();
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command compare_command;
const Command compare_command{.name = "compare",
                              .summary = "Measure how far apart two models are, tensor by tensor",
                              .setup = &setup,
                              .uses = kOnlyAnswers};

} // namespace crucible::cli
