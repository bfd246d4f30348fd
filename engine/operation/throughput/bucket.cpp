#include "engine/operation/throughput/bucket.hpp"

#include <cmath>

namespace tailrace::operation {
namespace {

constexpr std::int64_t millionths = 1'000'000;

std::int64_t in_millionths(double units) {
    return std::llround(units * static_cast<double>(millionths));
}

}  // namespace

std::int64_t Bucket::level_at(const BucketLimit& limit, Timestamp now) {
    const std::int64_t full = limit.units() * millionths;
    if (limit != limit_) level_.reset();
    limit_ = limit;
    if (!level_) return full;
    const std::int64_t elapsed = now > as_of_ ? (now - as_of_).count() : 0;
    as_of_ = now;
    const std::int64_t missing = full - *level_;
    const bool fills =
        missing <= 0 || (limit.units_per_second > 0 && elapsed >= (missing - 1) / limit.units_per_second + 1);
    *level_ = fills ? full : *level_ + elapsed * limit.units_per_second;
    return *level_;
}

double Bucket::available(const BucketLimit& limit, Timestamp now) {
    return static_cast<double>(level_at(limit, now)) / static_cast<double>(millionths);
}

bool Bucket::is_empty(const BucketLimit& limit, Timestamp now) {
    return level_at(limit, now) <= 0;
}

void Bucket::take(double units, const BucketLimit& limit, Timestamp now) {
    level_ = level_at(limit, now) - in_millionths(units);
    as_of_ = now;
}

void Bucket::give_back(double units) {
    if (level_) *level_ += in_millionths(units);
}

}  // namespace tailrace::operation
