#include "engine/operation/tables/throughput_updates.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/model/api_error.hpp"
#include "engine/operation/tables/table_description.hpp"

namespace tailrace::operation {
namespace {

using table::BillingMode;

bool updates_index(const UpdateTableRequest& request, const std::string& name) {
    return std::ranges::any_of(request.index_updates, [&](const IndexUpdate& each) {
        return each.action == IndexUpdate::Action::update && each.index.definition.name == name;
    });
}

/// A table that becomes provisioned needs units for each of its global indexes.
void require_index_throughput(const UpdateTableRequest& request, const table::TableDefinition& definition) {
    std::string missing;
    for (const table::IndexDefinition& index : definition.indexes) {
        if (!index.global || updates_index(request, index.name)) continue;
        missing.append(missing.empty() ? "" : ",").append(index.name);
    }
    if (missing.empty()) return;
    throw ApiError::validation(
        "One or more parameter values were invalid: ProvisionedThroughput must be specified for index: " +
        missing);
}

[[noreturn]] void refuse_no_change(const table::Throughput& throughput, const std::string& index) {
    const std::string owner = index.empty() ? "the table" : "index " + index;
    const std::string reads = std::to_string(throughput.read_capacity_units);
    const std::string writes = std::to_string(throughput.write_capacity_units);
    throw ApiError::validation(
        "The provisioned throughput for the " + (index.empty() ? "table" : owner) +
        " will not change. The requested value equals the current value. Current ReadCapacityUnits "
        "provisioned for " +
        owner + ": " + reads + ". Requested ReadCapacityUnits: " + reads +
        ". Current WriteCapacityUnits provisioned for " + owner + ": " + writes +
        ". Requested WriteCapacityUnits: " + writes +
        ". Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher "
        "limits.");
}

using Day = std::chrono::sys_days;

Day day_of(Timestamp time) {
    return std::chrono::floor<std::chrono::days>(time);
}

/// "Friday, October 9, 2026 at 12:21:34 AM Coordinated Universal Time"
std::string long_time(Timestamp time) {
    static constexpr std::array<const char*, 7> weekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                            "Thursday", "Friday", "Saturday"};
    static constexpr std::array<const char*, 12> months = {"January",   "February", "March",    "April",
                                                           "May",       "June",     "July",     "August",
                                                           "September", "October",  "November", "December"};
    const Day day = day_of(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
    const auto two_digits = [](auto part) {
        const std::string text = std::to_string(part.count());
        return text.size() < 2 ? "0" + text : text;
    };
    std::string text = weekdays.at(std::chrono::weekday(day).c_encoding());
    text.append(", ").append(months.at(static_cast<unsigned>(date.month()) - 1)).append(" ");
    text.append(std::to_string(static_cast<unsigned>(date.day()))).append(", ");
    text.append(std::to_string(static_cast<int>(date.year()))).append(" at ");
    text.append(std::to_string(std::chrono::make12(clock.hours()).count())).append(":");
    text.append(two_digits(clock.minutes())).append(":").append(two_digits(clock.seconds()));
    return text.append(std::chrono::is_am(clock.hours()) ? " AM" : " PM")
        .append(" Coordinated Universal Time");
}

void check_decreases(const table::Throughput& throughput, Timestamp now) {
    constexpr std::int64_t free_decreases = 4;
    if (throughput.decreases_today < free_decreases || !throughput.last_decrease) return;
    const Timestamp last = *throughput.last_decrease;
    const Timestamp next =
        std::min<Timestamp>(last + std::chrono::hours(1), day_of(last) + std::chrono::days(1));
    if (now >= next) return;
    throw ApiError(
        exceptions::limit_exceeded,
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. "
        "After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most "
        "once every 3600 seconds. Number of decreases today: " +
            std::to_string(throughput.decreases_today) + ". Last decrease at " + long_time(last) +
            ". Next decrease can be made at " + long_time(next));
}

void forget_decreases_before_today(table::Throughput& throughput, Timestamp now) {
    if (!throughput.last_decrease || day_of(*throughput.last_decrease) >= day_of(now)) return;
    throughput.decreases_today = 0;
}

}  // namespace

void update_throughput(table::Throughput& throughput, const ThroughputChange& change,
                       table::Transition& transition) {
    const auto reads = change.wanted.read_capacity_units - throughput.read_capacity_units;
    const auto writes = change.wanted.write_capacity_units - throughput.write_capacity_units;
    if (reads == 0 && writes == 0) refuse_no_change(throughput, change.index);
    if (change.terms.limits_decreases && (reads < 0 || writes < 0)) {
        check_decreases(throughput, change.terms.now);
    }
    table::Throughput old = throughput;
    if (reads > 0 || writes > 0) {
        old.last_increase = change.terms.now;
        throughput.last_increase = transition.until;
    }
    if (reads < 0 || writes < 0) {
        old.last_decrease = change.terms.now;
        throughput.last_decrease = transition.until;
        ++throughput.decreases_today;
    }
    if (change.index.empty()) {
        transition.shown_of_table["ProvisionedThroughput"] = describe_throughput(old);
    } else {
        transition.shown_of_index(change.index)["ProvisionedThroughput"] = describe_throughput(old);
    }
    throughput.read_capacity_units = change.wanted.read_capacity_units;
    throughput.write_capacity_units = change.wanted.write_capacity_units;
}

void update_billing(const UpdateTableRequest& request, table::TableDefinition& definition,
                    const ChangeTerms& terms) {
    const BillingMode before = definition.billing_mode;
    const BillingMode after = request.settings.billing_mode.value_or(before);
    const std::optional<table::Throughput>& units = request.settings.capacity.provisioned;
    if (after == BillingMode::pay_per_request && units) {
        throw ApiError::validation(
            "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can "
            "be specified when BillingMode is PAY_PER_REQUEST");
    }
    if (after == BillingMode::provisioned && before != after) require_index_throughput(request, definition);
    if (after == BillingMode::pay_per_request && before != after) {
        definition.pay_per_request_since = terms.now;
        definition.throughput = {};
        for (table::IndexDefinition& index : definition.indexes) index.throughput = {};
    }
    definition.billing_mode = after;
    if (units) update_throughput(definition.throughput, {*units, {}, terms}, *definition.transition);
}

void forget_earlier_decreases(table::TableDefinition& definition, Timestamp now) {
    forget_decreases_before_today(definition.throughput, now);
    for (table::IndexDefinition& index : definition.indexes) {
        forget_decreases_before_today(index.throughput, now);
    }
}

}  // namespace tailrace::operation
