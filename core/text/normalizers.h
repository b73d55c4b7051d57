// SPDX-License-Identifier: GPL-3.0-or-later
// What is done to a text before it is split: the normalizers of tokenizer.json.
#pragma once

#include "base/json.h"
#include "text/charsmap.h"
#include "text/unicode.h"
#include "text/work_text.h"

namespace crucible::text {

class Normalizer {
public:
    virtual ~Normalizer() = default;
    virtual void apply(WorkText& text) const = 0;
};

using NormalizerList = std::vector<std::unique_ptr<const Normalizer>>;

// The steps that a `normalizer` of tokenizer.json consists of; none for null. Throws Error::invalid or Error::unsupported
// naming the normalizer.
NormalizerList readNormalizer(const Json& json);

struct BertNormalizerOptions {
    bool cleanText = true;
    bool handleChineseCharacters = true;
    bool stripAccents = true;
    bool lowercase = true;
};
std::unique_ptr<const Normalizer> bertNormalizer(const BertNormalizerOptions& options);
std::unique_ptr<const Normalizer> unicodeNormalizer(NormalForm form);
std::unique_ptr<const Normalizer> prependNormalizer(std::string prefix);
std::unique_ptr<const Normalizer> replaceNormalizer(std::string literal, std::string content);

} // namespace crucible::text
