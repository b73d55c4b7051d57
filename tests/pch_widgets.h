// SPDX-License-Identifier: GPL-3.0-or-later
// What most tests of widgets include, precompiled.
#pragma once

#include "../widgets/pch.h"

#include <QtTest>
