// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/rope.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace crucible::model {

namespace {

// Peng et al. 2023: high frequencies stay, low ones are stretched, those between by a ramp.
void scaleYarn(const Rope& rope, std::vector<double>& frequencies)
{
    const double dims = rope.dims;
    const auto pairTurning = [&](double turns) {
        return dims * std::log(rope.originalPositions / (turns * 2 * std::numbers::pi)) / (2 * std::log(rope.theta));
    };
    const double low = std::max(0.0, std::floor(pairTurning(rope.betaFast)));
    double high = std::min(dims - 1, std::ceil(pairTurning(rope.betaSlow)));
    if (low == high)
        high += 0.001;
    for (std::size_t i = 0; i < frequencies.size(); ++i) {
        const double ramp = std::clamp((static_cast<double>(i) - low) / (high - low), 0.0, 1.0);
        frequencies[i] = frequencies[i] / rope.factor * ramp + frequencies[i] * (1 - ramp);
    }
}

void scaleLlama3(const Rope& rope, std::vector<double>& frequencies)
{
    const double longest = rope.originalPositions / rope.lowFrequency;
    const double shortest = rope.originalPositions / rope.highFrequency;
    for (double& frequency : frequencies) {
        const double wave = 2 * std::numbers::pi / frequency;
        if (wave > longest) {
            frequency /= rope.factor;
        } else if (wave >= shortest) {
            const double smooth = (rope.originalPositions / wave - rope.lowFrequency) / (rope.highFrequency - rope.lowFrequency);
            frequency *= (1 - smooth) / rope.factor + smooth;
        }
    }
}

} // namespace

std::vector<double> ropeFrequencies(const Rope& rope, std::size_t length)
{
    const auto tokens = static_cast<double>(length);
    double theta = rope.theta;
    if (rope.scaling == RopeScaling::Dynamic && tokens > rope.originalPositions)
        theta *= std::pow(rope.factor * tokens / rope.originalPositions - (rope.factor - 1), rope.dims / (rope.dims - 2.0));
    std::vector<double> frequencies(static_cast<std::size_t>(rope.dims / 2));
    for (std::size_t i = 0; i < frequencies.size(); ++i)
        frequencies[i] = std::pow(theta, -2.0 * static_cast<double>(i) / rope.dims);
    switch (rope.scaling) {
    case RopeScaling::None:
    case RopeScaling::Dynamic:
        break;
    case RopeScaling::Linear:
        for (double& frequency : frequencies)
            frequency /= rope.factor;
        break;
    case RopeScaling::Llama3:
        scaleLlama3(rope, frequencies);
        break;
    case RopeScaling::Yarn:
        scaleYarn(rope, frequencies);
        break;
    case RopeScaling::LongRope: {
        const std::vector<double>& factors = tokens > rope.originalPositions ? rope.longFactors : rope.shortFactors;
        for (std::size_t i = 0; i < frequencies.size(); ++i)
            frequencies[i] /= factors[i];
        break;
    }
    }
    return frequencies;
}

void turn(const Rope& rope, const float* angles, std::span<float> head)
{
    const auto pairs = static_cast<std::size_t>(rope.dims / 2);
    const bool halves = rope.style == RopeStyle::Halves;
    for (std::size_t i = 0; i < pairs; ++i) {
        float& first = head[halves ? i : 2 * i];
        float& second = head[halves ? i + pairs : 2 * i + 1];
        const float cosine = angles[i];
        const float sine = angles[pairs + i];
        const float a = first;
        const float b = second;
        first = a * cosine - b * sine;
        second = b * cosine + a * sine;
    }
}

std::vector<float> alibiSlopes(std::size_t heads)
{
    const auto falling = [](std::size_t count) {
        std::vector<float> slopes;
        for (std::size_t i = 1; i <= count; ++i)
            slopes.push_back(static_cast<float>(std::pow(2.0, -8.0 * static_cast<double>(i) / static_cast<double>(count))));
        return slopes;
    };
    const std::size_t power = std::bit_floor(heads);
    std::vector<float> slopes = falling(power);
    const std::vector<float> finer = falling(2 * power);
    for (std::size_t i = 0; slopes.size() < heads; ++i)
        slopes.push_back(finer[2 * i]);
    return slopes;
}

} // namespace crucible::model
