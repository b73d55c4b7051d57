// SPDX-License-Identifier: GPL-3.0-or-later
// devices: where models can compute on this machine.
#include "command.h"
#include "context.h"
#include "options.h"
#include "output.h"

#include "base/units.h"
#include "model/device_module.h"

namespace crucible::cli {
namespace {

std::string bytesOrNothing(std::uint64_t bytes)
{
    return bytes > 0 ? formatBytes(bytes) : std::string();
}

void run(Context& context)
{
    const std::vector<model::DeviceInfo> all = model::devices();
    Json list = Json::array();
    Table table({"device", "", "memory", "free"},
                {Table::Align::Left, Table::Align::Left, Table::Align::Right, Table::Align::Right});
    for (const model::DeviceInfo& info : all) {
        list.push_back({{"device", toString(info.device)},
                        {"title", info.title},
                        {"total_bytes", info.totalBytes},
                        {"free_bytes", info.freeBytes}});
        const bool byTorch = info.device.kind == model::DeviceKind::Torch;
        table.add({toString(info.device), byTorch ? info.title + ", by LibTorch" : info.title,
                   bytesOrNothing(info.totalBytes), bytesOrNothing(info.freeBytes)});
    }
    if (!context.printJson({{"devices", list}}))
        context.print(table.toText());
}

Action setup(Options&)
{
    return [](Context& context) { run(context); };
}

} // namespace

extern const Command devices_command;
const Command devices_command{.name = "devices",
                              .summary = "List where models can compute on this machine",
                              .setup = &setup,
                              .uses = kOnlyAnswers};

} // namespace crucible::cli
