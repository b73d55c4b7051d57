// SPDX-License-Identifier: GPL-3.0-or-later
// What a template may cost. Real chat templates stay far below all of it; whoever writes one to hurt meets a clear
// error.
#pragma once

#include <cstddef>
#include <cstdint>

namespace crucible::text::jinja {

struct Limits {
    std::size_t templateBytes = std::size_t(4) << 20;
    std::size_t outputBytes = std::size_t(64) << 20;
    std::size_t textBytes = std::size_t(64) << 20;    // of any one string
    std::size_t memoryBytes = std::size_t(512) << 20; // of all values that live at the same time
    std::uint64_t steps = 50'000'000;                 // nodes evaluated, and 64 bytes of text made or read
    int nesting = 1500;                               // of evaluation: expressions, statements and macros together
    std::int64_t rangeLength = 100'000;               // as the sandbox of Jinja2
};

inline constexpr int kMaxExpressionDepth = 250; // of a parsed expression, chains of operators included
inline constexpr int kMaxStatementDepth = 100;
inline constexpr int kMaxValueDepth = 200; // lists within lists

} // namespace crucible::text::jinja
