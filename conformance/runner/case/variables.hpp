#pragma once

#include <boost/json.hpp>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tailrace::conformance {

/// A "${...}" has no value, or a generator breaks the format of conformance/README.md.
class VariableError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The values of "${...}" within one case: its variables, its own names and the answers to its steps.
class Scope {
  public:
    /// `case_id` and `run_id` determine ${case}, so that two runs on the same table do not collide.
    Scope(const std::string& case_id, const std::string& run_id);

    /// Sets the text of one name, such as "table:hash-s".
    void set(const std::string& name, boost::json::value value);
    /// Sets the variables of a case, which may use other names.
    void set_variables(const boost::json::object& variables);
    /// Sets the answer to a step, which has a number, counted from 1, and may have a name.
    void set_answer(std::size_t step, const std::string& name, const boost::json::value& body);
    /// Sets the value of ${now}, in seconds since 1970.
    void set_now(long long seconds) { now_ = seconds; }

    /// Returns `value` with variables and generators replaced. Throws VariableError.
    boost::json::value resolve(const boost::json::value& value) const;
    /// The value of one name, given without "${" and "}". Throws VariableError.
    boost::json::value lookup(std::string_view name) const;
    /// The value at this place in an earlier answer, such as "step-2.Item.x"; null if there is none.
    const boost::json::value* find_answer(std::string_view path) const;

    /// The 12 characters of ${case}.
    const std::string& unique() const { return unique_; }

  private:
    boost::json::value resolve_text(std::string text) const;
    boost::json::value resolve_variable(const std::string& name, const boost::json::value& value) const;
    boost::json::value resolve_object(const boost::json::object& object) const;
    boost::json::value generate(std::string_view generator, const boost::json::value& argument) const;
    boost::json::value replicate(std::string_view generator, const boost::json::object& argument) const;
    boost::json::value nest(const boost::json::object& argument) const;
    Scope with(const std::string& name, boost::json::value value) const;
    std::string text_of(const boost::json::value& value) const;

    std::string unique_;
    long long now_ = 0;
    /// The number of lookups of variables that are nested at the moment.
    mutable int depth_ = 0;
    std::map<std::string, boost::json::value, std::less<>> names_;
    std::map<std::string, boost::json::value, std::less<>> answers_;
};

}  // namespace tailrace::conformance
