// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/kv_cache.h"

#include "base/dtype.h"

namespace crucible::model {

std::uint64_t KvCache::bytesFor(const DecoderConfig& config, Compute compute, std::size_t tokens)
{
    const std::uint64_t perToken = 2 * static_cast<std::uint64_t>(config.layers) *
                                   static_cast<std::uint64_t>(config.keyHeads) *
                                   static_cast<std::uint64_t>(config.headDim) * sizeOf(dtypeOf(compute));
    return KvStore::rounded(tokens) * perToken;
}

} // namespace crucible::model
