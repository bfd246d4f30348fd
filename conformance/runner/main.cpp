#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stop_token>
#include <string>
#include <thread>

#include "conformance/runner/program.hpp"
#include "conformance/runner/wire/printable_text.hpp"

namespace {

constexpr int interrupted_exit_code = 130;

/// Handles SIGINT and SIGTERM for all threads. The first ends the run in good order. The second ends it at
/// once and prints the command that deletes the tables.
void watch_signals(const sigset_t& signals, const std::stop_token& ended,
                   tailrace::conformance::Interruption& interruption) {
    const timespec tick{0, 100'000'000};
    bool asked_before = false;
    while (!ended.stop_requested()) {
        if (sigtimedwait(&signals, nullptr, &tick) < 0) continue;
        const std::string cleanup = interruption.cleanup();
        if (asked_before) {
            if (!cleanup.empty())
                std::fprintf(stderr, "\nstopped at once; to delete the tables:\n%s\n", cleanup.c_str());
            std::_Exit(interrupted_exit_code);
        }
        asked_before = true;
        std::fputs(cleanup.empty() ? "\nstopping\n" : "\nstopping; the tables are deleted first\n", stderr);
        interruption.stop("interrupted");
    }
}

}  // namespace

int main(int argc, char** argv) {
    namespace conformance = tailrace::conformance;
    const conformance::CommandLine line =
        conformance::parse_command_line({argv + 1, argv + argc}, TAILRACE_CONFORMANCE_FOLDER);
    if (!line.options) {
        std::fputs(line.text.c_str(), line.exit_code == 0 ? stdout : stderr);
        return line.exit_code;
    }
    // Threads inherit the mask, so that only the watching thread gets these signals.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    conformance::Interruption interruption;
    const std::jthread watch(
        [&](const std::stop_token& ended) { watch_signals(signals, ended, interruption); });
    try {
        return conformance::run_program(*line.options, interruption);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "tailrace-conformance: %s\n", conformance::printable(error.what()).c_str());
        return 2;
    }
}
