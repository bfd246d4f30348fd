#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace tailrace::server {

/// A counter only grows, and begins again at 0 with the server. A gauge is a value at one moment. A summary
/// has a sum and a count.
enum class MetricType : std::uint8_t { counter, gauge, summary };

/// Writes metrics in Prometheus's text format, version 0.0.4. Source: "Exposition formats", Prometheus's
/// documentation.
class MetricsText {
  public:
    /// The Content-Type of the text.
    static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";
    using Label = std::pair<std::string_view, std::string_view>;
    using Labels = std::initializer_list<Label>;

    /// Begins a metric. The values that are added next belong to it.
    void begin(std::string_view name, MetricType type, std::string_view help);
    /// Adds a value of the metric. A label's value may be any text. No two values of a metric may have the
    /// same labels.
    void add(Labels labels, double value) { add("", labels, value); }
    void add_sum(Labels labels, double value) { add("_sum", labels, value); }
    void add_count(Labels labels, double value) { add("_count", labels, value); }

    std::string take() { return std::move(text_); }

  private:
    void add(std::string_view suffix, Labels labels, double value);

    std::string name_;
    std::string text_;
};

}  // namespace tailrace::server
