// SPDX-License-Identifier: GPL-3.0-or-later
// What every command includes, precompiled.
#pragma once

#include "../../core/base/pch.h"

#include "context.h"
#include "output.h"
