#include "insight/store_insight.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "shrink/numeric.h"

namespace shrike {
namespace {

constexpr double kWholeDay = 0.9;  // of the longest day's open time: days that were looked at from end to end

/// Visits and time by hour of the day, customers and staff.
struct HourSums {
  std::map<int64_t, std::array<double, 24>> came;  ///< by day
  std::array<double, 24> customer_s{}, staff_s{};
};

HourSums sums_of(const Journeys& journeys, LocalClock& clock) {
  HourSums sums;
  for (const Journey& j : journeys.customers) {
    const LocalTime at = clock.at(j.from);
    sums.came[at.day][static_cast<size_t>(at.hour)] += 1;
    by_hour(j.from, j.to, clock,
            [&](const LocalTime& h, double s) { sums.customer_s[static_cast<size_t>(h.hour)] += s; });
  }
  for (const Journey& j : journeys.staff) {
    by_hour(j.from, j.to, clock, [&](const LocalTime& h, double s) { sums.staff_s[static_cast<size_t>(h.hour)] += s; });
  }
  return sums;
}

std::vector<HourInsight> hours_of(HourSums& sums, const OpenHours& open) {
  std::vector<HourInsight> hours;
  for (size_t h = 0; h < 24; ++h) {
    HourInsight hour{.hour = static_cast<int>(h)};
    std::vector<Part> parts;
    double open_s = 0;
    for (const auto& [day, seconds] : open.days) {
      if (seconds[h] <= 0) continue;
      open_s += seconds[h];
      parts.push_back({sums.came[day][h], seconds[h] / 3600});
    }
    if (parts.empty()) continue;
    hour.open_h = open_s / 3600;
    hour.visits = rate_of(parts, h + 1);
    hour.inside = sums.customer_s[h] / open_s;
    hour.staff = sums.staff_s[h] / open_s;
    hours.push_back(hour);
  }
  return hours;
}

void fill_week(StoreInsight& out, HourSums& sums, const OpenHours& open) {
  std::array<std::array<Part, 24>, 7> cells{};
  for (const auto& [day, seconds] : open.days) {
    const auto weekday = static_cast<size_t>((day + 3) % 7);
    for (size_t h = 0; h < 24; ++h) {
      cells[weekday][h].over += sums.came[day][h];
      cells[weekday][h].under += seconds[h] / 3600;
    }
  }
  for (size_t d = 0; d < 7; ++d) {
    for (size_t h = 0; h < 24; ++h) {
      const Part& c = cells[d][h];
      out.week[d][h] = c.under > 0 ? c.over / c.under : NAN;
    }
  }
}

/// Of whole days alone; the first and the last day are often not.
IntervalEstimate visits_a_day(HourSums& sums, const OpenHours& open) {
  double longest_s = 0;
  std::map<int64_t, double> open_s;
  for (const auto& [day, seconds] : open.days) {
    for (double s : seconds) open_s[day] += s;
    longest_s = std::max(longest_s, open_s[day]);
  }
  std::vector<Part> parts;
  for (const auto& [day, s] : open_s) {
    double came = 0;
    for (double n : sums.came[day]) came += n;
    if (s >= kWholeDay * longest_s && longest_s > 4 * 3600) parts.push_back({came, 1});
  }
  return rate_of(parts, 99);
}

void say_what_to_know(StoreInsight& out, const Journeys& journeys) {
  const auto note = [&](std::string text) { out.notes.push_back(std::move(text)); };
  if (out.days < kDaysMin) {
    note(
        fmt::format("These are {} day(s): the intervals know chance, but not how days differ. From {} days on they do.",
                    out.days, kDaysMin));
  }
  if (out.cameras.size() > 1 && out.joined == 0) {
    note(
        "No visit was followed from one camera to another: whoever several cameras saw counts once on each, and ways "
        "end at the edge of the picture. Place the cameras on the floor plan to join them.");
  }
  if (!out.tills.empty() && !out.funnel.followed) {
    note("No visit was followed from a shelf to a checkout, so what share went on to a till cannot be told.");
  }
  if (out.tills.empty()) note("No zone is of kind checkout, or nobody went there: queues and sales are not told.");
  if (journeys.staff.empty()) {
    note("Nobody was seen in a zone of kind staff for 10 s or more: staff, if there were any, count as customers.");
  }
}

}  // namespace

Result<StoreInsight> store_insight(const Journeys& journeys, std::vector<HeatGrid> heat, const std::string& time_zone) {
  TRY(LocalClock clock, LocalClock::of(time_zone));
  if (journeys.customers.empty()) return bad_input("there is no visit of a customer in this time");
  const OpenHours open = open_hours(journeys, clock);
  StoreInsight out{.time_zone = time_zone, .first = journeys.first, .last = journeys.last};
  out.days = open.days.size();
  out.open_h = open.seconds() / 3600;
  out.visits = static_cast<int64_t>(journeys.customers.size());
  out.staff_visits = static_cast<int64_t>(journeys.staff.size());
  out.joined = static_cast<int64_t>(journeys.joined);
  out.cameras = journeys.cameras;
  std::vector<double> lasted;
  for (const Journey& j : journeys.customers) lasted.push_back(seconds_between(j.from, j.to));
  for (size_t i = 0; i < 3; ++i) out.stay_s[i] = quantile(lasted, 0.25 * static_cast<double>(i + 1));
  HourSums sums = sums_of(journeys, clock);
  out.visits_a_day = visits_a_day(sums, open);
  out.hours = hours_of(sums, open);
  fill_week(out, sums, open);
  out.zones = zone_insight(journeys, open, clock);
  out.flow = flow_of(journeys);
  out.ways = ways_of(journeys);
  out.funnel = funnel_of(journeys);
  out.tills = till_insight(journeys, open, clock);
  out.heat = std::move(heat);
  say_what_to_know(out, journeys);
  return out;
}

}  // namespace shrike
