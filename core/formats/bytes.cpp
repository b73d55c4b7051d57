// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/bytes.h"

#include "base/json.h"

#include <fmt/format.h>

namespace crucible::formats {

std::string inQuotes(std::string_view name)
{
    return toJsonText(Json(std::string(name.substr(0, 200))));
}

std::string shapeText(const Shape& shape)
{
    return fmt::format("[{}]", fmt::join(shape, ", "));
}

} // namespace crucible::formats
