// SPDX-License-Identifier: GPL-3.0-or-later
// The input is a tokenizer and, behind the first zero byte, a text: a tokenizer.json when it begins with '{', ranks when
// with 'R', else a sentencepiece model.
#include "fuzz/fuzz_support.h"

#include "base/json.h"
#include "text/readers.h"
#include "text/sentencepiece.h"

#include <cstdint>

namespace {

using namespace crucible;

std::shared_ptr<const text::Tokenizer> read(std::string_view bytes)
{
    if (bytes.starts_with('{'))
        return text::parseHfTokenizer(parseJson(bytes, "input"), "input", nullptr);
    if (bytes.starts_with('R'))
        return text::readTiktoken(fuzz::asFile(bytes.substr(1)), nullptr);
    return std::make_shared<const text::Sentencepiece>(text::parseSentencepieceModel(bytes), text::SentencepieceOptions());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const bool isBinary = !bytes.starts_with('{') && !bytes.starts_with('R');
    const std::size_t zero = isBinary ? bytes.rfind('\0') : bytes.find('\0');
    const std::string_view text = zero == std::string_view::npos ? "Hello  w\xC3\xB6rld 123<s>" : bytes.substr(zero + 1);
    try {
        const auto tokenizer = read(bytes.substr(0, zero));
        const auto ids = tokenizer->encode(text);
        const text::Encoding encoding = tokenizer->encodeWithOffsets(text);
        if (encoding.ids != ids || encoding.offsets.size() != ids.size())
            std::abort();
        for (const text::Offsets& offsets : encoding.offsets) {
            if (offsets.begin > offsets.end || offsets.end > text.size())
                std::abort();
        }
        tokenizer->decode(ids);
        text::StreamDecoder stream(tokenizer);
        for (const text::TokenId id : ids)
            stream.push(id);
        stream.finish();
    } catch (const Error&) {
    }
    return 0;
}
