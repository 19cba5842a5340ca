#pragma once
// How a store is used: when people come, where they stop, which ways they go, how long they wait. Of visits without
// identities; docs/insight.md says what each figure means.

#include <array>
#include <string>
#include <vector>

#include "insight/estimate.h"
#include "insight/heat.h"
#include "insight/journeys.h"
#include "insight/open_hours.h"

namespace shrike {

/// One hour of the day, over all days.
struct HourInsight {
  int hour = 0;
  double open_h = 0;        ///< hours that were looked at
  IntervalEstimate visits;  ///< customers who came, an hour
  double inside = 0;        ///< customers there at a time, on average
  double staff = 0;         ///< staff there at a time
};

struct ZoneInsight {
  std::string zone;
  ZoneKind kind = ZoneKind::shelf;
  int64_t visits = 0;  ///< customers who went in, each once
  Share stopped;       ///< of those, who stopped
  double dwell_s[3]{
      NAN, NAN, NAN};  ///< of those who stopped, time there in the whole visit: quarter, half, three quarters took less
  Share to_till;       ///< of those who stopped here, who stopped at a checkout later
  std::array<double, 24> people{};   ///< who went in, an open hour, by hour of the day
  std::array<double, 24> minutes{};  ///< spent there by all together, an open hour
};

/// How often people went from one zone straight to another.
struct FlowStep {
  std::string from, to;
  Share share;  ///< of all who left `from`
};

/// One sequence of zones that visits went through.
struct Way {
  std::vector<std::string> zones;
  Share share;  ///< of all visits that were seen in any zone
};

/// From the door to the till, step by step.
struct Funnel {
  int64_t visits = 0, stopped = 0, stopped_then_till = 0, till_only = 0;
  bool followed = false;  ///< whether any visit was followed from a shelf to a checkout at all
};

struct TillHour {
  int hour = 0;
  double queue = 0;  ///< people there at a time, on average
  int64_t visits = 0;
  double wait_s[2]{NAN, NAN};  ///< half, nine in ten waited less
};

struct TillInsight {
  std::string zone;
  int64_t visits = 0;             ///< who stopped there
  double at_till_s[2]{NAN, NAN};  ///< from coming to leaving: half, nine in ten took less
  double wait_s[2]{NAN, NAN};     ///< until everyone who came before had left
  double queue = 0;               ///< people there at a time, on average over open hours
  int queue_max = 0;
  std::array<double, 4> share_with{};  ///< of open time with 0, 1, 2, 3 or more people there
  std::vector<TillHour> hours;
};

struct StoreInsight {
  std::string time_zone;
  Timestamp first, last;
  size_t days = 0;
  double open_h = 0;
  int64_t visits = 0, staff_visits = 0, joined = 0;
  std::vector<std::string> cameras;
  double stay_s[3]{NAN, NAN, NAN};               ///< how long visits lasted: quarter, half, three quarters took less
  IntervalEstimate visits_a_day;                 ///< of whole days only where there are some
  std::vector<HourInsight> hours;                ///< those that were open
  std::array<std::array<double, 24>, 7> week{};  ///< visits an open hour, by weekday and hour; NaN: closed
  std::vector<ZoneInsight> zones;                ///< most visited first
  std::vector<FlowStep> flow;                    ///< most frequent first
  std::vector<Way> ways;                         ///< most frequent first
  Funnel funnel;
  std::vector<TillInsight> tills;
  std::vector<HeatGrid> heat;
  std::vector<std::string> notes;  ///< what the reader must know before using a figure
};

/// `heat` as heat_of() gave it. Refused where there is no visit.
[[nodiscard]] Result<StoreInsight> store_insight(const Journeys& journeys, std::vector<HeatGrid> heat,
                                                 const std::string& time_zone);

// The parts, for the comparison of a change of layout and for tests.
[[nodiscard]] std::vector<ZoneInsight> zone_insight(const Journeys& journeys, const OpenHours& open, LocalClock& clock);
[[nodiscard]] std::vector<FlowStep> flow_of(const Journeys& journeys);
[[nodiscard]] std::vector<Way> ways_of(const Journeys& journeys);
[[nodiscard]] Funnel funnel_of(const Journeys& journeys);
[[nodiscard]] std::vector<TillInsight> till_insight(const Journeys& journeys, const OpenHours& open, LocalClock& clock);

/// One customer at one checkout. Who came first is served first.
struct Turn {
  Timestamp from, to;
  double wait_s = 0;  ///< until everyone who came before had left
};
/// The stops at checkout `zone`, by their begin.
[[nodiscard]] std::vector<Turn> turns_at(const std::string& zone, const Journeys& journeys);
/// Whether a stop at a checkout begins at or after `time`.
[[nodiscard]] bool stops_at_till_after(const Journey& journey, Timestamp time);

}  // namespace shrike
