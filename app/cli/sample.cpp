// SPDX-License-Identifier: GPL-3.0-or-later
#include "command.h"
#include "context.h"
#include "options.h"

#include "job/sample.h"

#include <fmt/format.h>

#include <algorithm>

namespace crucible::cli {
namespace {

struct Flags {
    std::string folder;
    std::string shape = "small";
    std::uint64_t seed = 1;
};

void run(const Flags& flags, Context& context)
{
    const auto& shapes = job::sampleShapes();
    const auto shape = std::find_if(shapes.begin(), shapes.end(), [&](const auto& s) { return s.name == flags.shape; });
    if (shape == shapes.end())
        throw Error::invalid(fmt::format("there is no sample shape \"{}\"", flags.shape), "--shape",
                             "use small or tinyllama-1.1b");
    if (context.dryRun) {
        if (!context.printJson({{"folder", flags.folder}, {"shape", flags.shape}, {"seed", flags.seed}}))
            context.print(fmt::format("the models and recipes of the shape {} would be made in {}", flags.shape,
                                      flags.folder));
        return;
    }
    const job::Sample sample = job::writeSample(flags.folder, *shape, flags.seed, context.cancel);
    Json result = {{"models", Json::array()}, {"recipes", Json::array()}};
    for (const auto& model : sample.models)
        result["models"].push_back(model.string());
    for (const auto& recipe : sample.recipes)
        result["recipes"].push_back(recipe.string());
    if (context.printJson(result))
        return;
    for (const auto* kind : {"models", "recipes"}) {
        for (const Json& path : result[kind])
            context.print(path.get<std::string>());
    }
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    options.add("DIR", flags->folder, "Where the models and recipes go; what is there already is kept").required();
    options.add("--shape", flags->shape, "small, or tinyllama-1.1b (3 x 2.2 GB, for measuring)").showDefault();
    options.add("--seed", flags->seed, "Another seed, other weights").showDefault();
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command sample_command;
const Command sample_command{.name = "sample",
                             .summary = "Make small models of random numbers, and recipes to merge them",
                             .setup = &setup,
                             .uses = {.project = false, .events = false}};

} // namespace crucible::cli
