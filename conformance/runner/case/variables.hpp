#pragma once

#include <boost/json.hpp>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tailrace::conformance {

/// A "${...}" that stands for nothing, or a generator that is not as conformance/README.md has it.
class VariableError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What "${...}" stands for within one case: its variables, its own names, what its steps were answered.
class Scope {
  public:
    /// `case_id` and `run_id` determine ${case}; two runs against one table do not meet.
    Scope(const std::string& case_id, const std::string& run_id);

    /// Text for one name, such as "table:hash-s".
    void set(const std::string& name, boost::json::value value);
    /// Variables of a case, which may use other names in their turn.
    void set_variables(const boost::json::object& variables);
    /// What the step of this number, from 1, and of this name, if any, was answered.
    void set_answer(std::size_t step, const std::string& name, const boost::json::value& body);
    /// The time that ${now} tells, in seconds since 1970.
    void set_now(long long seconds) { now_ = seconds; }

    /// `value` with variables and generators replaced. Throws VariableError.
    boost::json::value resolve(const boost::json::value& value) const;
    /// What one name stands for, without "${" and "}". Throws VariableError.
    boost::json::value lookup(std::string_view name) const;
    /// Whether a step was answered at this place, such as "step-2.Item.x".
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
    /// How many variables are being looked up, one within the other.
    mutable int depth_ = 0;
    std::map<std::string, boost::json::value, std::less<>> names_;
    std::map<std::string, boost::json::value, std::less<>> answers_;
};

}  // namespace tailrace::conformance
