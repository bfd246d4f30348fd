#include "engine/table/transactions/request_tokens.hpp"

#include <charconv>
#include <chrono>
#include <string>
#include <vector>

#include "engine/model/api_error.hpp"
#include "engine/storage/key_encoding.hpp"

namespace tailrace::table {
namespace {

using storage::catalogue_space;
using storage::encode_sequence;

constexpr std::string_view token_prefix = "token/";
constexpr std::string_view age_prefix = "token-age/";
constexpr std::size_t number_bytes = 8;
constexpr auto remembered_for = std::chrono::minutes(10);
/// Each transaction adds one token and forgets several, so that no transaction has to forget all earlier
/// ones.
constexpr std::size_t max_forgotten = 64;

std::string row(std::string_view prefix, std::string_view rest) {
    return std::string(prefix).append(rest);
}

/// The time at which a token was seen, according to its row.
Timestamp time_in(const storage::StoredValue& seen) {
    std::int64_t time = 0;
    std::from_chars(seen.bytes.data(), seen.bytes.data() + seen.bytes.size(), time);
    return Timestamp(std::chrono::microseconds(time));
}

std::string age_row(Timestamp time) {
    return row(age_prefix, encode_sequence(static_cast<std::uint64_t>(epoch_microseconds(time))));
}

}  // namespace

RequestTokens::Seen RequestTokens::find(const RequestToken& token) const {
    const auto stored = session_.transaction().get(catalogue_space, row(token_prefix, token.text));
    if (!stored) return Seen::never;
    std::int64_t time = 0;
    std::uint64_t known = 0;
    const char* const end = stored->bytes.data() + stored->bytes.size();
    const char* const blank = std::from_chars(stored->bytes.data(), end, time).ptr;
    std::from_chars(blank + 1, end, known);
    if (time < epoch_microseconds(session_.now() - remembered_for)) return Seen::never;
    // The clock was ahead when the token was remembered.
    if (time > epoch_microseconds(session_.now() + remembered_for)) return Seen::never;
    return known == token.fingerprint ? Seen::with_this_request : Seen::with_another_request;
}

bool RequestTokens::is_repeated(const RequestToken& token) const {
    const Seen seen = find(token);
    if (seen == Seen::with_another_request) throw ApiError(exceptions::idempotent_parameter_mismatch);
    return seen == Seen::with_this_request;
}

void RequestTokens::remember(const RequestToken& token) {
    forget_old();
    const std::string seen =
        std::to_string(epoch_microseconds(session_.now())) + " " + std::to_string(token.fingerprint);
    session_.transaction().put(catalogue_space, row(token_prefix, token.text), seen, 0);
    session_.transaction().put(catalogue_space, age_row(session_.now()).append(token.text), "", 0);
}

void RequestTokens::forget_old() {
    forget({std::string(age_prefix), age_row(session_.now() - remembered_for)});
    // Tokens that were remembered while the clock was ahead.
    forget({age_row(session_.now() + remembered_for + std::chrono::microseconds(1)),
            storage::after_prefix(age_prefix)});
}

void RequestTokens::forget(const storage::KeyRange& ages) {
    std::vector<std::string> rows;
    {
        const auto cursor = session_.transaction().range(catalogue_space, ages, storage::Direction::forward);
        while (rows.size() < max_forgotten && cursor->next()) rows.emplace_back(cursor->key());
    }
    for (const std::string& each : rows) {
        session_.transaction().erase(catalogue_space, each);
        const std::string token = row(token_prefix, each.substr(age_prefix.size() + number_bytes));
        const auto stored = session_.transaction().get(catalogue_space, token);
        // A token that was used again since then has a newer row.
        if (stored && age_row(time_in(*stored)) == each.substr(0, age_prefix.size() + number_bytes)) {
            session_.transaction().erase(catalogue_space, token);
        }
    }
}

void RequestTokens::forget_all() {
    for (const std::string_view prefix : {token_prefix, age_prefix}) {
        std::vector<std::string> rows;
        {
            const storage::KeyRange range{std::string(prefix), storage::after_prefix(prefix)};
            const auto cursor =
                session_.transaction().range(catalogue_space, range, storage::Direction::forward);
            while (cursor->next()) rows.emplace_back(cursor->key());
        }
        for (const std::string& each : rows) session_.transaction().erase(catalogue_space, each);
    }
}

}  // namespace tailrace::table
