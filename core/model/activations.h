// SPDX-License-Identifier: GPL-3.0-or-later
// Memory for what flows between two products of a pass. It is used again from layer to layer: fresh pages of the system cost
// more than the arithmetic on them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace crucible::model {

// What is not in use at present. Lives longer than all Activations from it; one thread at a time.
class ActivationStore {
    friend class Activations;
    struct Block {
        std::unique_ptr<float[]> values;
        std::size_t size = 0;
    };

    // The smallest that is large enough, or a new one in the place of one that is too small.
    Block take(std::size_t size)
    {
        auto best = m_free.end();
        for (auto block = m_free.begin(); block != m_free.end(); ++block) {
            if (block->size >= size && (best == m_free.end() || block->size < best->size))
                best = block;
        }
        if (best == m_free.end()) {
            if (m_free.empty())
                m_free.reserve(++m_blocks); // giving one back needs no memory
            else
                m_free.pop_back();
            return {std::make_unique_for_overwrite<float[]>(size), size};
        }
        Block taken = std::move(*best);
        m_free.erase(best);
        return taken;
    }

    std::vector<Block> m_free;
    std::size_t m_blocks = 0; // that there are, free or not
};

// Float32 values; what they are at first is not said.
class Activations {
public:
    Activations() = default;
    Activations(ActivationStore& store, std::size_t size) : m_store(&store), m_block(store.take(size)), m_size(size) {}
    Activations(Activations&& other) noexcept { swap(other); }
    Activations& operator=(Activations&& other) noexcept
    {
        Activations old(std::move(*this));
        swap(other);
        return *this;
    }
    ~Activations()
    {
        if (m_block.values)
            m_store->m_free.push_back(std::move(m_block));
    }

    float* data() { return m_block.values.get(); }
    const float* data() const { return m_block.values.get(); }
    std::size_t size() const { return m_size; }
    std::span<float> span() { return {data(), m_size}; }
    std::span<const float> span() const { return {data(), m_size}; }
    float& operator[](std::size_t i) { return m_block.values[i]; }
    float operator[](std::size_t i) const { return m_block.values[i]; }

private:
    void swap(Activations& other)
    {
        std::swap(m_store, other.m_store);
        std::swap(m_block, other.m_block);
        std::swap(m_size, other.m_size);
    }

    ActivationStore* m_store = nullptr;
    ActivationStore::Block m_block;
    std::size_t m_size = 0;
};

} // namespace crucible::model
