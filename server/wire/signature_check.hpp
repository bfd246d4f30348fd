#pragma once

#include "server/wire/http_message.hpp"
#include "server/wire/signing_service.hpp"

namespace tailrace::server {

struct RequestHead;

/// Checks the signatures of requests. May be called from any thread.
class SignatureCheck {
  public:
    virtual ~SignatureCheck() = default;
    /// Throws ApiError if the request's signature for that service does not verify.
    virtual void verify(const HttpRequest& request, const RequestHead& head,
                        const SigningService& service) const = 0;
};

}  // namespace tailrace::server
