#include "engine/operation/engine.hpp"

#include <algorithm>
#include <optional>

#include "engine/model/api_error.hpp"
#include "engine/operation/faults/fault_script.hpp"
#include "engine/operation/faults/request_faults.hpp"
#include "engine/operation/operation.hpp"
#include "engine/operation/throughput/item_uses.hpp"
#include "engine/operation/throughput/request_throughput.hpp"
#include "engine/operation/throughput/throughput.hpp"
#include "engine/table/items/index_builder.hpp"
#include "engine/validation/detected_fault.hpp"
#include "engine/validation/shape_check.hpp"

namespace tailrace {
namespace {

/// The table that a request names, by its name or by an ARN; empty if it names none.
std::string_view table_named_in(const Request& request) {
    for (const std::string_view member : {"TableName", "TableArn", "ResourceArn", "StreamArn"}) {
        if (const auto text = request.text(member)) return table::table_name_of(*text);
    }
    return {};
}

/// The gates of one request, in the order in which they are asked.
struct RequestGates final : table::ItemGate {
    std::optional<operation::RequestFaults> faults;
    std::optional<operation::RequestThroughput> throughput;
    /// Null if the accesses are not recorded.
    operation::ItemUses* uses = nullptr;

    std::optional<ApiError> admit(const table::ItemAccess& access) override {
        std::optional<ApiError> error;
        if (faults) error = faults->admit(access);
        if (!error && throughput) error = throughput->admit(access);
        if (error && uses != nullptr) uses->refused(access);
        return error;
    }

    void consumed(const table::ItemAccess& access, double units) override {
        if (throughput) throughput->consumed(access, units);
        if (uses != nullptr) uses->consumed(access, units);
    }

    std::unique_ptr<const operation::AnswerFault> answer_fault() const {
        return faults ? faults->answer_fault() : nullptr;
    }
};

std::string run_with_gates(operation::OperationContext& context, const operation::Operation& operation,
                           const Request& request, RequestGates& gates) {
    context.requester.gate = &gates;
    try {
        if (gates.faults && !operation.touches_items) gates.faults->ask(table_named_in(request));
        return operation.run(context, request);
    } catch (const table::RequestRefused& refused) {
        throw ApiError(refused.error());
    }
}

std::vector<operation::ThrottleSetting> first_settings(const EngineOptions& options) {
    return std::vector<operation::ThrottleSetting>(options.throttles ? 1 : 0);
}

/// Checks the shape. If there is a fault, checks it again with the items, because the message may show them.
void check_shape(const validation::Shape& shape, RequestBody& body) {
    try {
        validation::check_shape(shape, body.json());
    } catch (const ApiError&) {
        if (!body.items().empty()) validation::check_shape(shape, body.whole());
        throw;
    }
}

}  // namespace

Engine::Engine(EngineOptions options, std::unique_ptr<table::Store> store, const Clock& clock,
               std::span<const operation::Operation> more)
    : options_(std::move(options)),
      clock_(clock),
      database_(std::make_unique<table::Database>(std::move(store), clock)),
      faults_(std::make_unique<operation::FaultScript>()),
      throughput_(std::make_unique<operation::Throughput>(first_settings(options_))),
      more_(more) {
    for (const auto& rows : {operation::operations(), more_}) {
        for (const operation::Operation& each : rows) {
            if (each.takes_long) last_letters_of_long_ |= letter_bit(each.name.back());
        }
    }
    table::finish_interrupted_work(*database_);
    if (options_.reads_beside || database_->lease() != nullptr) database_->use_readers();
}

Engine::~Engine() = default;

const operation::Operation* Engine::find(std::string_view operation) const {
    if (const operation::Operation* found = operation::find_operation(operation)) return found;
    const auto above = std::ranges::find(more_, operation, &operation::Operation::name);
    return above != more_.end() ? &*above : nullptr;
}

std::vector<std::string_view> Engine::operation_names() const {
    std::vector<std::string_view> names;
    for (const operation::Operation& each : operation::operations()) names.push_back(each.name);
    for (const operation::Operation& each : more_) names.push_back(each.name);
    std::ranges::sort(names);
    return names;
}

bool Engine::may_take_long(std::string_view operation) {
    const operation::Operation* found = find(operation);
    if (found == nullptr || !found->takes_long) return false;
    // In a store that several processes use, the counts are not in memory.
    if (database_->lease() != nullptr) return true;
    return database_->read([](table::ReadSession& session) {
        return std::ranges::any_of(session.catalogue().tables, [&](const auto& each) {
            return !table::is_small(session.counts(*each.second).front());
        });
    });
}

std::string Engine::execute(const operation::Operation& operation, const boost::json::object& request,
                            const Caller& caller, AnswerSlots slots) {
    RequestBody body(request);
    return execute(operation, body, caller, slots);
}

std::string Engine::execute(const operation::Operation& operation, RequestBody& body, const Caller& caller,
                            AnswerSlots slots) {
    RequestObserver* const watcher = watcher_.load(std::memory_order_acquire);
    RequestReport report{.operation = operation.name,
                         .request = watcher != nullptr ? body.whole() : body.json(),
                         .function = caller.function};
    operation::OperationContext context{.body = body,
                                        .database = *database_,
                                        .requester = {.operation = operation.name, .commit = slots.commit},
                                        .clock = clock_,
                                        .options = options_,
                                        .caller = caller,
                                        .cost = report.cost};
    if (request_observer_ == nullptr) return run(operation, context, slots);
    constexpr int internal_error = 500;
    std::optional<operation::ItemUses> uses;
    if (watcher != nullptr) report.uses = context.uses = &uses.emplace();
    report.began = steady_time();
    try {
        std::string answer = run(operation, context, slots);
        report.answer = answer;
        tell(report, watcher);
        return answer;
    } catch (const ApiError& error) {
        report.status = error.status();
        report.error = error.name();
        report.failure = &error;
        tell(report, watcher);
        throw;
    } catch (...) {
        report.status = internal_error;
        report.error = "InternalServerError";
        tell(report, watcher);
        throw;
    }
}

std::string Engine::run(const operation::Operation& operation, operation::OperationContext& context,
                        AnswerSlots slots) {
    if (operation.input != nullptr) check_shape(*operation.input, context.body);
    const Request checked(context.body.json(), operation.wording);
    validation::detecting(checked, [&] { validation::check_expressions(checked, operation.expressions); });
    const bool is_guarded = faults_->is_armed() || throughput_->is_armed() || context.uses != nullptr;
    if (!is_guarded) return operation.run(context, checked);
    return run_guarded(operation, checked, context, slots);
}

std::string Engine::run_guarded(const operation::Operation& operation, const Request& request,
                                operation::OperationContext& context, AnswerSlots slots) {
    RequestGates gates;
    gates.uses = context.uses;
    if (faults_->is_armed()) gates.faults.emplace(faults_->faults(), operation.name, clock_);
    if (throughput_->is_armed()) {
        if (throughput_->has_too_many_spaces()) {
            database_->read(
                [&](table::ReadSession& session) { throughput_->keep_only(session.catalogue()); });
        }
        gates.throughput.emplace(*throughput_);
    }
    try {
        std::string body = run_with_gates(context, operation, request, gates);
        auto met = gates.answer_fault();
        if (slots.fault == nullptr && met != nullptr && met->loses_answer()) throw operation::lost_answer();
        if (slots.fault != nullptr) *slots.fault = std::move(met);
        return body;
    } catch (const ApiError&) {
        if (slots.fault != nullptr) *slots.fault = gates.answer_fault();
        throw;
    }
}

std::string Engine::execute(std::string_view operation, const boost::json::object& request,
                            const Caller& caller) {
    const operation::Operation* found = find(operation);
    if (found == nullptr) throw ApiError(exceptions::unknown_operation);
    return execute(*found, request, caller);
}

void Engine::replace(std::unique_ptr<table::Store> store) {
    database_->replace(std::move(store));
    table::finish_interrupted_work(*database_);
}

void Engine::replace_rows(table::Store& source) {
    database_->replace_rows(source);
    table::finish_interrupted_work(*database_);
}

void Engine::set_commit_observer(CommitObserver* observer) {
    if (observer == nullptr) {
        database_->set_observer(nullptr);
    } else {
        database_->set_observer([observer] { observer->on_commit(); });
    }
}

table::Database& Engine::database() {
    return *database_;
}

}  // namespace tailrace
