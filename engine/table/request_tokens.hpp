#pragma once

#include <cstdint>
#include <string_view>

#include "engine/table/database.hpp"

namespace tailrace::table {

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

    /// `fingerprint` identifies the content of the request.
    Seen find(std::string_view token, std::uint64_t fingerprint) const;
    /// Also forgets some of the tokens that are too old.
    void remember(std::string_view token, std::uint64_t fingerprint);

  private:
    void forget_old();
    void forget(const storage::KeyRange& ages);

    WriteSession& session_;
};

}  // namespace tailrace::table
