// SPDX-License-Identifier: GPL-3.0-or-later
// The least that a merge can do: reads its inputs once and writes an output of a given size, on one thread with plain reads and
// writes of 64 KiB. Prints the seconds that took. No flush: the script times that apart.
//
//     bench_floor OUT BYTES IN...
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

namespace {

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File openUnbuffered(const char* path, const char* mode)
{
    File file(std::fopen(path, mode), &std::fclose);
    if (!file) {
        std::perror(path);
        std::exit(1);
    }
    std::setvbuf(file.get(), nullptr, _IONBF, 0);
    return file;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 4) {
        std::fputs("usage: bench_floor OUT BYTES IN...\n", stderr);
        return 2;
    }
    std::vector<char> buffer(std::size_t(64) << 10, 'x'); // stays in the cache: larger ones came out slower
    const auto start = std::chrono::steady_clock::now();
    for (int i = 3; i < argc; ++i) {
        const File input = openUnbuffered(argv[i], "rb");
        while (std::fread(buffer.data(), 1, buffer.size(), input.get()) == buffer.size()) {
        }
    }
    const File output = openUnbuffered(argv[1], "wb");
    for (std::uint64_t left = std::strtoull(argv[2], nullptr, 10); left > 0;) {
        const std::size_t step = left < buffer.size() ? static_cast<std::size_t>(left) : buffer.size();
        if (std::fwrite(buffer.data(), 1, step, output.get()) != step) {
            std::perror(argv[1]);
            return 1;
        }
        left -= step;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    std::printf("%.3f\n", took.count());
}
