// SPDX-License-Identifier: GPL-3.0-or-later
// What commands that run a model share: which model is meant, and what it would take.
#pragma once

#include "base/json.h"
#include "generate/language_model.h"
#include "generate/memory_estimate.h"
#include "job/worker.h"

#include <filesystem>
#include <memory>
#include <string>

namespace crucible::cli {

class Context;
class Options;

// How a model is named on the command line.
struct ModelFlags {
    std::string model;
    std::string adapter;
    std::string dtype = "auto";
    std::string device = "cpu";
};

void addDeviceOption(Options& options, std::string& device); // --device
void addModelOptions(Options& options, ModelFlags& flags);   // MODEL, --adapter, --dtype, --device

struct ModelChoice {
    std::string given; // as typed, the adapter included
    std::filesystem::path model;
    std::filesystem::path adapter; // empty: none
    model::Compute compute = model::Compute::Automatic;
    model::Device device;
};

// "model+adapter", or the two apart. Throws Error::notFound, Error::unsupported.
ModelChoice chooseModel(const ModelFlags& flags, const Context& context);
// With weights; from headers alone where the request is only to be looked at (--dry-run).
std::shared_ptr<const generate::LanguageModel> loadModel(const ModelChoice& choice, const Context& context,
                                                         Progress* progress = nullptr);

// "path", "adapter", "name", "family", "parameters", "dtype", "compute", "device", "weight_bytes", "vocabulary", and
// what it has to read texts.
Json toJson(const generate::LanguageModel& model);
// Bytes: "weights", "own", "copied", "key_values", "working", "program", "total", and "available" on this machine; for
// a card also "card" and "card_available".
Json toJson(const generate::MemoryEstimate& estimate, const model::Device& device);
// The two as lines for a person.
std::string toText(const generate::LanguageModel& model);
std::string toText(const generate::MemoryEstimate& estimate, const model::Device& device);

// Records what the run reads.
void addInputs(job::Job& job, const ModelChoice& choice, const generate::LanguageModel& model, bool records);

} // namespace crucible::cli
