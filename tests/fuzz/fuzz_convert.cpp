// SPDX-License-Identifier: GPL-3.0-or-later
// The input is a GGUF file: it becomes a model's folder, which must open, and that becomes a GGUF file again, which
// must hold tensors of the same names.
#include "fuzz/fuzz_support.h"

#include "convert/convert.h"
#include "text/tokenizer.h"

#include <algorithm>
#include <cstdint>
#include <set>

namespace {

using namespace crucible;

// What is made is small as long as the input pays for it.
constexpr std::uint64_t kMostBytes = std::uint64_t(64) << 20;

// False when it can not be converted, which is said before anything is written.
bool convertTo(const std::filesystem::path& model, const std::filesystem::path& output, convert::Target target)
{
    convert::ConvertOptions options{.model = model, .output = output, .target = target};
    options.overwrite = true;
    const convert::ConvertPlan plan = convert::planConversion(options);
    if (plan.problems.hasErrors())
        return false;
    if (plan.bytesWritten > kMostBytes)
        std::abort();
    Progress progress;
    convert::executeConversion(plan, progress, {});
    return true;
}

std::set<std::string> namesOf(const std::filesystem::path& model)
{
    std::set<std::string> names;
    const auto folder = formats::ModelFolder::open(model);
    for (const auto& entry : folder->checkpoint().tensors())
        names.insert(entry.info.name);
    return names;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const fuzz::Folder& folder = fuzz::folder();
    const std::filesystem::path file =
        folder.write("input.gguf", std::string_view(reinterpret_cast<const char*>(data), size));
    const std::filesystem::path made = folder.path() / "made";
    try {
        if (!convertTo(file, made, convert::Target::Safetensors))
            return 0;
    } catch (const Error&) {
        return 0;
    }
    const std::set<std::string> names = namesOf(made); // what was written can be read
    try {
        if (text::hasTokenizer(made))
            text::loadTokenizer(made)->encode("Hello  w\xC3\xB6rld 123<s>");
        const std::filesystem::path back = folder.path() / "back.gguf";
        if (convertTo(made, back, convert::Target::Gguf)) {
            // A head with the values of the embedding is taken for the embedding itself.
            const std::set<std::string> kept = namesOf(back);
            const bool isPart = std::includes(names.begin(), names.end(), kept.begin(), kept.end());
            if (!isPart || kept.size() + 1 < names.size())
                std::abort();
        }
    } catch (const Error&) {
    }
    return 0;
}
