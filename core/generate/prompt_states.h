// SPDX-License-Identifier: GPL-3.0-or-later
// What prompts are to a model on its way through them, for the gates of a mixture of experts.
#pragma once

#include "base/cancel.h"
#include "merge/moe.h"

namespace crucible::generate {

// Runs models on `threads` threads (0: one per processor). The last model is kept for the next call.
// What it returns throws what loading a decoder and a tokenizer throws, and Error::cancelled().
merge::PromptStates promptStates(int threads, CancelToken cancel);

} // namespace crucible::generate
