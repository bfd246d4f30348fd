#pragma once

#include <boost/json.hpp>
#include <cstddef>

#include "engine/model/api_error.hpp"
#include "engine/table/items/item_rules.hpp"
#include "engine/table/items/item_writer.hpp"

namespace tailrace::operation {

/// The code of the reason for an error that a member failed with.
std::string_view code_of(const ApiError& error);

/// The reason why each member of a transaction fails, by its place. Source: API_CancellationReason.
class CancellationReasons {
  public:
    /// Starts with `members` reasons, all of them "None".
    explicit CancellationReasons(std::size_t members);

    /// Calls `work` and records an ApiError from it as a reason, unless it must fail the whole request.
    template <typename Work>
    void guard(std::size_t member, Work&& work) {
        try {
            work();
        } catch (const table::EmptyKeyValue&) {
            throw;
        } catch (const ApiError& error) {
            add(member, code_of(error), error.message());
        }
    }
    /// `with_item` is true if the reason shows the item.
    void add_failed_condition(std::size_t member, const table::WriteDecision& decision, bool with_item);

    bool has(std::size_t member) const;
    /// Throws TransactionCanceledException if there is any reason.
    void require_none() const;

  private:
    void add(std::size_t member, std::string_view code, std::string_view message);

    boost::json::array reasons_;
    bool any_ = false;
};

}  // namespace tailrace::operation
