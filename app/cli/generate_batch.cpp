// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate_batch.h"

#include "context.h"
#include "generate_json.h"
#include "input.h"

#include "generate/sampler_chain.h"

#include <fmt/format.h>

#include <chrono>

namespace crucible::cli {
namespace {

// What goes wrong with one text alone. Work that was cancelled and memory that ran out end all.
bool endsAll(const Error& error)
{
    return error.kind() == ErrorKind::Cancelled || error.kind() == ErrorKind::OutOfMemory;
}

void prepare(BatchText& text, const generate::GenerateRequest& usual, const std::string& chatTemplate,
             const generate::Session& session, generate::ConstraintCache& constraints, Context& context)
{
    if (!text.asked.is_object())
        throw Error::invalid("the line is no object", {},
                             "write one {\"prompt\": ...}, {\"ids\": [...]} or {\"messages\": [...]} per line");
    for (const auto& [key, value] : text.asked.items()) {
        if (key != "id" && !generate::isRequestKey(key))
            context.note(fmt::format("\"{}\" in a request means nothing here", key));
    }
    if (text.asked.contains("num_beams"))
        throw Error::unsupported("a line cannot ask for beams", "num_beams", "give --num-beams with one prompt");
    OrderedJson asked = text.asked;
    if (!chatTemplate.empty() && asked.contains("messages") && !asked.contains("template"))
        asked["template"] = chatTemplate;
    generate::GenerateRequest request = generate::readRequest(session.model(), asked, usual, constraints);
    if (!request.sampling.seed())
        request.sampling.set("seed", generate::seedByChance());
    // What can not be is found out before anything is written.
    generate::Sequence(session.sharedModel(), request, session.context());
    text.ready = std::move(request);
}

} // namespace

std::vector<BatchText> readBatch(const std::string& file, const generate::GenerateRequest& usual,
                                 const std::string& chatTemplate, const generate::Session& session, Context& context)
{
    std::vector<BatchText> texts;
    generate::ConstraintCache constraints;
    forEachLine(file, [&](const std::string& line, const std::string& place) {
        context.cancel.check();
        BatchText& text = texts.emplace_back(BatchText{.place = place, .asked = {}, .ready = {}, .error = {}});
        try {
            text.asked = parseOrderedJson(line, place);
            prepare(text, usual, chatTemplate, session, constraints, context);
        } catch (const Error& error) {
            if (endsAll(error))
                throw;
            text.error = error.what();
        }
    });
    return texts;
}

Json toJson(const BatchTotals& totals)
{
    return {{"texts", totals.texts},
            {"failed", totals.failed},
            {"prompt_tokens", totals.promptTokens},
            {"completion_tokens", totals.completionTokens},
            {"seconds", totals.seconds}};
}

BatchTotals runBatch(std::vector<BatchText>& texts, generate::Session& session, std::size_t parallel, job::Job& job,
                     const std::function<void(const BatchText&, const Json& answer)>& onAnswer)
{
    const auto start = std::chrono::steady_clock::now();
    BatchTotals totals;
    std::vector<std::optional<generate::Generated>> results(texts.size());
    const auto write = [&](const std::vector<std::size_t>& group) {
        std::vector<generate::GenerateRequest> requests;
        for (const std::size_t i : group)
            requests.push_back(*texts[i].ready);
        std::vector<generate::Generated> written = session.generateAll(std::move(requests), {}, job.cancel());
        for (std::size_t i = 0; i < group.size(); ++i) {
            if (written[i].reason == generate::StopReason::Cancelled)
                throw Error::cancelled();
            results[group[i]] = std::move(written[i]);
        }
    };
    const auto writeAlone = [&](std::size_t i) {
        try {
            write({i});
        } catch (const Error& error) {
            if (endsAll(error))
                throw;
            texts[i].error = error.what();
        }
    };
    for (std::size_t next = 0; next < texts.size();) {
        const std::size_t begin = next;
        std::vector<std::size_t> group;
        for (; next < texts.size() && group.size() < parallel; ++next) {
            if (texts[next].ready)
                group.push_back(next);
        }
        try {
            if (!group.empty())
                write(group);
        } catch (const Error& error) {
            if (endsAll(error))
                throw;
            // One of them could not go on: each for itself comes out the same, and the others are not lost.
            for (const std::size_t i : group)
                writeAlone(i);
        }
        for (std::size_t i = begin; i < next; ++i) {
            const BatchText& text = texts[i];
            Json answer = results[i] ? describe(*results[i]) : Json{{"error", text.error}};
            if (text.asked.is_object() && text.asked.contains("id"))
                answer["id"] = parseJson(toJsonText(text.asked["id"]), text.place);
            ++totals.texts;
            if (results[i]) {
                totals.promptTokens += results[i]->promptTokens;
                totals.completionTokens += results[i]->ids.size();
            } else {
                ++totals.failed;
                job.progress().log(LogLevel::Info, fmt::format("{}: {}", text.place, text.error));
            }
            onAnswer(text, answer);
            results[i].reset();
        }
        job.progress().advance(next, texts.size(), "texts", {});
    }
    totals.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return totals;
}

Json describe(const generate::Generated& result)
{
    Json json = toJson(result);
    json["ids"] = result.ids;
    return json;
}

} // namespace crucible::cli
