#include "conformance/runner/case/caller.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>

#include "conformance/runner/wire/json_text.hpp"
#include "conformance/runner/wire/printable_text.hpp"

namespace tailrace::conformance {
namespace {

namespace json = boost::json;

constexpr int max_attempts = 10;
constexpr int max_attempts_after_fault = 3;
constexpr std::chrono::milliseconds first_pause(50);
constexpr std::chrono::milliseconds longest_throttling_pause(5000);

bool is_streams_operation(const std::string& operation) {
    static const std::set<std::string> operations = {"DescribeStream", "GetRecords", "GetShardIterator",
                                                     "ListStreams"};
    return operations.contains(operation);
}

std::string gzipped(const std::string& text) {
    z_stream stream{};
    constexpr int gzip_window_bits = 15 + 16;
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window_bits, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        throw std::runtime_error("zlib cannot compress");
    }
    std::string result(deflateBound(&stream, text.size()) + 32, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    deflate(&stream, Z_FINISH);
    result.resize(stream.total_out);
    deflateEnd(&stream);
    return result;
}

std::string text_member(const json::object& raw, std::string_view name, const std::string& otherwise) {
    const json::value* value = raw.if_contains(name);
    if (!value) return otherwise;
    if (!value->is_string()) throw FormatError("raw: '" + std::string(name) + "' is not a string");
    return std::string(value->get_string());
}

bool flag(const json::object& raw, std::string_view name, bool otherwise) {
    const json::value* value = raw.if_contains(name);
    if (value && !value->is_bool()) throw FormatError("raw: '" + std::string(name) + "' is not a boolean");
    return value ? value->get_bool() : otherwise;
}

/// Reads true, false, or an object with what to sign wrongly.
void read_signing(Draft& draft, const json::object& raw) {
    const json::value* value = raw.if_contains("sign");
    if (!value || !value->is_object()) {
        draft.sign = flag(raw, "sign", true);
        return;
    }
    const json::object& faults = value->get_object();
    SigningFaults& signing = draft.signing_faults;
    signing.access_key_id = text_member(faults, "access-key-id", "");
    signing.secret_access_key = text_member(faults, "secret-access-key", "");
    signing.region = text_member(faults, "region", "");
    signing.service = text_member(faults, "service", "");
    if (faults.contains("age-seconds")) signing.age_seconds = faults.at("age-seconds").to_number<long long>();
    if (const json::value* names = faults.if_contains("unsigned-headers")) {
        signing.unsigned_headers = json::value_to<std::vector<std::string>>(*names);
    }
}

void apply_headers(Draft& draft, const json::object& headers) {
    for (const auto& [key, value] : headers) {
        const std::string name(key);
        remove_header(draft.request.headers, name);
        if (value.is_null()) draft.left_out.push_back(name);
        if (value.is_string()) draft.request.headers.emplace_back(name, std::string(value.get_string()));
        if (!value.is_array()) continue;
        for (const json::value& each : value.get_array()) {
            draft.request.headers.emplace_back(name, std::string(each.as_string()));
        }
    }
}

/// Returns the total number of attempts to make if a request gets this answer.
int attempts_worthwhile(const HttpAnswer& answer, const std::string& expected_error, bool is_aws) {
    static const std::set<std::string> throttled = {"ProvisionedThroughputExceededException",
                                                    "ThrottlingException", "RequestLimitExceeded"};
    const std::string name = error_name(answer);
    if (name == expected_error || std::to_string(answer.status) == expected_error) return 1;
    if (throttled.contains(name)) return max_attempts;
    if (answer.status < 500 && name != "InternalServerError") return 1;
    // A fault inside AWS is temporary; another server usually fails in the same way again.
    return is_aws ? max_attempts : max_attempts_after_fault;
}

bool is_about_credentials(const std::string& name) {
    return name == "ExpiredTokenException" || name == "UnrecognizedClientException" ||
           name == "InvalidSignatureException" || name == "RequestExpired";
}

/// The pause doubles with each attempt. Half of it is random, so that callers do not retry together.
std::chrono::milliseconds pause_before(int attempt) {
    thread_local std::minstd_rand random(std::random_device{}());
    const auto whole = std::min<long long>(longest_throttling_pause.count(), first_pause.count() << attempt);
    return std::chrono::milliseconds(whole / 2 + static_cast<long long>(random()) % (whole / 2 + 1));
}

/// The endpoint's URL may have a path of its own, which comes first.
std::string path_below(const Url& url, const std::string& path) {
    const std::string above = url.path.ends_with('/') ? url.path.substr(0, url.path.size() - 1) : url.path;
    return above + path;
}

}  // namespace

long long seconds_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string error_name(const HttpAnswer& answer) {
    if (answer.status < 400) return {};
    json::error_code error;
    const json::value body = parse_json(answer.body, error);
    if (error || !body.is_object()) return {};
    const json::value* type = body.get_object().if_contains("__type");
    if (!type || !type->is_string()) return {};
    const std::string name(type->get_string());
    return name.substr(name.find('#') + 1);
}

Draft draft_call(const std::string& operation, const json::value& body) {
    Draft draft;
    draft.to_streams = is_streams_operation(operation);
    const std::string service = draft.to_streams ? "DynamoDBStreams_20120810." : "DynamoDB_20120810.";
    draft.request.headers = {{"Content-Type", "application/x-amz-json-1.0"},
                             {"X-Amz-Target", service + operation}};
    draft.request.body = json::serialize(body);
    return draft;
}

Draft draft_raw(const json::object& raw) {
    Draft draft;
    draft.request.method = text_member(raw, "method", "POST");
    draft.request.path = text_member(raw, "path", "/");
    read_signing(draft, raw);
    draft.request.headers = {{"Content-Type", "application/x-amz-json-1.0"}};
    const std::string target = text_member(raw, "target", "");
    draft.to_streams = target.starts_with("DynamoDBStreams_");
    if (!target.empty()) draft.request.headers.emplace_back("X-Amz-Target", target);
    if (raw.contains("json")) draft.request.body = json::serialize(raw.at("json"));
    draft.request.body = text_member(raw, "text", draft.request.body);
    if (raw.contains("base64")) draft.request.body = from_base64(text_member(raw, "base64", ""));
    if (flag(raw, "gzip", false)) {
        draft.request.body = gzipped(draft.request.body);
        draft.request.headers.emplace_back("Content-Encoding", "gzip");
    }
    if (const json::value* chunks = raw.if_contains("chunked")) {
        draft.request.chunks = json::value_to<std::vector<std::size_t>>(*chunks);
    }
    if (const json::value* headers = raw.if_contains("headers")) apply_headers(draft, headers->as_object());
    return draft;
}

Caller::Caller(const Endpoint& endpoint, Interruption& interruption)
    : endpoint_(endpoint),
      interruption_(interruption),
      exchange_(endpoint.url, endpoint.http, interruption.token()),
      streams_exchange_(endpoint.streams_url, endpoint.http, interruption.token()) {}

HttpRequest Caller::finish(const Draft& draft, bool renew) const {
    HttpRequest request = draft.request;
    const Url& url = draft.to_streams ? endpoint_.streams_url : endpoint_.url;
    request.path = path_below(url, draft.request.path);
    if (!find_header(request.headers, "Host"))
        request.headers.insert(request.headers.begin(), {"Host", url.authority()});
    if (draft.sign) sign_draft(draft, request, renew);
    if (request.chunks) {
        if (!find_header(request.headers, "Transfer-Encoding"))
            request.headers.emplace_back("Transfer-Encoding", "chunked");
    } else if (!find_header(request.headers, "Content-Length")) {
        request.headers.emplace_back("Content-Length", std::to_string(request.body.size()));
    }
    for (const std::string& name : draft.left_out) remove_header(request.headers, name);
    return request;
}

void Caller::sign_draft(const Draft& draft, HttpRequest& request, bool renew) const {
    const SigningFaults& faults = draft.signing_faults;
    Credentials credentials = endpoint_.credentials(renew);
    if (!faults.access_key_id.empty()) credentials.access_key_id = faults.access_key_id;
    if (!faults.secret_access_key.empty()) credentials.secret_access_key = faults.secret_access_key;
    Headers added_later;
    for (const std::string& name : faults.unsigned_headers) {
        if (const std::string* value = find_header(request.headers, name))
            added_later.emplace_back(name, *value);
        remove_header(request.headers, name);
    }
    sign(request, credentials,
         {faults.region.empty() ? endpoint_.region : faults.region,
          faults.service.empty() ? "dynamodb" : faults.service,
          signing_time(seconds_now() - faults.age_seconds)});
    request.headers.insert(request.headers.begin(), added_later.begin(), added_later.end());
}

Caller::Exchange Caller::send(const Draft& draft, const std::string& expected_error) {
    HttpExchange& exchange = draft.to_streams ? streams_exchange_ : exchange_;
    bool renewed = false;
    for (int attempt = 0;; ++attempt) {
        Exchange result;
        result.request = finish(draft, renewed);
        result.answer = exchange.send(result.request);
        const std::string name = error_name(result.answer);
        if (endpoint_.is_aws && draft.sign && is_about_credentials(name) && name != expected_error) {
            if (renewed) throw CredentialsRefused("the credentials are refused: " + result.answer.body);
            renewed = true;
            continue;
        }
        const int attempts = attempts_worthwhile(result.answer, expected_error, endpoint_.is_aws);
        if (attempt + 1 >= attempts || !interruption_.pause(pause_before(attempt))) return result;
    }
}

bool Caller::call(const std::string& operation, const json::value& request, json::value& body) {
    const HttpAnswer answer = send(draft_call(operation, request)).answer;
    json::error_code error;
    body = parse_json(answer.body, error);
    if (error || !body.is_object()) {
        body = json::string(std::to_string(answer.status) + " " + printable(shortened(answer.body, 200)));
        return false;
    }
    if (endpoint_.is_aws && error_name(answer) == "AccessDeniedException") {
        throw CredentialsRefused("the credentials do not allow " + operation + ": " + answer.body);
    }
    return answer.status == 200;
}

std::string Caller::curl_line(const Draft& draft) const {
    const Url& url = draft.to_streams ? endpoint_.streams_url : endpoint_.url;
    std::string line = "curl -s -i -X " + draft.request.method;
    for (const auto& [name, value] : draft.request.headers)
        line += " -H " + shell_quoted(name + ": " + value);
    for (const std::string& name : draft.left_out) line += " -H " + shell_quoted(name + ":");
    if (draft.sign) {
        line += " --aws-sigv4 " + shell_quoted("aws:amz:" + endpoint_.region + ":dynamodb") + " --user ";
        line +=
            endpoint_.is_aws ? "\"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\"" : "conformance:conformance";
        if (endpoint_.is_aws) line += " -H \"X-Amz-Security-Token: $AWS_SESSION_TOKEN\"";
    }
    const bool is_text = printable(draft.request.body) == draft.request.body;
    if (!draft.request.body.empty() && is_text) line += " --data-raw " + shell_quoted(draft.request.body);
    if (draft.request.chunks) line += " -H 'Transfer-Encoding: chunked'";
    Url whole = url;
    whole.path = path_below(url, draft.request.path);
    line += " --path-as-is " + shell_quoted(whole.text());
    if (is_text) return line;
    return "printf %s " + shell_quoted(to_base64(draft.request.body)) + " | base64 -d | " + line +
           " --data-binary @-";
}

}  // namespace tailrace::conformance
