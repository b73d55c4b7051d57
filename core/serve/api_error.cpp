// SPDX-License-Identifier: GPL-3.0-or-later
#include "serve/api_error.h"

namespace crucible::serve {
namespace {

int statusOf(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::InvalidInput:
    case ErrorKind::NotFound:
    case ErrorKind::CorruptFile: // JSON that can not be read
    case ErrorKind::Unsupported: return 400;
    case ErrorKind::Cancelled: return 503;
    case ErrorKind::Io:
    case ErrorKind::OutOfMemory:
    case ErrorKind::Internal: return 500;
    }
    return 500;
}

std::string_view typeOf(int status)
{
    switch (status) {
    case 401: return "authentication_error";
    case 403: return "permission_error";
    case 429: return "rate_limit_error";
    default: return status < 500 ? "invalid_request_error" : "server_error";
    }
}

OrderedJson textOrNull(const std::string& text)
{
    return text.empty() ? OrderedJson() : OrderedJson(text);
}

} // namespace

ApiError::ApiError(int status, std::string message, std::string parameter, std::string code)
    : m_status(status), m_message(std::move(message)), m_parameter(std::move(parameter)), m_code(std::move(code))
{
}

ApiError::ApiError(const Error& error)
    : m_status(statusOf(error.kind())), m_message(error.hint().empty() ? error.message() : error.message() + ": " + error.hint()),
      m_parameter(error.where())
{
}

OrderedJson ApiError::toJson() const
{
    return {{"error",
             {{"message", m_message}, {"type", typeOf(m_status)}, {"param", textOrNull(m_parameter)}, {"code", textOrNull(m_code)}}}};
}

} // namespace crucible::serve
