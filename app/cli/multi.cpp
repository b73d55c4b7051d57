// SPDX-License-Identifier: GPL-3.0-or-later
// `multi CONFIG`: what mergekit-multi does.
#include "command.h"
#include "merge_job.h"
#include "merge_stages.h"
#include "options.h"

#include "base/files.h"

namespace crucible::cli {
namespace {

struct Flags : MergeFlags {
    std::filesystem::path output;
    std::filesystem::path intermediate;
    bool lazy = true;
};

void run(const Flags& flags, Context& context)
{
    const merge::MergeOptions options = mergeOptions(flags, context);
    runStages({.text = readFile(flags.config, std::size_t(64) << 20, FileKind::Stream),
               .config = flags.config,
               .output = flags.output,
               .intermediate = flags.intermediate,
               .skipFinished = flags.lazy,
               .removeIntermediate = false,
               .runId = flags.runId,
               .name = flags.name},
              options, context);
}

Action setup(Options& options)
{
    auto flags = std::make_shared<Flags>();
    options.add("CONFIG", flags->config, "Recipes in mergekit's YAML, separated by ---").required().value("FILE");
    options.add("-I,--intermediate-dir", flags->intermediate, "The folder that the named stages are written to")
        .required()
        .value("DIR");
    options.add("-o,--out-path", flags->output, "The folder of the last stage; needed when that has no name")
        .value("DIR");
    options.flag("--lazy,!--no-lazy", flags->lazy, "Keep stages that were made from the same recipe before (default)");
    addMergeOptions(options, *flags);
    options.footer("A stage uses the models of earlier ones by their names, as mergekit-multi has it.");
    return [flags](Context& context) { run(*flags, context); };
}

} // namespace

extern const Command multi_command;
const Command multi_command{
    .name = "multi", .summary = "Merge in several stages, each using what earlier ones made", .setup = &setup};

} // namespace crucible::cli
