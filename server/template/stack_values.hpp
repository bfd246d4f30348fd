#pragma once

#include <boost/json.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "server/template/gaps.hpp"
#include "server/template/node.hpp"

namespace tailrace::server {

/// What a template is read with.
struct StackSettings {
    std::string region;
    std::string account_id;
    /// Values for parameters, by name.
    std::map<std::string, std::string, std::less<>> parameters = {};
    /// The exports of the templates that were read earlier, for Fn::ImportValue.
    std::map<std::string, std::string, std::less<>> exports = {};
    /// AWS::StackName.
    std::string stack_name = "local";
    /// The parameters that the templates declare.
    std::set<std::string, std::less<>> declared_parameters = {};
};

/// Evaluates the functions, parameters, mappings and conditions of a CloudFormation template. Every scalar
/// becomes a text, because CloudFormation itself does not tell "5" from 5. What a resource's Ref and
/// Fn::GetAtt return is made from its logical name, unless the template names it. Throws TemplateError for a
/// template that CloudFormation would refuse. What cannot be known here gets a text that stands for it, and a
/// gap. Source: "Intrinsic function reference" and "Pseudo parameters reference".
class StackValues {
  public:
    /// The text that ends the ARN of a table's stream, until the table exists and the true label is known.
    static constexpr std::string_view unknown_label = "0000-00-00T00:00:00.000";

    /// All arguments must outlive this object.
    StackValues(const Node& root, const StackSettings& settings, Gaps& gaps);

    /// Returns the value in which the functions of CloudFormation (Ref, Fn::Sub, …) are replaced by their
    /// results. Members and elements that are AWS::NoValue are left out; if the whole value is, returns null.
    boost::json::value resolve(const Node& node);
    /// Returns a value that must be a text; empty if it is AWS::NoValue.
    std::string text(const Node& node);
    /// Returns the value of a condition of the template's section Conditions.
    bool holds(const std::string& condition, int line);
    /// Returns true if a resource has no condition or a condition that holds.
    bool exists(const Node& resource);

    /// Returns the resource with that logical name, or null.
    const Node* resource(std::string_view logical_name) const;
    /// Returns the physical name of a resource that the template has.
    std::string name_of(const std::string& logical_name);
    /// Returns the ARN of a resource, in the form of its service.
    std::string arn_of(const std::string& logical_name);

    /// Returns the values that the template exports, by the names of the exports.
    std::map<std::string, std::string, std::less<>> exports();
    const StackSettings& settings() const { return settings_; }
    Gaps& gaps() { return gaps_; }

  private:
    /// A function of CloudFormation and its argument.
    struct Call {
        std::string_view name;
        const Node* argument;
        /// True for the short form, in which the argument itself has the tag.
        bool is_tag;
    };
    using Function = boost::json::value (StackValues::*)(const Call&);
    struct NamedFunction {
        std::string_view name;
        Function run;
    };

    static std::optional<Call> call_in(const Node& node);
    static const std::vector<NamedFunction>& functions();
    boost::json::value resolve_plain(const Node& node);
    boost::json::value argument(const Call& call);
    const std::vector<Node>& arguments(const Call& call, std::size_t least, std::size_t most) const;

    boost::json::value ref(const Call& call);
    boost::json::value get_att(const Call& call);
    boost::json::value sub(const Call& call);
    boost::json::value join(const Call& call);
    boost::json::value if_else(const Call& call);
    boost::json::value find_in_map(const Call& call);
    boost::json::value select(const Call& call);
    boost::json::value split(const Call& call);
    boost::json::value import_value(const Call& call);
    boost::json::value base64(const Call& call);
    boost::json::value to_json_string(const Call& call);
    boost::json::value length(const Call& call);

    bool truth(const Node& node);
    bool is_true(const Call& call);
    boost::json::value ref_of(const std::string& name, int line);
    std::string attribute_of(const std::string& logical_name, const std::string& attribute, int line);
    std::optional<boost::json::value> pseudo_parameter(std::string_view name) const;
    boost::json::value parameter(const std::string& name, const Node& declared);
    std::string text_of(const boost::json::value& value, int line) const;
    std::string new_arn(const std::string& logical_name);

    const Node& root_;
    const StackSettings& settings_;
    Gaps& gaps_;
    std::map<std::string, bool, std::less<>> conditions_;
    std::map<std::string, std::string, std::less<>> names_;
    std::map<std::string, std::string, std::less<>> arns_;
    /// The conditions and names that are being worked out, to find circles.
    std::set<std::string, std::less<>> under_way_;
};

}  // namespace tailrace::server
