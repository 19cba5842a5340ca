#pragma once
// What a simulated store's other sources say of a day: hands in pictures, tags at exits, scales, tills. Each states
// what it measured, with its own errors; none says what that means.

#include <string>
#include <vector>

#include "base/time.h"
#include "sim/store_camera.h"
#include "sim/store_people.h"

namespace shrike {

/// Rows of one source's file, in the order of their times.
struct SignalRows {
  std::vector<std::pair<double, std::string>> rows;  ///< seconds since midnight; a line without its end

  void add(double at_s, std::string row) { rows.emplace_back(at_s, std::move(row)); }
  /// In order, as the file's text below `header`.
  [[nodiscard]] std::string text(std::string_view header);
};

inline constexpr std::string_view kHandsHeader = "time_us,camera,x1,y1,x2,y2,kind,zone,probability";
inline constexpr std::string_view kTagsHeader = "time_us,portal,antenna,epc,rssi_dbm";
inline constexpr std::string_view kScalesHeader = "time_us,scale,grams";

/// Hands that were seen to take, put back or hide, with the box (0..1) of whoever it was: poses do not know who that
/// is.
[[nodiscard]] SignalRows hand_rows(const StorePlan& plan, const StoreDay& day, const std::vector<StoreCamera>& cameras,
                                   Timestamp midnight);
/// Every read of every tag at a portal: antenna 1 is inside, 2 at the door.
[[nodiscard]] SignalRows tag_rows(const StorePlan& plan, const StoreDay& day, Timestamp midnight);
/// Weight on each scale: five times a second while it changes, else every ten seconds.
[[nodiscard]] SignalRows scale_rows(const StorePlan& plan, const StoreDay& day, Timestamp midnight);
/// Transactions as JSON lines (docs/tills.md), in the order in which they arrive.
[[nodiscard]] SignalRows till_rows(const StorePlan& plan, const StoreDay& day, Timestamp midnight);

}  // namespace shrike
