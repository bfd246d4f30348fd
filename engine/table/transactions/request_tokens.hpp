#pragma once

#include <cstdint>
#include <string_view>

#include "engine/table/database.hpp"

namespace tailrace::table {

/// A client's name for its transaction. A transaction with a name takes place once, however often it is sent.
struct RequestToken {
    std::string_view text;
    /// Requests with the same content have the same fingerprint.
    std::uint64_t fingerprint = 0;
};

/// The client request tokens of the transactions of the last ten minutes, so that a repeated request is not
/// carried out again. They are committed with the transaction itself.
/// Source: API_TransactWriteItems, ClientRequestToken.
///
///     catalogue row := "token/" token           -> time in microseconds since 1970 " " fingerprint
///                    | "token-age/" time token  -> ""       time as encode_sequence writes it
class RequestTokens {
  public:
    enum class Seen { never, with_this_request, with_another_request };

    explicit RequestTokens(WriteSession& session) : session_(session) {}

    Seen find(const RequestToken& token) const;
    /// Returns whether the token was used for the same request before. Throws
    /// IdempotentParameterMismatchException if it was used for another.
    bool is_repeated(const RequestToken& token) const;
    /// Also forgets some of the tokens that are too old.
    void remember(const RequestToken& token);
    void forget_all();

  private:
    void forget_old();
    void forget(const storage::KeyRange& ages);

    WriteSession& session_;
};

}  // namespace tailrace::table
