#include "server/advice/adviser.hpp"

#include <algorithm>
#include <exception>

#include "engine/model/function_mark.hpp"
#include "engine/operation/operation.hpp"
#include "server/advice/findings.hpp"
#include "server/advice/observation.hpp"
#include "server/advice/price_table.hpp"
#include "server/advice/run_record.hpp"

namespace tailrace::server {

Adviser::Adviser(Engine& engine) : engine_(engine) {}

Adviser::~Adviser() {
    engine_.watch_items(nullptr);
}

void Adviser::begin() {
    const std::lock_guard lock(mutex_);
    record_ = std::make_unique<RunRecord>();
    since_ = engine_.clock().now();
    is_recording_ = true;
    engine_.watch_items(this);
}

void Adviser::end() {
    const std::lock_guard lock(mutex_);
    is_recording_ = false;
    engine_.watch_items(nullptr);
}

void Adviser::on_request(const RequestReport& report) noexcept try {
    const operation::Operation* operation = engine_.find(report.operation);
    if (operation == nullptr || !operation->touches_items || report.function == console_mark) return;
    const Observation seen = observe(engine_, report);
    const std::lock_guard lock(mutex_);
    if (is_recording_) record_->add(seen, report);
} catch (const std::exception&) {
    // If there is no memory for it, the request is not recorded.
    return;
}

Advice Adviser::advice(double requests_per_month, const std::vector<stream::MappingStatus>& mappings) {
    const TablesNow tables = tables_now(engine_);
    const std::lock_guard lock(mutex_);
    Advice advice{.is_recording = is_recording_, .since = since_, .requests_per_month = requests_per_month};
    if (record_ == nullptr) return advice;
    advice.requests = record_->requests();
    advice.omitted = record_->omitted();
    const double months = advice.requests > 0 ? requests_per_month / static_cast<double>(advice.requests) : 0;
    for (const auto& [pattern, counts] : record_->patterns()) {
        const double usd = price_of(counts.read_units, counts.write_units) * months;
        advice.monthly_usd += usd;
        advice.patterns.push_back({pattern, counts, usd});
    }
    std::ranges::stable_sort(advice.patterns, std::ranges::greater(), &PricedPattern::monthly_usd);
    advice.findings = findings_of({*record_, tables, mappings, requests_per_month});
    return advice;
}

}  // namespace tailrace::server
