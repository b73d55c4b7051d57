// SPDX-License-Identifier: GPL-3.0-or-later
// Rotary positions (Su et al. 2021) with the scalings that models are published with, and ALiBi (Press et al. 2022).
#pragma once

#include "model/decoder_config.h"

#include <span>
#include <vector>

namespace crucible::model {

// Angle per position of each pair, rope.dims / 2. `length`: tokens of the text, for the scalings that ask.
std::vector<double> ropeFrequencies(const Rope& rope, std::size_t length);

// Turns the first rope.dims values of a head. `angles`: cosines, then sines, of each pair.
void turn(const Rope& rope, const float* angles, std::span<float> head);

std::vector<float> alibiSlopes(std::size_t heads);

} // namespace crucible::model
