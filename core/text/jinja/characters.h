// SPDX-License-Identifier: GPL-3.0-or-later
// Letters as Python's str methods see them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace crucible::text::jinja {

bool isSpace(char32_t code); // str.isspace, and \s of its regular expressions
bool isUpper(char32_t code);
bool isLower(char32_t code);
bool isTitle(char32_t code);
bool isCased(char32_t code);
bool isPrintable(char32_t code);
bool isAlpha(char32_t code);
bool isDecimal(char32_t code);
bool isDigit(char32_t code);
bool isNumeric(char32_t code);
bool isNameStart(char32_t code);
bool isNamePart(char32_t code);
// The digit's value; -1 for what is no decimal digit.
int decimalValue(char32_t code);

std::string toUpper(std::string_view text);
std::string toLower(std::string_view text);
std::string toTitle(std::string_view text);
std::string capitalize(std::string_view text);
std::string swapCase(std::string_view text);
std::string caseFold(std::string_view text);

// Bytes to leave away at the front and at the back when these characters are stripped; white space when `chars` is
// null.
std::string_view stripLeft(std::string_view text, const std::string_view* chars = nullptr);
std::string_view stripRight(std::string_view text, const std::string_view* chars = nullptr);

// The byte where the character with this number begins; text.size() when there are not as many.
std::size_t byteOfCharacter(std::string_view text, std::size_t character);

} // namespace crucible::text::jinja
