// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace crucible::text {

// RFC 4648, with or without padding. nullopt for anything else, also for bits that are left over and not zero.
std::optional<std::string> fromBase64(std::string_view text);

} // namespace crucible::text
