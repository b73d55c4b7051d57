// SPDX-License-Identifier: GPL-3.0-or-later
// How fast a tokenizer is on one thread: bench_tokenizer TOKENIZER [TEXT_FILE...]. Without files, English, Chinese and code
// are made up from a fixed seed; each text is encoded whole, then line by line, then decoded.
#include "base/error.h"
#include "base/files.h"
#include "text/tokenizer.h"
#include "text/utf8.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>

using namespace crucible;

namespace {

constexpr std::size_t kTextBytes = std::size_t(8) << 20;

class Words {
public:
    explicit Words(std::uint64_t seed) : m_state(seed) {}
    std::uint32_t below(std::uint32_t limit) // splitmix64
    {
        std::uint64_t z = m_state += 0x9e3779b97f4a7c15u;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return static_cast<std::uint32_t>((z ^ (z >> 31)) >> 33) % limit;
    }
    // Few words come often and many seldom, as in texts.
    std::size_t rank(std::size_t words) { return static_cast<std::size_t>(std::pow(double(words), below(1u << 20) / double(1u << 20))) - 1; }

private:
    std::uint64_t m_state;
};

std::vector<std::string> syllableWords(Words& random, std::size_t count)
{
    static constexpr std::string_view kSyllables[] = {"the", "in", "er", "an", "re", "on", "at", "en", "st", "or", "is", "ing", "ed", "ly", "tion", "al",
                                                      "com", "pro", "con", "de", "per", "ma", "ta", "li", "ro", "ne", "si", "ca", "to", "mo", "be", "ver"};
    std::vector<std::string> words;
    for (std::size_t i = 0; i < count; ++i) {
        std::string word;
        for (std::uint32_t n = 1 + random.below(4); n > 0; --n)
            word += kSyllables[random.below(std::size(kSyllables))];
        words.push_back(word);
    }
    return words;
}

std::string english()
{
    Words random(1);
    const auto words = syllableWords(random, 30000);
    std::string text;
    for (std::uint32_t inLine = 0; text.size() < kTextBytes; ++inLine) {
        text += words[random.rank(words.size())];
        const std::uint32_t end = random.below(100);
        text += end < 6 ? ". " : end < 12 ? ", " : end < 14 ? "'s " : end < 15 ? " 1984 " : end < 17 ? "\n" : " ";
    }
    return text;
}

std::string chinese()
{
    Words random(2);
    std::string text;
    while (text.size() < kTextBytes) {
        for (std::uint32_t n = 4 + random.below(16); n > 0; --n)
            text::appendCharacter(text, static_cast<char32_t>(0x4e00 + random.rank(6000)));
        text += random.below(4) == 0 ? "。\n" : "，";
    }
    return text;
}

std::string code()
{
    Words random(3);
    const auto words = syllableWords(random, 3000);
    const auto name = [&] { return words[random.rank(words.size())] + (random.below(2) ? "_" + words[random.rank(words.size())] : ""); };
    std::string text;
    while (text.size() < kTextBytes) {
        text += fmt::format("def {}({}, {}={}):\n", name(), name(), name(), random.below(1000));
        for (std::uint32_t n = 2 + random.below(5); n > 0; --n)
            text += fmt::format("    {} = {}.{}[{}] * {}.{}({})  # {}\n", name(), name(), name(), random.below(64), name(), name(), name(), name());
        text += "    return None\n\n";
    }
    return text;
}

double seconds(const std::function<void()>& work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void measure(const text::Tokenizer& tokenizer, std::string_view name, const std::string& text)
{
    std::vector<std::string_view> lines;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
        lines.push_back(std::string_view(text).substr(at, end - at));
        at = end;
    }
    std::vector<text::TokenId> ids;
    double whole = 1e9, byLine = 1e9, back = 1e9, offsets = 1e9;
    for (int round = 0; round < 3; ++round) {
        whole = std::min(whole, seconds([&] { ids = tokenizer.encode(text); }));
        byLine = std::min(byLine, seconds([&] {
            for (const std::string_view line : lines)
                tokenizer.encode(line);
        }));
        back = std::min(back, seconds([&] { tokenizer.decode(ids); }));
        offsets = std::min(offsets, seconds([&] { tokenizer.encodeWithOffsets(text); }));
    }
    const double megabytes = double(text.size()) / 1e6;
    fmt::print("{:<24} {:>8} tokens  whole {:>7.1f} MB/s  lines {:>7.1f}  offsets {:>7.1f}  decode {:>7.1f}\n", name, ids.size(), megabytes / whole,
               megabytes / byLine, megabytes / offsets, megabytes / back);
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        fmt::print(stderr, "usage: bench_tokenizer TOKENIZER [TEXT_FILE...]\n");
        return 2;
    }
    try {
        std::shared_ptr<const text::Tokenizer> tokenizer;
        const double load = seconds([&] { tokenizer = text::loadTokenizer(argv[1]); });
        fmt::print("loaded {} pieces in {:.0f} ms\n", tokenizer->vocabularySize(), 1000 * load);
        for (int i = 2; i < argc; ++i)
            measure(*tokenizer, argv[i], readFile(argv[i]));
        if (argc == 2) {
            measure(*tokenizer, "English", english());
            measure(*tokenizer, "Chinese", chinese());
            measure(*tokenizer, "code", code());
        }
    } catch (const Error& error) {
        fmt::print(stderr, "error: {}\n", error.what());
        return 2;
    }
    return 0;
}
