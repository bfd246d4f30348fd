#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace tailrace::conformance {

/// A file of cases or tables breaks the format of conformance/README.md. The message says which file and
/// where.
class FormatError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The answer of those AWS regions that do not have the newer behaviour yet.
struct OlderAnswer {
    /// Like a step's `expect`; empty if all regions answer alike.
    boost::json::object expect;
    std::vector<std::string> regions;
};

/// One step of a case: a call, a raw request or a wait. Its variables are not replaced yet.
struct Step {
    enum class Kind { call, raw, wait };

    Kind kind = Kind::call;
    std::string name;
    std::string operation;
    boost::json::value request;
    boost::json::object raw;
    boost::json::object wait;
    /// If AWS's regions differ, this is the newer answer.
    boost::json::object expect;
    OlderAnswer older;
    bool eventually = false;
};

struct Case {
    std::string area;
    std::string operation;
    std::string name;
    std::string reason;
    std::vector<std::string> source;
    int tier = 1;
    std::vector<std::string> tags;
    boost::json::object variables;
    std::vector<Step> steps;

    std::string id() const { return area + "/" + operation + "/" + name; }
    /// True if the case has the tag. "quick" means not "slow", and "tier-1" means of tier 1.
    bool has_tag(const std::string& tag) const;
    /// The shapes in "${KIND:SHAPE}" anywhere in the steps and variables, each once. KIND is table, own-table
    /// or new-table; a use without a shape counts as "".
    std::vector<std::string> tables(const std::string& kind) const;
};

/// One file of the table library.
struct TableShape {
    std::string name;
    boost::json::object create;
    /// Calls to make once the table is active; the runner adds TableName.
    std::vector<Step> then;
};

/// Reads one file of cases. `area` and `operation` are the names of its folders. Throws FormatError.
std::vector<Case> parse_cases(const std::string& area, const std::string& operation, const std::string& text);

/// Reads one file of the table library. Throws FormatError.
TableShape parse_table(const std::string& name, const std::string& text);

struct Suite {
    std::vector<Case> cases;
    std::vector<TableShape> tables;

    /// Throws FormatError if no table has this name.
    const TableShape& table(const std::string& name) const;
};

/// Reads cases/, tables/ and observed-answers.json under `folder`, in the order of their paths. Throws
/// FormatError for a file that breaks the format, a case id used twice, a table that is not in the library,
/// and an observed answer that is missing or that no step uses.
Suite load_suite(const std::filesystem::path& folder);

}  // namespace tailrace::conformance
