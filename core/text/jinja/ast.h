// SPDX-License-Identifier: GPL-3.0-or-later
// A parsed template. Names are numbers into Program::names; filters and tests are found already.
#pragma once

#include "text/jinja/lexer.h"
#include "text/jinja/value.h"

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace crucible::text::jinja {

struct Builtin;

using NameId = std::uint32_t;

enum class ExprKind : std::uint8_t {
    Const,
    Name,
    List,
    Dict,
    Not,
    Negate,
    Plus,
    Binary,
    And,
    Or,
    Compare,
    Concat,
    Condition,
    Attribute,
    Item,
    Slice,
    Call,
    Filter,
    Test,
};

struct Expr {
    Expr(ExprKind k, std::uint32_t where) : kind(k), at(where) {}
    virtual ~Expr() = default;
    ExprKind kind;
    std::uint16_t depth = 1; // levels of expressions below and this one
    std::uint32_t at;        // byte in the source
};
using ExprPtr = std::unique_ptr<Expr>;

struct ConstExpr final : Expr {
    ConstExpr(std::uint32_t where, Value v) : Expr(ExprKind::Const, where), value(std::move(v)) {}
    Value value;
};
struct NameExpr final : Expr {
    NameExpr(std::uint32_t where, NameId id) : Expr(ExprKind::Name, where), name(id) {}
    NameId name;
};
struct ListExpr final : Expr { // a tuple too
    explicit ListExpr(std::uint32_t where) : Expr(ExprKind::List, where) {}
    std::vector<ExprPtr> items;
    bool isTuple = false;
};
struct DictExpr final : Expr {
    explicit DictExpr(std::uint32_t where) : Expr(ExprKind::Dict, where) {}
    std::vector<std::pair<ExprPtr, ExprPtr>> entries;
};
struct UnaryExpr final : Expr { // Not, Negate, Plus
    UnaryExpr(ExprKind k, std::uint32_t where, ExprPtr e) : Expr(k, where), operand(std::move(e)) {}
    ExprPtr operand;
};
struct BinaryExpr final : Expr { // Binary with one of the arithmetic operators, And, Or
    BinaryExpr(ExprKind k, std::uint32_t where, Tok o, ExprPtr l, ExprPtr r)
        : Expr(k, where), op(o), left(std::move(l)), right(std::move(r))
    {
    }
    Tok op;
    ExprPtr left;
    ExprPtr right;
};
enum class Comparison : std::uint8_t { Eq, Ne, Lt, Le, Gt, Ge, In, NotIn };
struct CompareExpr final : Expr {
    explicit CompareExpr(std::uint32_t where) : Expr(ExprKind::Compare, where) {}
    ExprPtr left;
    std::vector<std::pair<Comparison, ExprPtr>> others;
};
struct ConcatExpr final : Expr {
    explicit ConcatExpr(std::uint32_t where) : Expr(ExprKind::Concat, where) {}
    std::vector<ExprPtr> parts;
};
struct ConditionExpr final : Expr {
    explicit ConditionExpr(std::uint32_t where) : Expr(ExprKind::Condition, where) {}
    ExprPtr test;
    ExprPtr yes;
    ExprPtr no; // may be null: undefined then
};
struct AttributeExpr final : Expr {
    AttributeExpr(std::uint32_t where, ExprPtr o, std::string n)
        : Expr(ExprKind::Attribute, where), object(std::move(o)), name(std::move(n))
    {
    }
    ExprPtr object;
    std::string name;
};
struct ItemExpr final : Expr {
    ItemExpr(std::uint32_t where, ExprPtr o, ExprPtr i)
        : Expr(ExprKind::Item, where), object(std::move(o)), index(std::move(i))
    {
    }
    ExprPtr object;
    ExprPtr index;
};
struct SliceExpr final : Expr { // only as the index of an ItemExpr
    explicit SliceExpr(std::uint32_t where) : Expr(ExprKind::Slice, where) {}
    ExprPtr start, stop, step; // null when left out
};
struct CallArguments {
    std::vector<ExprPtr> positional;
    std::vector<std::pair<std::string, ExprPtr>> named;
    ExprPtr star;       // *args
    ExprPtr doubleStar; // **kwargs
    bool empty() const { return positional.empty() && named.empty() && !star && !doubleStar; }
};
struct CallExpr final : Expr {
    CallExpr(std::uint32_t where, ExprPtr c) : Expr(ExprKind::Call, where), callee(std::move(c)) {}
    ExprPtr callee;
    CallArguments arguments;
};
struct ApplyExpr final : Expr { // Filter, Test
    ApplyExpr(ExprKind k, std::uint32_t where, ExprPtr i) : Expr(k, where), input(std::move(i)) {}
    ExprPtr input; // null for the first filter of a block: its text
    std::string name;
    const Builtin* builtin = nullptr; // null: there is none, which is an error only when it is reached
    CallArguments arguments;
};

enum class StmtKind : std::uint8_t {
    Text,
    Print,
    Set,
    SetBlock,
    For,
    If,
    Macro,
    CallBlock,
    FilterBlock,
    With,
    Scope,
    Break,
    Continue,
};

struct Stmt {
    Stmt(StmtKind k, std::uint32_t where) : kind(k), at(where) {}
    virtual ~Stmt() = default;
    StmtKind kind;
    std::uint32_t at;
};
using Body = std::vector<std::unique_ptr<Stmt>>;

struct Target {
    enum class Form : std::uint8_t { Name, Attribute, Tuple };
    Form form = Form::Name;
    std::uint32_t at = 0;
    NameId name = 0;
    std::string attribute;     // name.attribute, of a namespace
    std::vector<Target> parts; // of a tuple
};

struct TextStmt final : Stmt {
    TextStmt(std::uint32_t where, std::string t) : Stmt(StmtKind::Text, where), text(std::move(t)) {}
    std::string text;
};
struct PrintStmt final : Stmt {
    PrintStmt(std::uint32_t where, ExprPtr e) : Stmt(StmtKind::Print, where), value(std::move(e)) {}
    ExprPtr value;
};
struct SetStmt final : Stmt { // Set, SetBlock
    using Stmt::Stmt;
    Target target;
    ExprPtr value; // of a block: its filters, or null
    Body body;
};
struct ForStmt final : Stmt {
    using Stmt::Stmt;
    Target target;
    ExprPtr items;
    ExprPtr test; // may be null
    bool recursive = false;
    Body body;
    Body otherwise;
};
struct IfStmt final : Stmt {
    using Stmt::Stmt;
    std::vector<std::pair<ExprPtr, Body>> branches;
    Body otherwise;
};
// What a macro is made of, and a call block, whose body is a macro without a name.
struct MacroCode {
    std::string name; // empty for a call block
    std::vector<std::pair<NameId, std::string>> parameters;
    std::vector<ExprPtr> defaults; // for the last of the parameters
    Body body;
    bool usesVarargs = false;
    bool usesKwargs = false;
    bool usesCaller = false;
};
struct MacroStmt final : Stmt { // Macro, CallBlock
    using Stmt::Stmt;
    NameId name = 0;
    MacroCode code;
    ExprPtr call; // of a call block: a CallExpr
};
struct ScopeStmt final : Stmt { // With, FilterBlock, Scope (block, generation): a body with variables of its own
    using Stmt::Stmt;
    std::vector<std::pair<Target, ExprPtr>> variables;
    ExprPtr filter;
    Body body;
    bool fromRoot = false; // a block sees the template's variables, not those of loops around it
};

struct Program {
    explicit Program(Source s) : source(std::move(s)) {}
    Source source;
    std::vector<std::string> names;
    Body body;
};

} // namespace crucible::text::jinja
