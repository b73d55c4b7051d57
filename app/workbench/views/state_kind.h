// SPDX-License-Identifier: GPL-3.0-or-later
// The message that fits a state: what failed is an error, what is worth a look a warning.
#pragma once

#include "widgets/chip.h"
#include "widgets/inline_message.h"

namespace crucible::workbench {

inline widgets::InlineMessage::Kind messageKind(widgets::StateLabel::State state)
{
    using State = widgets::StateLabel::State;
    switch (state) {
    case State::Failed: return widgets::InlineMessage::Kind::Error;
    case State::Warning:
    case State::Interrupted: return widgets::InlineMessage::Kind::Warning;
    case State::Info: return widgets::InlineMessage::Kind::Info;
    default: return widgets::InlineMessage::Kind::Good;
    }
}

} // namespace crucible::workbench
