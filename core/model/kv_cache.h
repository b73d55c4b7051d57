// SPDX-License-Identifier: GPL-3.0-or-later
// What a decoder keeps of the tokens that it has seen.
#pragma once

#include "model/compute.h"
#include "model/decoder_config.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace crucible::model {

// Where keys and values lie. The decoder that makes one is the only one that reads it.
class KvStore {
public:
    virtual ~KvStore() = default;
    virtual std::unique_ptr<KvStore> copy() const = 0;
    virtual std::size_t bytes() const = 0;
    // Makes room for so many tokens in all.
    virtual void reserve(std::size_t tokens) = 0;

    static constexpr std::size_t kGrowth = 256; // tokens by which one grows
    static std::size_t rounded(std::size_t tokens) { return (tokens + kGrowth - 1) / kGrowth * kGrowth; }
};

// Keys and values of one sequence, in BF16 or F16 for a model that computes in it, else in F32: 2 * layers * keyHeads *
// headDim of them per token.
class KvCache {
public:
    // One that no decoder can use.
    KvCache() = default;
    explicit KvCache(std::unique_ptr<KvStore> store) : m_store(std::move(store)) {}
    KvCache(const KvCache& other) : m_store(other.m_store ? other.m_store->copy() : nullptr), m_length(other.m_length)
    {
    }
    KvCache(KvCache&&) noexcept = default;
    KvCache& operator=(KvCache other) noexcept
    {
        m_store = std::move(other.m_store);
        m_length = other.m_length;
        return *this;
    }

    std::size_t length() const { return m_length; }
    // Forgets what comes after the first `length` tokens.
    void truncate(std::size_t length) { m_length = length < m_length ? length : m_length; }
    std::size_t bytes() const { return m_store ? m_store->bytes() : 0; }
    // What bytes() is with so many tokens in it.
    static std::uint64_t bytesFor(const DecoderConfig& config, Compute compute, std::size_t tokens);

    // --- for decoders
    template<class Store> Store& store() const { return static_cast<Store&>(*m_store); }
    void reserve(std::size_t more) { m_store->reserve(m_length + more); }
    void append(std::size_t tokens) { m_length += tokens; }

private:
    std::unique_ptr<KvStore> m_store;
    std::size_t m_length = 0;
};

} // namespace crucible::model
