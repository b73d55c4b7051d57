// SPDX-License-Identifier: GPL-3.0-or-later
// The constraint that a request asks for.
#pragma once

#include "generate/constraint.h"
#include "generate/language_model.h"

#include <memory>

namespace crucible::generate {

// {"grammar": "GBNF"}, {"json_schema": {...}} or {"json_object": true}. The vocabulary is prepared once for a constraint, and
// what it learns serves all texts that are written under it.
// Throws Error::invalid and Error::unsupported (see grammar.h and json_schema.h), Error::notFound without a tokenizer.
std::shared_ptr<const Constraint> readConstraint(const LanguageModel& model, const OrderedJson& constraint);

} // namespace crucible::generate
