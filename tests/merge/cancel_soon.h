// SPDX-License-Identifier: GPL-3.0-or-later
// A merge that is cancelled in its middle.
#pragma once

#include "base/cancel.h"
#include "base/progress.h"

#include <cstdint>
#include <string_view>

namespace crucible::tests {

// Asks for the end after five tensors.
class CancelSoon : public Progress {
public:
    explicit CancelSoon(const CancelToken& token) : m_token(token) {}
    void advance(std::uint64_t done, std::uint64_t, std::string_view unit, std::string_view) override
    {
        if (unit == "tensors" && done == 5)
            m_token.request();
    }

private:
    const CancelToken& m_token;
};

} // namespace crucible::tests
