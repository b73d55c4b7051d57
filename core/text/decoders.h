// SPDX-License-Identifier: GPL-3.0-or-later
// From the pieces of tokens to text: the decoders of tokenizer.json. Each turns a list of texts into another; what the
// last one leaves is joined.
#pragma once

#include "base/json.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::text {

class Decoder {
public:
    virtual ~Decoder() = default;
    virtual void apply(std::vector<std::string>& texts) const = 0;
};

using DecoderList = std::vector<std::unique_ptr<const Decoder>>;

// The steps of a `decoder`; none for null. Throws Error::invalid or Error::unsupported.
DecoderList readDecoder(const Json& json);

std::unique_ptr<const Decoder> byteLevelDecoder();
std::unique_ptr<const Decoder> wordPieceDecoder(std::string prefix, bool cleanup);
std::unique_ptr<const Decoder> replaceDecoder(std::string literal, std::string content);
std::unique_ptr<const Decoder> byteFallbackDecoder();
std::unique_ptr<const Decoder> fuseDecoder();
std::unique_ptr<const Decoder> stripDecoder(std::string character, std::size_t start, std::size_t stop);

} // namespace crucible::text
