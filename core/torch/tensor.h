// SPDX-License-Identifier: GPL-3.0-or-later
// LibTorch's tensor, to be included before its operators: clang accepts its lists in C++20 only where what they hold
// was defined before.
#pragma once

#include <ATen/core/ivalue.h>

#include <ATen/core/Tensor.h>
