// SPDX-License-Identifier: GPL-3.0-or-later
// How things go wrong. Loading throws Error at the first problem; validation returns every Problem at once.
// Nothing in core prints, translates or ends the process: the program that called decides.
#pragma once

#include "base/sentence.h"

#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace crucible {

enum class ErrorKind {
    InvalidInput, // the request is wrong: a recipe, a flag, a parameter
    NotFound,     // a file, model or tensor that was asked for is not there
    CorruptFile,  // a file does not hold what its format demands
    Unsupported,  // well formed, but not something we handle
    Io,           // the system refused: no space, no permission, broken pipe
    OutOfMemory,
    Cancelled,
    Internal, // a defect of ours
};

std::string_view toString(ErrorKind kind);

// What happened, where, and what the person can do about it: one English sentence each.
class Error : public std::exception {
public:
    Error(ErrorKind kind, Sentence what, std::string where = {}, Sentence hint = {});

    static Error invalid(Sentence what, std::string where = {}, Sentence hint = {});
    static Error notFound(Sentence what, std::string where = {}, Sentence hint = {});
    static Error corrupt(const std::filesystem::path& file, Sentence what, Sentence hint = {});
    static Error unsupported(Sentence what, std::string where = {}, Sentence hint = {});
    // From errno (or GetLastError) of the call that just failed.
    static Error io(Sentence what, const std::filesystem::path& file, int systemError);
    static Error cancelled();

    ErrorKind kind() const { return m_kind; }
    const std::string& message() const { return m_said.text(); }
    const std::string& where() const { return m_where; }
    const std::string& hint() const { return m_advice.text(); }
    // Message and hint as they can be said in another language.
    const Sentence& said() const { return m_said; }
    const Sentence& advice() const { return m_advice; }

    // "<what>: <where>: <hint>", without the parts that are empty. One line.
    const char* what() const noexcept override { return m_line.c_str(); }

private:
    ErrorKind m_kind;
    Sentence m_said;
    std::string m_where;
    Sentence m_advice;
    std::string m_line;
};

enum class Severity { Note, Warning, Error };

std::string_view toString(Severity severity);

struct Problem {
    Severity severity = Severity::Error;
    std::string where;   // "recipe.yaml:4:7", "models[1].parameters.weight", a tensor's name
    std::string message; // expected and actual
    std::string hint;    // what the person can do; may be empty
    int line = 0;        // 1-based position in the recipe's text, 0 when it has none
    int column = 0;
    // Message and hint as they can be said in another language.
    Sentence said = {};
    Sentence advice = {};

    // Sets all four.
    void say(Sentence what, Sentence whatToDo = {});
    std::string toLine() const;
};

class Problems {
public:
    void error(std::string where, Sentence message, Sentence hint = {});
    void warning(std::string where, Sentence message, Sentence hint = {});
    void note(std::string where, Sentence message, Sentence hint = {});
    void add(Problem problem);
    void add(Severity severity, std::string where, Sentence message, Sentence hint = {});
    void append(const Problems& other);

    bool hasErrors() const;
    bool empty() const { return m_all.empty(); }
    const std::vector<Problem>& all() const { return m_all; }

    // Throws Error::invalid made of the first error (saying how many more there are); does nothing when there is none.
    void throwIfErrors() const;

private:
    std::vector<Problem> m_all;
};

} // namespace crucible
