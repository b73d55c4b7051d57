// SPDX-License-Identifier: GPL-3.0-or-later
// What most tests of the window include, precompiled.
#pragma once

#include "../app/workbench/pch.h"

#include <QtTest>
