#include "server/http/request_threads.hpp"

#include <system_error>
#include <utility>

namespace tailrace::server {

bool RequestThreads::try_post(Answering kind, WorkerThreads::Work answer) {
    if (kind == Answering::waiting) return waits_.try_post(std::move(answer));
    if (kind == Answering::calling) return calls_.try_post(std::move(answer));
    try {
        brief_.post(std::move(answer));
    } catch (const std::system_error&) {
        return false;
    }
    return true;
}

std::vector<std::string> RequestThreads::under_way() const {
    std::vector<std::string> all;
    for (const WorkerThreads* threads : {&brief_, &waits_, &calls_}) {
        for (std::string& each : threads->under_way()) all.push_back(std::move(each));
    }
    return all;
}

void RequestThreads::join() {
    for (WorkerThreads* threads : {&brief_, &waits_, &calls_}) threads->join();
}

}  // namespace tailrace::server
