#include "insight/local_clock.h"

#include <array>
#include <date/tz.h>
#include <fmt/format.h>
#include <sstream>

namespace shrike {
namespace {

using Micros = std::chrono::microseconds;
constexpr int64_t kHour_us = 3'600'000'000, kDay_us = 24 * kHour_us;

int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

}  // namespace

Result<LocalClock> LocalClock::of(const std::string& zone) {
  if (!zone_exists(zone)) {
    return bad_input(fmt::format("unknown time zone '{}'; use an IANA name such as Europe/Paris", zone));
  }
  return LocalClock(zone);
}

int64_t LocalClock::offset_us(Timestamp t) {
  if (t >= valid_from_ && t < valid_to_) return offset_us_;
  const auto info = date::locate_zone(zone_)->get_info(date::sys_time<Micros>(Micros(t.us)));
  const auto us = [](auto time) { return std::chrono::duration_cast<Micros>(time.time_since_epoch()).count(); };
  offset_us_ = std::chrono::duration_cast<Micros>(info.offset).count();
  // A zone without changes gives times that microseconds cannot hold.
  const int64_t year_us = 366 * kDay_us;
  const auto near = date::sys_time<std::chrono::seconds>(std::chrono::seconds(t.us / 1'000'000));
  valid_from_.us = info.begin < near - std::chrono::hours(366 * 24) ? t.us - year_us : us(info.begin);
  valid_to_.us = info.end > near + std::chrono::hours(366 * 24) ? t.us + year_us : us(info.end);
  return offset_us_;
}

LocalTime LocalClock::at(Timestamp t) {
  const int64_t local = t.us + offset_us(t), day = floor_div(local, kDay_us);
  const int64_t weekday = (day + 3) % 7;  // 1970-01-01 was a Thursday
  return {day, static_cast<int>((local - day * kDay_us) / kHour_us),
          static_cast<int>(weekday < 0 ? weekday + 7 : weekday)};
}

Timestamp LocalClock::next_hour(Timestamp t) {
  const int64_t offset = offset_us(t);
  return {(floor_div(t.us + offset, kHour_us) + 1) * kHour_us - offset};
}

std::string date_of(int64_t day) { return date::format("%F", date::sys_days(date::days(day))); }

Result<int64_t> parse_day(const std::string& date) {
  std::istringstream in(date);
  date::sys_days day;
  in >> date::parse("%F", day);
  if (in.fail() || date.size() != 10) return bad_input(fmt::format("'{}' is no date; write it as 2026-03-01", date));
  return day.time_since_epoch().count();
}

const char* weekday_name(int weekday) {
  static constexpr std::array kNames{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  return kNames.at(static_cast<size_t>(weekday));
}

}  // namespace shrike
