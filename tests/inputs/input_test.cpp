// No input is answered with InternalServerError. Requests for every operation of the service model are
// changed in each single place, then at random, and sent to the server.
//
//     TAILRACE_INPUT_SECONDS  how long the random part lasts (8 if unset)
//     TAILRACE_INPUT_SEED     its seed (1 if unset)

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <stdexcept>
#include <string>

#include "tests/catch.hpp"
#include "tests/inputs/hostile_values.hpp"
#include "tests/inputs/mutation.hpp"
#include "tests/inputs/sample_requests.hpp"
#include "tests/inputs/sample_server.hpp"
#include "tests/temporary_folder.hpp"

using namespace tailrace;
using namespace tailrace::inputs;

namespace {

namespace json = boost::json;

unsigned long setting(const char* name, unsigned long otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoul(text, nullptr, 10);
}

/// Collects the requests that reveal a fault, and what went wrong: the first few for each operation.
class Faults {
  public:
    void add(const std::string& request, const std::exception& error) {
        constexpr int max_shown = 3;
        constexpr std::size_t longest = 4000;
        ++count_;
        const std::string kind = request.substr(0, request.find('{'));
        if (++shown_[kind] > max_shown) return;
        text_ += request.substr(0, longest) + "\n    " + error.what() + "\n";
    }

    void check() const {
        INFO(count_ << " requests are at fault:\n" << text_);
        CHECK(count_ == 0);
    }

  private:
    std::size_t count_ = 0;
    /// Keyed by operation, or by method and path.
    std::map<std::string, int> shown_;
    std::string text_;
};

/// True if the operation may change the sample's tables in a way that affects the next request.
bool changes_tables(const std::string& operation) {
    static const std::set<std::string> leave_tables = {"PutItem",
                                                       "UpdateItem",
                                                       "DeleteItem",
                                                       "Query",
                                                       "Scan",
                                                       "BatchWriteItem",
                                                       "BatchExecuteStatement",
                                                       "ExecuteStatement",
                                                       "ExecuteTransaction",
                                                       "TransactWriteItems"};
    const auto begins = [&operation](const char* text) { return operation.rfind(text, 0) == 0; };
    return !leave_tables.contains(operation) && !begins("Describe") && !begins("List") && !begins("Get") &&
           !begins("BatchGet") && !begins("TransactGet");
}

/// Sends variants of one request, to a new server whenever the last one may have changed.
class Sender {
  public:
    Sender(std::string operation, Faults& faults) : operation_(std::move(operation)), faults_(faults) {}

    bool send(const std::string& body) {
        try {
            if (!server_) server_ = std::make_unique<SampleServer>();
            const bool done = server_->post(operation_, body) == 200;
            if (done && changes_tables(operation_)) renew();
            return done;
        } catch (const std::exception& error) {
            faults_.add(operation_ + " " + body, error);
            server_.reset();
            return false;
        }
    }

    void renew() {
        if (server_) server_->read_everything();
        server_.reset();
    }

  private:
    std::string operation_;
    Faults& faults_;
    std::unique_ptr<SampleServer> server_;
};

std::string percent_encoded(const std::string& text) {
    constexpr char digits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out.append({'%', digits[byte >> 4U], digits[byte & 15U]});
    }
    return out;
}

/// The target without its braces; `raw`, which is percent-encoded, replaces the part with the number `which`.
std::string target_with(const std::string& pattern, int which, const std::string& raw) {
    std::string target;
    for (std::size_t at = 0; at < pattern.size();) {
        if (pattern[at] != '{') {
            target.push_back(pattern[at++]);
            continue;
        }
        const std::size_t end = pattern.find('}', at);
        target.append(which-- == 0 ? raw : pattern.substr(at + 1, end - at - 1));
        at = end + 1;
    }
    return target;
}

/// Sends variants of one call, to a new server whenever the last one may have changed.
class Asker {
  public:
    Asker(std::string method, Faults& faults) : method_(std::move(method)), faults_(faults) {}

    void ask(const std::string& target, const std::string& body) {
        try {
            if (!server_) server_ = std::make_unique<SampleServer>();
            const int status = server_->ask(method_, target, body);
            if (status < 300 && method_ != "GET") server_.reset();
        } catch (const std::exception& error) {
            faults_.add(method_ + " " + target + " " + body, error);
            server_.reset();
        }
    }

  private:
    std::string method_;
    Faults& faults_;
    std::unique_ptr<SampleServer> server_;
};

/// Sends every hostile text for each part of the target, then every changed body.
void ask_each(const SampleCall& call, Faults& faults) {
    Asker asker(call.method, faults);
    const std::string body = call.body.is_null() ? "" : json::serialize(call.body);
    const auto parts = std::count(call.target.begin(), call.target.end(), '{');
    for (int part = 0; part < parts; ++part) {
        for (const std::string& value : hostile_values()) {
            const bool is_text = value.size() > 1 && value.front() == '"';
            const std::string text = is_text ? value.substr(1, value.size() - 2) : value;
            asker.ask(target_with(call.target, part, percent_encoded(text)), body);
        }
        for (const char* raw : {"", "%", "%2", "%zz", "%00", "%2F", "..", "?", "&", "=", "#", "+", "\xff"}) {
            asker.ask(target_with(call.target, part, raw), body);
        }
    }
    const std::string target = target_with(call.target, -1, "");
    for (const std::string& hostile : hostile_bodies()) asker.ask(target, hostile);
    if (call.body.is_null()) return;
    mutate_once_each(call.body, nullptr, [&](const std::string& changed) { asker.ask(target, changed); });
}

}  // namespace

// The other tests change requests that succeed, so that the changes reach all of the code behind them.
TEST_CASE("written requests of the sample are carried out") {
    for (const SampleRequest& sample : sample_requests()) {
        if (!sample.written) continue;
        SampleServer server;
        const std::string body = json::serialize(sample.body);
        INFO(sample.operation << " " << body);
        CHECK(server.post(sample.operation, body) == 200);
    }
}

// The systematic part: each change of each value, one at a time.
TEST_CASE("no single change of a request is answered with InternalServerError") {
    Faults faults;
    const SampleServer filling;
    for (const SampleRequest& sample : sample_requests()) {
        const std::string whole = filling.filled_in(json::serialize(sample.body));
        Sender sender(sample.operation, faults);
        CHECK((sender.send(whole) || !sample.written));
        mutate_once_each(json::parse(whole), sample.shape,
                         [&](const std::string& body) { sender.send(body); });
        for (const std::string& body : hostile_bodies()) sender.send(body);
        for (std::size_t size = 0; size < whole.size(); size += 7) sender.send(whole.substr(0, size));
        try {
            sender.renew();
        } catch (const std::exception& error) {
            faults.add("what is left of " + sample.operation, error);
        }
    }
    faults.check();
}

// Several changes at once, on one file that keeps them all and is then opened again.
TEST_CASE("no changed requests are answered with InternalServerError, and what they leave can be read") {
    const auto seed = static_cast<std::mt19937::result_type>(setting("TAILRACE_INPUT_SEED", 1));
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::seconds(setting("TAILRACE_INPUT_SECONDS", 8));
    INFO("TAILRACE_INPUT_SEED=" << seed);
    std::mt19937 generator(seed);
    const tests::TemporaryFolder folder;
    const auto samples = sample_requests();
    Faults faults;
    for (int round = 0; std::chrono::steady_clock::now() < until; ++round) {
        const std::string path = folder.path("round" + std::to_string(round) + ".db");
        std::string sent;
        try {
            std::optional<SampleServer> server(std::in_place, path);
            constexpr int requests_per_round = 400;
            for (int i = 0; i < requests_per_round; ++i) {
                const SampleRequest& sample = samples[generator() % samples.size()];
                const int places = 1 + static_cast<int>(generator() % 4);
                const std::string body = mutated(sample.body, places, generator);
                sent = sample.operation + " " + body;
                server->post(sample.operation, body);
            }
            sent = "reading what round " + std::to_string(round) + " left";
            server->read_everything();
            server.reset();
            sent = "opening what round " + std::to_string(round) + " left";
            SampleServer(path).read_everything();
        } catch (const std::exception& error) {
            faults.add(sent, error);
        }
    }
    faults.check();
}

TEST_CASE("no request for users is answered with a fault of the server") {
    const std::pair<const char*, const char*> requests[] = {
        {"CreateUserPool",
         R"({"PoolName":"p","AliasAttributes":["email"],"UsernameConfiguration":{"CaseSensitive":false},
             "Policies":{"PasswordPolicy":{"MinimumLength":8,"RequireNumbers":true}},"Schema":[
             {"Name":"team","AttributeDataType":"String","StringAttributeConstraints":{"MinLength":"1"}}]})"},
        {"DescribeUserPool", R"({"UserPoolId":"$POOL"})"},
        {"ListUserPools", R"({"MaxResults":10,"NextToken":"cG9vbHMKYQ=="})"},
        {"AdminCreateUser",
         R"({"UserPoolId":"$POOL","Username":"b","TemporaryPassword":"Abcdefg1!","UserAttributes":[
             {"Name":"email","Value":"a@b.example"}],"ForceAliasCreation":true})"},
        {"AdminGetUser", R"({"UserPoolId":"$POOL","Username":"a"})"},
        {"ListUsers",
         R"({"UserPoolId":"$POOL","Limit":1,"AttributesToGet":["sub"],
             "Filter":"username ^= \"a\""})"},
        {"AdminDeleteUser", R"({"UserPoolId":"$POOL","Username":"a"})"},
        {"DeleteUserPool", R"({"UserPoolId":"$POOL"})"},
    };
    Faults faults;
    for (const auto& [operation, body] : requests) {
        Sender sender(std::string("AWSCognitoIdentityProviderService.") + operation, faults);
        INFO(operation);
        CHECK(sender.send(body));
        mutate_once_each(json::parse(body), nullptr,
                         [&](const std::string& changed) { sender.send(changed); });
        for (const std::string& hostile : hostile_bodies()) sender.send(hostile);
        const std::string_view whole = body;
        for (std::size_t size = 0; size < whole.size(); size += 3) {
            sender.send(std::string(whole.substr(0, size)));
        }
    }
    faults.check();
}

// Lambda's API and the endpoints under /_tailrace: path, query and body.
TEST_CASE("no call of another endpoint is answered with a fault of the server") {
    Faults faults;
    for (const SampleCall& call : sample_calls()) ask_each(call, faults);
    faults.check();
}

// All endpoints that the server lists.
TEST_CASE("no endpoint that is listed is at fault for what its path holds") {
    Faults faults;
    SampleServer listing;
    for (const auto& [method, path] : listing.endpoints()) ask_each({method, path, nullptr}, faults);
    faults.check();
}
