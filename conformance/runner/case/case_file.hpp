#pragma once

#include <boost/json.hpp>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace tailrace::conformance {

/// A file of cases or tables that is not as conformance/README.md has it; says which file and where.
class FormatError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What one of AWS's older regions answers where the others have gone on to something newer.
struct OlderAnswer {
    /// As a step's; empty when no region answers otherwise.
    boost::json::object expect;
    std::vector<std::string> regions;
};

/// One thing that a case does: a call, a raw request or a wait. Variables stand in it as they were written.
struct Step {
    enum class Kind { call, raw, wait };

    Kind kind = Kind::call;
    std::string name;
    std::string operation;
    boost::json::value request;
    boost::json::object raw;
    boost::json::object wait;
    /// Of an observed answer the newer one.
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
    /// Whether it has the tag; "quick" is what is not "slow", "tier-1" what is of tier 1.
    bool has_tag(const std::string& tag) const;
    /// The shapes that stand behind "${KIND:SHAPE}" anywhere in its steps and variables, each once. KIND is
    /// table, own-table or new-table; where no shape is named it is "".
    std::vector<std::string> tables(const std::string& kind) const;
};

/// One file of the table library.
struct TableShape {
    std::string name;
    boost::json::object create;
    /// Calls to make once the table is active; the runner adds TableName.
    std::vector<Step> then;
};

/// Reads one file of cases. `area` and `operation` are the folders it lies in. Throws FormatError.
std::vector<Case> parse_cases(const std::string& area, const std::string& operation, const std::string& text);

/// Reads one file of the table library. Throws FormatError.
TableShape parse_table(const std::string& name, const std::string& text);

struct Suite {
    std::vector<Case> cases;
    std::vector<TableShape> tables;

    /// Throws FormatError when there is none of this name.
    const TableShape& table(const std::string& name) const;
};

/// Reads cases/, tables/ and observed-answers.json under `folder`, in the order of their paths. Throws
/// FormatError for a file that is not in the format, an id that two cases have, a table that the library does
/// not have, and an observed answer that is not there or that no step expects.
Suite load_suite(const std::filesystem::path& folder);

}  // namespace tailrace::conformance
