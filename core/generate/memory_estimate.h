// SPDX-License-Identifier: GPL-3.0-or-later
// How much memory texts will take, known before any weight was read.
#pragma once

#include "generate/language_model.h"

#include <cstddef>
#include <cstdint>

namespace crucible::generate {

// What is to be computed at once.
struct Workload {
    std::size_t tokens = 0;    // of the longest text, its prompt with what is written
    std::size_t sequences = 1; // texts side by side, each with keys and values of its own
    std::size_t logitRows = 0; // rows of logits held at once; 0: one per sequence
};

// Bytes.
struct MemoryEstimate {
    std::uint64_t weights = 0;   // in the files, which are mapped: the system may take them back
    std::uint64_t copied = 0;    // of weights: what they take on another device; 0 on the processor
    std::uint64_t own = 0;       // weights in memory of our own: turned, converted, or changed by an adapter
    std::uint64_t keyValues = 0;
    std::uint64_t working = 0;   // activations and logits of the largest pass
    std::uint64_t program = 0;   // what the process holds already: tokenizer, template, tables
    bool onCard = false;         // keys, values and activations lie in the memory of a card
    // In the machine's memory, without the mapped weights.
    std::uint64_t total() const { return program + own + (onCard ? 0 : copied + keyValues + working); }
    // In the card's.
    std::uint64_t card() const { return onCard ? copied + keyValues + working : 0; }
};

// Of a model of which headers alone may have been read. When its weights are loaded, `program` holds what `own` says too.
MemoryEstimate estimateMemory(const LanguageModel& model, const Workload& work);

} // namespace crucible::generate
