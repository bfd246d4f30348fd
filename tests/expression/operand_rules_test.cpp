#include "engine/expression/operand_rules.hpp"

#include "engine/expression/condition.hpp"
#include "tests/catch.hpp"
#include "tests/expression/request.hpp"

namespace tailrace::expression {
namespace {

constexpr OperandRules rules("In a test: ");

/// The message without the prefix, which it must have.
template <typename Work>
std::string broken(Work&& work) {
    const std::string message = message_of(std::forward<Work>(work));
    const std::string prefix = "In a test: ";
    CHECK(message.starts_with(prefix));
    return message.substr(prefix.size());
}

Path path_of(std::size_t steps) {
    Path path("a");
    while (path.size() < steps) path.append("b");
    return path;
}

}  // namespace

TEST_CASE("A rule without a prefix gives only the rest of the message", "[operand_rules]") {
    CHECK(message_of([] { OperandRules().require_list_size(101); }) ==
          "The IN operator is provided with too many operands; number of operands: 101");
}

TEST_CASE("The limits on operands are the last values that are allowed", "[operand_rules]") {
    CHECK_NOTHROW(rules.require_list_size(100));
    CHECK(broken([] { rules.require_list_size(101); }) ==
          "The IN operator is provided with too many operands; number of operands: 101");
    CHECK_NOTHROW(rules.require_depth(path_of(32)));
    CHECK(broken([] { rules.require_depth(path_of(33)); }) ==
          "The document path has too many nesting levels; nesting levels: 33");
    CHECK_NOTHROW(rules.require_count("size", 1, 1));
    CHECK(broken([] { rules.require_count("size", 0, 1); }) ==
          "Incorrect number of operands for operator or function; operator or function: size, number of "
          "operands: 0");
}

TEST_CASE("A function belongs to updates or to conditions", "[operand_rules]") {
    CHECK_NOTHROW(rules.require_allowed(Function::list_append, true));
    CHECK_NOTHROW(rules.require_allowed(Function::contains, false));
    CHECK(broken([] { rules.require_allowed(Function::list_append, false); }) ==
          "The function is not allowed in a condition expression; function: list_append");
    CHECK(broken([] { rules.require_allowed(Function::contains, true); }) ==
          "The function is not allowed in an update expression; function: contains");
}

TEST_CASE("The first operand is distinct from the others", "[operand_rules]") {
    CHECK_NOTHROW(rules.require_distinct("IN", path_of(1), path_of(2)));
    CHECK(broken([] { rules.require_distinct("IN", path_of(2), path_of(2)); }) ==
          "The first operand must be distinct from the remaining operands for this operator or function; "
          "operator: IN, first operand: [a, b]");
}

TEST_CASE("The bounds of BETWEEN have one type and are in order", "[operand_rules]") {
    const auto one = AttributeValue(Number::parse("1"));
    const auto two = AttributeValue(Number::parse("2"));
    CHECK_NOTHROW(rules.require_bounds(one, two));
    CHECK_NOTHROW(rules.require_bounds(two, two));
    CHECK(broken([&] { rules.require_bounds(two, one); }) ==
          "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound "
          "operand: AttributeValue: {N:2}, upper bound operand: AttributeValue: {N:1}");
    CHECK(broken([&] { rules.require_bounds(two, std::string("1")); }) ==
          "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: "
          "AttributeValue: {N:2}, upper bound operand: AttributeValue: {S:1}");
}

TEST_CASE("an operand of a known type has a type that is allowed", "[operand_rules]") {
    CHECK_NOTHROW(rules.require_type("size", std::nullopt, has_size));
    CHECK_NOTHROW(rules.require_type("size", AttributeType::S, has_size));
    const std::string type = "Incorrect operand type for operator or function; operator or function: ";
    CHECK(broken([] { rules.require_type("size", AttributeType::N, has_size); }) ==
          type + "size, operand type: N");
    CHECK_NOTHROW(rules.require_type_name(AttributeType::S));
    CHECK(broken([] { rules.require_type_name(AttributeType::N); }) ==
          type + "attribute_type, operand type: N");
    CHECK(broken([] { rules.require_type_name(std::nullopt); }) ==
          type + "attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
    CHECK(rules.type_named("BOOL") == AttributeType::BOOL);
    CHECK(broken([] { rules.type_named("BOO"); }) ==
          "Invalid attribute type name found; type: BOO, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
    CHECK(broken([] { rules.reject_value("attribute_exists"); }) ==
          "Operator or function requires a document path; operator or function: attribute_exists");
}

TEST_CASE("a comparator with its operands swapped", "[operand_rules]") {
    CHECK(flipped(Comparator::less) == Comparator::greater);
    CHECK(flipped(Comparator::less_or_equal) == Comparator::greater_or_equal);
    CHECK(flipped(Comparator::greater) == Comparator::less);
    CHECK(flipped(Comparator::greater_or_equal) == Comparator::less_or_equal);
    CHECK(flipped(Comparator::equal) == Comparator::equal);
    CHECK(flipped(Comparator::not_equal) == Comparator::not_equal);
    CHECK(comparator_named(">=") == Comparator::greater_or_equal);
    CHECK(comparator_named("==") == std::nullopt);
}

}  // namespace tailrace::expression
