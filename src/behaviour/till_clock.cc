#include "behaviour/till_clock.h"

#include <algorithm>
#include <cmath>

namespace shrike {
namespace {

constexpr size_t kRecentMax = 200, kStopsMax = 1000, kLagsMax = 100, kTillsMax = 1000;
constexpr int64_t kReceiptsMin = 8;
/// People leave the checkout so long after the till has printed, give or take.
constexpr double kLeave_s = 8;
/// Votes within so many bins on either side are one peak: 35 s in all.
constexpr size_t kReach = 3;
/// So many standard deviations over chance: one in 360 places is looked for.
constexpr double kStandsOut = 4.5;
/// Nearer than this a clock is right: people and cameras are no more exact.
constexpr double kRight_s = 20;
/// Receipts of this many ago count half: clocks drift and are set.
constexpr double kKeep = 0.995;
/// So many of the newest messages say whether a till's come at once: half within kLive_s of the quickest. Those of a
/// file that is read every minute, or of a day at its end, do not.
constexpr size_t kNewest = 10, kNewestMin = 4;
constexpr double kLive_s = 8, kQuick_s = 3;
constexpr double kLateUnknown_s = 10, kLateMin_s = 5, kLateMax_s = 60;

double right_or(double offset_s) { return std::abs(offset_s) < kRight_s ? 0 : offset_s; }

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  const auto at = static_cast<ptrdiff_t>(q * static_cast<double>(values.size() - 1) + 0.5);
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<size_t>(at)];
}

}  // namespace

void TillClocks::vote(Till& till, double offset_s) {
  const double at = (offset_s + kSearch_s) / kBin_s;
  if (at >= 0 && at < static_cast<double>(kBins)) till.votes[static_cast<size_t>(at)] += 1;
}

void TillClocks::receipt(const std::string& till_id, Timestamp time, Timestamp heard) {
  if (tills_.size() >= kTillsMax && !tills_.contains(till_id)) return;
  Till& till = tills_[till_id];
  ++till.receipts;
  for (double& votes : till.votes) votes *= kKeep;
  for (const PlaceStay& stop : stops_) vote(till, seconds_between(stop.to, time) + kLeave_s);
  till.recent.push_back(time);
  if (till.recent.size() > kRecentMax) till.recent.pop_front();
  till.lags.push_back(seconds_between(time, heard));
  if (till.lags.size() > kLagsMax) till.lags.pop_front();
  if (const auto offset = by_messages(till); offset && !till.found) till.offset_s = *offset;
  decide(till);
}

std::optional<double> TillClocks::by_messages(const Till& till) {
  const size_t n = std::min(kNewest, till.lags.size());
  if (n < kNewestMin) return std::nullopt;
  const std::vector<double> newest(till.lags.end() - static_cast<ptrdiff_t>(n), till.lags.end());
  const double quickest = *std::ranges::min_element(newest);
  if (quantile(newest, 0.5) - quickest > kLive_s) return std::nullopt;
  return right_or(kQuick_s - quickest);
}

void TillClocks::stop(const PlaceStay& stay) {
  for (auto& [id, till] : tills_) {
    for (const Timestamp time : till.recent) vote(till, seconds_between(stay.to, time) + kLeave_s);
    decide(till);
  }
  stops_.push_back(stay);
  if (stops_.size() > kStopsMax) stops_.pop_front();
}

void TillClocks::decide(Till& till) {
  if (till.receipts < kReceiptsMin) return;
  double all = 0, best = -1;
  size_t peak = 0;
  for (size_t i = 0; i < kBins; ++i) all += till.votes[i];
  const auto around = [&](size_t i) {
    double sum = 0;
    for (size_t k = i - kReach; k <= i + kReach; ++k) sum += till.votes[k];
    return sum;
  };
  for (size_t i = kReach; i + kReach < kBins; ++i) {
    const double sum = around(i);
    if (sum > best) {
      best = sum;
      peak = i;
    }
  }
  const double chance = (all - best) * (2 * kReach + 1) / static_cast<double>(kBins - 2 * kReach - 1);
  const double needed = std::max(chance + kStandsOut * std::sqrt(chance + 1), 0.3 * static_cast<double>(kReceiptsMin));
  if (best < needed) return;
  double sum = 0, weighed = 0;
  for (size_t k = peak - kReach; k <= peak + kReach; ++k) {
    weighed += till.votes[k] * ((static_cast<double>(k) + 0.5) * kBin_s - kSearch_s);
    sum += till.votes[k];
  }
  till.found = true;
  till.offset_s = right_or(weighed / sum);
}

double TillClocks::offset_s(const std::string& till) const {
  const auto found = tills_.find(till);
  return found == tills_.end() ? 0 : found->second.offset_s;
}

double TillClocks::late_s() const {
  std::vector<double> late;
  for (const auto& [id, till] : tills_)
    for (const double lag : till.lags) late.push_back(lag + till.offset_s);
  if (late.size() < 5) return kLateUnknown_s;
  return std::clamp(quantile(std::move(late), 0.95) + 2, kLateMin_s, kLateMax_s);
}

std::vector<TillClock> TillClocks::all() const {
  std::vector<TillClock> clocks;
  for (const auto& [id, till] : tills_) {
    clocks.push_back({.till = id,
                      .offset_s = till.offset_s,
                      .found = till.found || by_messages(till),
                      .receipts = till.receipts,
                      .late_s = quantile({till.lags.begin(), till.lags.end()}, 0.95) + till.offset_s});
  }
  return clocks;
}

}  // namespace shrike
