// SPDX-License-Identifier: GPL-3.0-or-later
// What a client of the server is told when its request cannot be met, in the shape that OpenAI's API has for it.
#pragma once

#include "base/error.h"
#include "base/json.h"

#include <exception>
#include <string>

namespace crucible::serve {

class ApiError : public std::exception {
public:
    // `parameter`: the key that is wrong; `code`: for programs ("context_length_exceeded"). Both may be empty.
    ApiError(int status, std::string message, std::string parameter = {}, std::string code = {});
    // 400 for what is wrong with the request, 500 for what is not.
    explicit ApiError(const Error& error);

    int status() const { return m_status; }
    const char* what() const noexcept override { return m_message.c_str(); }
    // {"error": {"message", "type", "param", "code"}}
    OrderedJson toJson() const;

private:
    int m_status;
    std::string m_message;
    std::string m_parameter;
    std::string m_code;
};

} // namespace crucible::serve
