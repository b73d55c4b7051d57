// SPDX-License-Identifier: GPL-3.0-or-later
// Filters that look at, order and take apart lists and dicts.
#include "text/jinja/access.h"
#include "text/jinja/builtins.h"
#include "text/jinja/characters.h"
#include "text/jinja/objects.h"
#include "text/jinja/operators.h"
#include "text/jinja/represent.h"
#include "text/jinja/run.h"
#include "text/utf8.h"

#include <algorithm>

namespace crucible::text::jinja {
namespace {

Value iterator(Run& run, std::vector<Value> items)
{
    return Value(run.make<IteratorObject>("generator", std::move(items)));
}

Value orCaseless(Run& run, const Value& value, bool caseSensitive)
{
    return caseSensitive || !value.isText() ? value : run.text(toLower(value.text()));
}

Value length(Run& run, const Value& self, Given&)
{
    if (const std::optional<std::int64_t> known = lengthOf(self))
        return *known;
    run.fail({CRUCIBLE_TR_NOOP("Problem", "a value of type %1 has no length"), self.typeName()},
             self.as<IteratorObject>()
                 ? Sentence(CRUCIBLE_TR_NOOP("Problem", "make a list of it first, with the filter list"))
                 : Sentence());
}

Value list(Run& run, const Value& self, Given&)
{
    return run.list(itemsOf(run, self));
}

Value first(Run& run, const Value& self, Given&)
{
    if (auto* iterating = self.as<IteratorObject>()) {
        const std::optional<Value> next = iterating->next();
        return next ? *next : run.undefined("there is no first item");
    }
    if (self.isSequence() && !self.items().empty())
        return self.items().front();
    if (self.isText() && !self.text().empty())
        return run.text(self.text().substr(0, characterAt(self.text(), 0).length));
    const std::vector<Value> items = itemsOf(run, self);
    return items.empty() ? run.undefined("there is no first item") : items.front();
}

Value last(Run& run, const Value& self, Given&)
{
    if (self.isSequence() && !self.items().empty())
        return self.items().back();
    if (self.isText() && !self.text().empty())
        return run.text(self.text().substr(previousCharacter(self.text(), self.text().size())));
    if (!lengthOf(self))
        run.fail({CRUCIBLE_TR_NOOP("Problem", "a value of type %1 has no last item"), self.typeName()});
    const std::vector<Value> items = itemsOf(run, self);
    return items.empty() ? run.undefined("there is no last item") : items.back();
}

Value join(Run& run, const Value& self, Given& given)
{
    const std::string separator = given.has(0) ? textOf(run, given[0]) : std::string();
    const AttributePath path(run, given[1]);
    std::string all;
    bool isFirst = true;
    for (const Value& item : itemsOf(run, self)) {
        if (!std::exchange(isFirst, false))
            all += separator;
        appendText(run, all, path.of(run, item));
    }
    run.checkTextSize(all.size());
    return run.text(std::move(all));
}

Value reverse(Run& run, const Value& self, Given&)
{
    if (self.isText()) {
        std::string reversed;
        for (std::size_t at = self.text().size(); at > 0;) {
            const std::size_t begin = previousCharacter(self.text(), at);
            reversed.append(self.text(), begin, at - begin);
            at = begin;
        }
        return run.text(std::move(reversed));
    }
    std::vector<Value> items = itemsOf(run, self);
    std::reverse(items.begin(), items.end());
    if (!lengthOf(self))
        return run.list(std::move(items));
    const std::string_view type = self.isList()   ? "list_reverseiterator"
                                  : self.isDict() ? "dict_reversekeyiterator"
                                                  : "reversed";
    return Value(run.make<IteratorObject>(type, std::move(items)));
}

// Sorts items by keys, keeping the order of those that are equal.
std::vector<Value> sorted(Run& run, const std::vector<Value>& items, const std::vector<Value>& keys, bool descending)
{
    std::vector<std::size_t> order(items.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return descending ? lessThan(run, keys[b], keys[a]) : lessThan(run, keys[a], keys[b]);
    });
    std::vector<Value> result;
    result.reserve(items.size());
    for (const std::size_t i : order)
        result.push_back(items[i]);
    return result;
}

Value sort(Run& run, const Value& self, Given& given)
{
    const bool caseSensitive = given.truth(1);
    std::vector<AttributePath> paths;
    if (given[2].isText()) {
        const std::string& all = given[2].text();
        for (std::size_t begin = 0; begin <= all.size();) {
            const std::size_t end = std::min(all.find(',', begin), all.size());
            paths.emplace_back(run, run.text(all.substr(begin, end - begin)));
            begin = end + 1;
        }
    } else {
        paths.emplace_back(run, given[2]);
    }
    const std::vector<Value> items = itemsOf(run, self);
    std::vector<Value> keys;
    for (const Value& item : items) {
        std::vector<Value> parts;
        for (const AttributePath& path : paths)
            parts.push_back(orCaseless(run, path.of(run, item), caseSensitive));
        keys.push_back(run.list(std::move(parts)));
    }
    return run.list(sorted(run, items, keys, given.truth(0)));
}

Value dictsort(Run& run, const Value& self, Given& given)
{
    demandDefined(run, self);
    if (!self.isDict())
        run.fail({CRUCIBLE_TR_NOOP("Problem", "dictsort needs a dict, not a value of type %1"), self.typeName()});
    const std::string by = given[1].isNone() ? "key" : given.text(1);
    if (by != "key" && by != "value")
        run.fail(CRUCIBLE_TR_NOOP("Problem", "dictsort sorts by 'key' or by 'value'"));
    std::vector<Value> pairs;
    std::vector<Value> keys;
    for (const auto& [key, value] : self.dict().entries) {
        pairs.push_back(run.tuple({key, value}));
        keys.push_back(orCaseless(run, by == "key" ? key : value, given.truth(0)));
    }
    return run.list(sorted(run, pairs, keys, given.truth(2)));
}

Value unique(Run& run, const Value& self, Given& given)
{
    const AttributePath path(run, given[1]);
    std::vector<Value> chosen;
    std::unordered_multimap<std::size_t, Value> seen;
    for (const Value& item : itemsOf(run, self)) {
        const Value key = orCaseless(run, path.of(run, item), given.truth(0));
        run.spend(key.weight());
        if (!isHashable(key))
            run.fail(
                {CRUCIBLE_TR_NOOP("Problem", "values of type %1 can not be told apart by unique"), key.typeName()});
        const std::size_t hash = hashOf(key);
        const auto [begin, end] = seen.equal_range(hash);
        if (std::any_of(begin, end, [&](const auto& known) { return sameValue(run, known.second, key); }))
            continue;
        seen.emplace(hash, key);
        chosen.push_back(item);
    }
    return iterator(run, std::move(chosen));
}

Value extreme(Run& run, const Value& self, Given& given, bool most)
{
    const AttributePath path(run, given[1]);
    const std::vector<Value> items = itemsOf(run, self);
    if (items.empty())
        return run.undefined("there is no item to choose from");
    const auto keyOf = [&](const Value& item) { return orCaseless(run, path.of(run, item), given.truth(0)); };
    std::size_t best = 0;
    Value bestKey = keyOf(items[0]);
    for (std::size_t i = 1; i < items.size(); ++i) {
        Value key = keyOf(items[i]);
        if (most ? lessThan(run, bestKey, key) : lessThan(run, key, bestKey)) {
            best = i;
            bestKey = std::move(key);
        }
    }
    return items[best];
}

Value smallest(Run& run, const Value& self, Given& given)
{
    return extreme(run, self, given, false);
}

Value largest(Run& run, const Value& self, Given& given)
{
    return extreme(run, self, given, true);
}

Value sum(Run& run, const Value& self, Given& given)
{
    const AttributePath path(run, given[0]);
    Value total = given.has(1) ? given[1] : Value(std::int64_t(0));
    if (total.isText())
        run.fail(CRUCIBLE_TR_NOOP("Problem", "texts are not summed"), CRUCIBLE_TR_NOOP("Problem", "join them"));
    for (const Value& item : itemsOf(run, self))
        total = arithmetic(run, Tok::Add, total, path.of(run, item));
    return total;
}

Value batch(Run& run, const Value& self, Given& given)
{
    const std::int64_t size = given.integer(0);
    std::vector<Value> batches;
    std::vector<Value> current;
    for (Value& item : itemsOf(run, self)) {
        if (static_cast<std::int64_t>(current.size()) == size)
            batches.push_back(run.list(std::exchange(current, {})));
        current.push_back(std::move(item));
    }
    if (!current.empty()) {
        if (!given[1].isNone() && size > static_cast<std::int64_t>(current.size())) {
            if (size > run.limits().rangeLength)
                run.fail(CRUCIBLE_TR_NOOP("Problem", "a batch of that size is too long to be filled"));
            current.resize(static_cast<std::size_t>(size), given[1]);
        }
        batches.push_back(run.list(std::move(current)));
    }
    return iterator(run, std::move(batches));
}

Value slice(Run& run, const Value& self, Given& given)
{
    const std::vector<Value> items = itemsOf(run, self);
    const std::int64_t wanted = given.integer(0);
    if (wanted < 1 || wanted > run.limits().rangeLength)
        run.fail({CRUCIBLE_TR_NOOP("Problem", "a list can not be cut into %1 slices"), wanted});
    const auto count = static_cast<std::size_t>(wanted);
    const std::size_t size = items.size() / count;
    const std::size_t longer = items.size() % count;
    std::vector<Value> slices;
    std::size_t at = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t end = at + size + (i < longer ? 1 : 0);
        std::vector<Value> part(items.begin() + static_cast<std::ptrdiff_t>(at),
                                items.begin() + static_cast<std::ptrdiff_t>(end));
        if (!given[1].isNone() && i >= longer)
            part.push_back(given[1]);
        slices.push_back(run.list(std::move(part)));
        at = end;
    }
    return iterator(run, std::move(slices));
}

Value items(Run& run, const Value& self, Given&)
{
    if (self.isUndefined())
        return iterator(run, {});
    if (!self.isDict())
        run.fail({CRUCIBLE_TR_NOOP("Problem", "items needs a dict, not a value of type %1"), self.typeName()});
    std::vector<Value> pairs;
    for (const auto& [key, value] : self.dict().entries)
        pairs.push_back(run.tuple({key, value}));
    return iterator(run, std::move(pairs));
}

Value groupby(Run& run, const Value& self, Given& given)
{
    const AttributePath path(run, given[0]);
    const Value* fallback = given[1].isNone() ? nullptr : &given[1];
    const bool caseSensitive = given.truth(2);
    const std::vector<Value> all = itemsOf(run, self);
    std::vector<Value> keys;
    for (const Value& item : all)
        keys.push_back(orCaseless(run, path.of(run, item, fallback), caseSensitive));
    std::vector<Value> pairs; // (key, item), so that both are sorted alike
    for (std::size_t i = 0; i < all.size(); ++i)
        pairs.push_back(run.tuple({keys[i], all[i]}));
    pairs = sorted(run, pairs, keys, false);
    std::vector<Value> groups;
    for (std::size_t begin = 0; begin < pairs.size();) {
        std::vector<Value> members;
        std::size_t end = begin;
        for (; end < pairs.size() && sameValue(run, pairs[begin].items()[0], pairs[end].items()[0]); ++end)
            members.push_back(pairs[end].items()[1]);
        const Value key = path.of(run, members.front(), fallback);
        groups.push_back(run.group(key, run.list(std::move(members))));
        begin = end;
    }
    return run.list(std::move(groups));
}

Value attr(Run& run, const Value& self, Given& given)
{
    // Attributes only: the keys of a dict are not looked at.
    const std::string& name = given.text(0);
    if (self.isDict() && !methodOf(self, name))
        return run.undefined("a dict has no attribute of that name");
    return attributeOf(run, self, name);
}

Value orDefault(Run& run, const Value& self, Given& given)
{
    if (self.isUndefined() || (given.truth(1) && !self.truth()))
        return given.has(0) ? given[0] : run.text({});
    return self;
}

constexpr Builtin kFilters[] = {
    {"length", "", length},
    {"count", "", length},
    {"list", "", list},
    {"first", "", first},
    {"last", "", last},
    {"join", "[d] [attribute]", join},
    {"reverse", "", reverse},
    {"sort", "[reverse] [case_sensitive] [attribute]", sort},
    {"dictsort", "[case_sensitive] [by] [reverse]", dictsort},
    {"unique", "[case_sensitive] [attribute]", unique},
    {"min", "[case_sensitive] [attribute]", smallest},
    {"max", "[case_sensitive] [attribute]", largest},
    {"sum", "[attribute] [start]", sum},
    {"batch", "linecount [fill_with]", batch},
    {"slice", "slices [fill_with]", slice},
    {"items", "", items},
    {"groupby", "attribute [default] [case_sensitive]", groupby},
    {"attr", "name", attr},
    {"default", "[default_value] [boolean]", orDefault},
    {"d", "[default_value] [boolean]", orDefault},
};

} // namespace

std::span<const Builtin> sequenceFilters()
{
    return kFilters;
}

} // namespace crucible::text::jinja
