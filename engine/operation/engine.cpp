#include "engine/operation/engine.hpp"

#include <algorithm>

#include "engine/model/api_error.hpp"
#include "engine/operation/operation.hpp"
#include "engine/table/items/index_builder.hpp"
#include "engine/validation/detected_fault.hpp"
#include "engine/validation/shape_check.hpp"

namespace tailrace {

Engine::Engine(EngineOptions options, std::unique_ptr<table::Store> store, const Clock& clock,
               std::span<const operation::Operation> more)
    : options_(std::move(options)),
      clock_(clock),
      database_(std::make_unique<table::Database>(std::move(store), clock)),
      more_(more) {
    for (const auto& rows : {operation::operations(), more_}) {
        for (const operation::Operation& each : rows) {
            if (each.takes_long) last_letters_of_long_ |= letter_bit(each.name.back());
        }
    }
    table::finish_interrupted_work(*database_);
}

Engine::~Engine() = default;

const operation::Operation* Engine::find(std::string_view operation) const {
    if (const operation::Operation* found = operation::find_operation(operation)) return found;
    const auto above = std::ranges::find(more_, operation, &operation::Operation::name);
    return above != more_.end() ? &*above : nullptr;
}

bool Engine::may_take_long(std::string_view operation) {
    const operation::Operation* found = find(operation);
    if (found == nullptr || !found->takes_long) return false;
    return database_->read([](table::ReadSession& session) {
        return std::ranges::any_of(session.catalogue().tables, [&](const auto& each) {
            return !table::is_small(session.counts(*each.second).front());
        });
    });
}

std::string Engine::execute(const operation::Operation& operation, const boost::json::object& request,
                            const Caller& caller) {
    RequestCost cost;
    if (request_observer_ == nullptr) return run(operation, request, caller, cost);
    constexpr int internal_error = 500;
    RequestReport report{.operation = operation.name, .request = request, .began = steady_time()};
    try {
        std::string answer = run(operation, request, caller, report.cost);
        request_observer_->on_request(report);
        return answer;
    } catch (const ApiError& error) {
        report.status = error.status();
        report.error = error.name();
        request_observer_->on_request(report);
        throw;
    } catch (...) {
        report.status = internal_error;
        report.error = "InternalServerError";
        request_observer_->on_request(report);
        throw;
    }
}

std::string Engine::run(const operation::Operation& operation, const boost::json::object& request,
                        const Caller& caller, RequestCost& cost) {
    validation::check_shape(operation.name, request);
    const Request checked(request, operation.wording);
    validation::detecting(checked, [&] { validation::check_expressions(checked, operation.expressions); });
    operation::OperationContext context{.database = *database_,
                                        .operation = operation.name,
                                        .clock = clock_,
                                        .options = options_,
                                        .caller = caller,
                                        .cost = cost};
    return operation.run(context, checked);
}

std::string Engine::execute(std::string_view operation, const boost::json::object& request,
                            const Caller& caller) {
    const operation::Operation* found = find(operation);
    if (found == nullptr) throw ApiError::unknown_operation();
    return execute(*found, request, caller);
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
