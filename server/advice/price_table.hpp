#pragma once

#include <string_view>

namespace tailrace::server {

/// What AWS charges for requests to on-demand tables of the class Standard, without the free tier or savings
/// plans. Storage, streams, backups and data transfer are extra.
struct PriceTable {
    std::string_view region = "us-east-1";
    double usd_per_million_read_units = 0.125;
    double usd_per_million_write_units = 0.625;
    std::string_view source = "https://aws.amazon.com/dynamodb/pricing/on-demand/";
    /// The day from which the prices apply.
    std::string_view since = "2024-11-01";
};

inline constexpr PriceTable prices = {};

/// Returns the price of these units in USD.
constexpr double price_of(double read_units, double write_units) {
    constexpr double million = 1e6;
    return (read_units * prices.usd_per_million_read_units +
            write_units * prices.usd_per_million_write_units) /
           million;
}

}  // namespace tailrace::server
