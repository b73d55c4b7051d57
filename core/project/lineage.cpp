// SPDX-License-Identifier: GPL-3.0-or-later
// Which model came from which, through which run.
#include "project/project.h"

#include "project/database.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <unordered_map>

namespace crucible::project {
namespace {

std::string utf8(const std::filesystem::path& path)
{
    const std::u8string text = path.u8string();
    return std::string(text.begin(), text.end());
}

struct Link {
    std::size_t from;
    std::size_t to;
    std::string role;
};

// Everything the project knows, as one graph. Projects hold thousands of runs, not millions.
class Family {
public:
    std::size_t run(const std::string& id, const std::string& name, const std::string& kind)
    {
        const auto [entry, added] = m_index.try_emplace("run:" + id, m_nodes.size());
        if (added)
            m_nodes.push_back({LineageNode::Type::Run, id, name, {}, {}, kind, 0});
        return entry->second;
    }

    // Must be called for every model before model(): a path alone stands for the last fingerprint seen there.
    void learn(const std::filesystem::path& path, const std::string& fingerprint)
    {
        if (!fingerprint.empty())
            m_fingerprints[utf8(path)] = fingerprint;
    }

    std::string modelKey(const std::filesystem::path& path, const std::string& fingerprint) const
    {
        if (!fingerprint.empty())
            return "model:" + fingerprint;
        const auto known = m_fingerprints.find(utf8(path));
        return known != m_fingerprints.end() ? "model:" + known->second : "path:" + utf8(path);
    }

    std::size_t model(const std::filesystem::path& path, const std::string& fingerprint, const std::string& kind)
    {
        const std::string key = modelKey(path, fingerprint);
        const auto [entry, added] = m_index.try_emplace(key, m_nodes.size());
        if (added)
            m_nodes.push_back({LineageNode::Type::Model, key, utf8(path.filename()), path, fingerprint, kind, 0});
        return entry->second;
    }

    void link(std::size_t from, std::size_t to, std::string role) { m_links.push_back({from, to, std::move(role)}); }

    const std::size_t* find(const std::string& key) const
    {
        const auto found = m_index.find(key);
        return found == m_index.end() ? nullptr : &found->second;
    }

    LineageGraph around(std::size_t start) const
    {
        // Ancestors by walking against the edges only, descendants by walking along them only: siblings stay out.
        std::unordered_map<std::size_t, int> generation{{start, 0}};
        for (const int direction : {-1, 1}) {
            std::deque<std::size_t> open{start};
            std::unordered_map<std::size_t, bool> seen{{start, true}};
            while (!open.empty()) {
                const std::size_t node = open.front();
                open.pop_front();
                for (const Link& link : m_links) {
                    const std::size_t here = direction < 0 ? link.to : link.from;
                    const std::size_t next = direction < 0 ? link.from : link.to;
                    if (here != node || !seen.try_emplace(next, true).second)
                        continue;
                    generation.try_emplace(next, generation[node] + direction);
                    open.push_back(next);
                }
            }
        }
        LineageGraph graph;
        std::unordered_map<std::size_t, std::size_t> placed;
        for (std::size_t i = 0; i < m_nodes.size(); ++i) {
            const auto found = generation.find(i);
            if (found == generation.end())
                continue;
            placed[i] = graph.nodes.size();
            graph.nodes.push_back(m_nodes[i]);
            graph.nodes.back().generation = found->second;
        }
        for (const Link& link : m_links) {
            if (placed.contains(link.from) && placed.contains(link.to))
                graph.edges.push_back({placed[link.from], placed[link.to], link.role});
        }
        return graph;
    }

private:
    std::vector<LineageNode> m_nodes;
    std::vector<Link> m_links;
    std::unordered_map<std::string, std::size_t> m_index;
    std::unordered_map<std::string, std::string> m_fingerprints;
};

Family readFamily(Database& database, const std::function<std::filesystem::path(const std::string&)>& actualPath)
{
    struct Row {
        std::string run, runName, runKind, kind, fingerprint;
        std::filesystem::path path;
        bool made;
    };
    std::vector<Row> rows;
    Statement statement(database, "SELECT r.id, r.name, r.kind, x.kind, x.path, x.fingerprint, x.made FROM runs r JOIN ("
                                  "SELECT run, kind, path, fingerprint, 1 AS made, id AS place FROM artifacts UNION ALL "
                                  "SELECT run, role, path, fingerprint, 0, position FROM inputs) x ON x.run = r.key "
                                  "WHERE r.deleted = 0 ORDER BY r.created, r.key, x.made, x.place");
    Family family;
    while (statement.step()) {
        rows.push_back({statement.text(0), statement.text(1), statement.text(2), statement.text(3), statement.text(5),
                        actualPath(statement.text(4)), statement.integer(6) != 0});
        family.learn(rows.back().path, rows.back().fingerprint);
    }
    for (const Row& row : rows) {
        const std::size_t run = family.run(row.run, row.runName, row.runKind);
        const std::size_t model = family.model(row.path, row.fingerprint, row.made ? row.kind : std::string());
        if (row.made)
            family.link(run, model, row.kind);
        else
            family.link(model, run, row.kind);
    }
    return family;
}

} // namespace

LineageGraph Project::lineageOfRun(std::string_view id) const
{
    runKey(id);
    const Family family = readFamily(*m_database, [this](const std::string& path) { return actualPath(path); });
    const std::size_t* start = family.find("run:" + std::string(id));
    return start ? family.around(*start) : LineageGraph();
}

LineageGraph Project::lineageOfModel(const std::filesystem::path& path, std::string_view fingerprint) const
{
    const Family family = readFamily(*m_database, [this](const std::string& text) { return actualPath(text); });
    const std::filesystem::path absolute = std::filesystem::absolute(path).lexically_normal();
    const std::size_t* start = family.find(family.modelKey(absolute, std::string(fingerprint)));
    if (!start)
        start = family.find("path:" + utf8(absolute));
    return start ? family.around(*start) : LineageGraph();
}

} // namespace crucible::project
