// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/read_constraint.h"

#include "generate/grammar_states.h"
#include "generate/json_schema.h"

namespace crucible::generate {

std::shared_ptr<const Constraint> readConstraint(const LanguageModel& model, const OrderedJson& constraint)
{
    model.needTokenizer();
    const auto refuse = [] {
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "a constraint is {\"grammar\": text}, {\"json_schema\": schema} or {\"json_object\": true}"), "constraint");
    };
    if (!constraint.is_object() || constraint.size() != 1)
        refuse();
    const OrderedJson& value = constraint.begin().value();
    std::string text;
    std::string where = "grammar";
    if (constraint.contains("grammar") && value.is_string()) {
        text = value.get<std::string>();
    } else if (constraint.contains("json_schema")) {
        text = grammarOfSchema(value);
        where = "json_schema";
    } else if (constraint.contains("json_object") && value == true) {
        text = grammarOfAnyObject();
    } else {
        refuse();
    }
    return std::make_shared<GrammarConstraint>(std::make_shared<GrammarVocabulary>(Grammar::parse(text, where), model.texts));
}

} // namespace crucible::generate
