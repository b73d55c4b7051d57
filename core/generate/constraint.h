// SPDX-License-Identifier: GPL-3.0-or-later
// What a text that is being written may go on with.
#pragma once

#include "generate/candidates.h"
#include "generate/token_mask.h"

#include <memory>

namespace crucible::generate {

// One text's way through a constraint.
class Constraint {
public:
    virtual ~Constraint() = default;
    // At the beginning again, for another text.
    virtual std::unique_ptr<Constraint> fresh() const = 0;
    // Tokens that may come now, without those that end a text. Valid until accept().
    virtual const TokenMask& allowed() = 0;
    // Whether the text may end here.
    virtual bool mayEnd() const = 0;
    // A token that is allowed.
    virtual void accept(TokenId id) = 0;
};

} // namespace crucible::generate
