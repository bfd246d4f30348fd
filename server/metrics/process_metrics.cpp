#include "server/metrics/process_metrics.hpp"

#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

namespace tailrace::server {
namespace {

double seconds_of(const ::timeval& time) {
    constexpr double microseconds = 1'000'000;
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / microseconds;
}

struct MemorySize {
    double virtual_bytes = 0;
    double resident_bytes = 0;
};

/// Returns nullopt on systems other than Linux.
std::optional<MemorySize> memory_size() {
    std::ifstream file("/proc/self/statm");
    MemorySize pages;
    if (!(file >> pages.virtual_bytes >> pages.resident_bytes)) return std::nullopt;
    const auto page_bytes = static_cast<double>(::sysconf(_SC_PAGESIZE));
    return MemorySize{pages.virtual_bytes * page_bytes, pages.resident_bytes * page_bytes};
}

/// Returns nullopt on systems other than Linux. Looking at the folder opens a file, too.
std::optional<double> open_files() {
    std::error_code error;
    const std::filesystem::directory_iterator files("/proc/self/fd", error);
    if (error) return std::nullopt;
    return static_cast<double>(std::distance(begin(files), end(files)) - 1);
}

}  // namespace

void add_process_metrics(MetricsText& text, Timestamp server_start) {
    ::rusage used{};
    if (::getrusage(RUSAGE_SELF, &used) == 0) {
        text.begin("process_cpu_seconds_total", MetricType::counter,
                   "CPU time that the process has used, in seconds.");
        text.add({}, seconds_of(used.ru_utime) + seconds_of(used.ru_stime));
    }
    if (const auto size = memory_size()) {
        text.begin("process_virtual_memory_bytes", MetricType::gauge, "Virtual memory, in bytes.");
        text.add({}, size->virtual_bytes);
        text.begin("process_resident_memory_bytes", MetricType::gauge, "Resident memory, in bytes.");
        text.add({}, size->resident_bytes);
    }
    if (const auto files = open_files()) {
        text.begin("process_open_fds", MetricType::gauge, "Open file descriptors; a connection takes one.");
        text.add({}, *files);
    }
    ::rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        text.begin("process_max_fds", MetricType::gauge, "The most file descriptors that may be open.");
        text.add({}, static_cast<double>(limit.rlim_cur));
    }
    text.begin("process_start_time_seconds", MetricType::gauge,
               "Time at which the server was started, in seconds since 1970.");
    text.add({}, epoch_seconds(server_start));
}

}  // namespace tailrace::server
