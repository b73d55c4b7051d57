// SPDX-License-Identifier: GPL-3.0-or-later
// The input is a GGUF file: its tensors in both views, the decoder of it with one token, its vocabulary and its chat template.
#include "fuzz/fuzz_support.h"

#include "formats/gguf_model.h"
#include "model/decoder.h"
#include "text/chat_template.h"
#include "text/tokenizer.h"

#include <cstdint>

namespace {

using namespace crucible;

template<class Body>
void attempt(const Body& body)
{
    try {
        body();
    } catch (const Error&) {
    }
}

void readViews(const std::filesystem::path& file)
{
    const auto model = formats::GgufModel::open(file);
    for (const auto& view : {model->asStored(), model->asHuggingFace()}) {
        for (const auto& source : view->sources())
            fuzz::readAll(*source);
    }
}

void run(const std::filesystem::path& file)
{
    const auto decoder = model::Decoder::load(formats::ModelFolder::open(file));
    static ThreadPool pool(1);
    model::KvCache cache = decoder->newCache();
    const std::vector<model::TokenId> text{0, 1};
    const model::Decoder::Slice slice{text, &cache, true};
    decoder->forward({&slice, 1}, pool);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::filesystem::path file = fuzz::folder().write("input.gguf", std::string_view(reinterpret_cast<const char*>(data), size));
    attempt([&] { fuzz::readAll(formats::GgufFile(file)); });
    attempt([&] { readViews(file); });
    attempt([&] { run(file); });
    attempt([&] {
        const auto tokenizer = text::loadTokenizer(file);
        tokenizer->decode(tokenizer->encode("Hello  w\xC3\xB6rld 123<s>"));
    });
    attempt([&] { text::ChatTemplate::load(file); });
    return 0;
}
