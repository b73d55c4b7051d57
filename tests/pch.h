// SPDX-License-Identifier: GPL-3.0-or-later
// What most tests of core include, precompiled. Tests still include what they use.
#pragma once

#include <QtTest>

#include "../core/base/pch.h"

#include <fstream>
#include <random>
