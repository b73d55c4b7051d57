// SPDX-License-Identifier: GPL-3.0-or-later
// What most tests include, precompiled. Tests still include what they use.
#pragma once

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "base/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>
