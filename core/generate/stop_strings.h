// SPDX-License-Identifier: GPL-3.0-or-later
// Ends a text before the first of some strings. What may be the beginning of one is held back until it is known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace crucible::generate {

class StopStrings {
public:
    // Empty strings stop nothing.
    explicit StopStrings(std::vector<std::string> strings);

    // The text that is certain now. After a stop string nothing comes any more.
    std::string push(std::string_view text);
    // What was held back, since nothing follows.
    std::string finish();
    bool found() const { return m_found; }

private:
    std::vector<std::string> m_strings;
    std::string m_held;
    bool m_found = false;
};

} // namespace crucible::generate
