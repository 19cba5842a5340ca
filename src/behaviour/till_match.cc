#include "behaviour/till_match.h"

#include <algorithm>
#include <cmath>

#include "track/assignment.h"

namespace shrike {
namespace {

/// Somebody paid whom no camera saw at a checkout.
constexpr double kNobody = -4.5;
/// Who was never seen at a checkout paid all the same: cameras miss one stop in a hundred or so.
constexpr double kNeverAtCheckout = -5, kUnwatchedCheckout = -2;
constexpr double kAway_s = 8;        ///< seconds away from the checkout that cost one
constexpr double kGoneAfter_s = 20;  ///< who has paid goes: seconds of staying on that cost one
constexpr double kTogether_s = 30;   ///< receipts so near to each other cannot be one person's
constexpr double kInside_s = 10;     ///< cameras find people a little late
constexpr double kFar = -12;         ///< no candidate below
constexpr size_t kCandidatesMax = 12;

double presence_score(Timestamp time, const std::string& till, const Shopper& shopper, const MatchSettings& settings) {
  double best = kFar;
  for (const PlaceStay& stop : shopper.stops) {
    const double away = gap_s(stop, time, time) / kAway_s;
    const double stayed = std::clamp(seconds_between(time, stop.to) / kGoneAfter_s, 0.0, 3.0);
    best = std::max(best, settings.place(till, stop.zone) - away - stayed);
  }
  const bool inside = gap_s({{}, shopper.from, shopper.to}, time, time) < kInside_s;
  if (!inside) return best;
  return std::max(best, settings.checkouts_watched ? kNeverAtCheckout : kUnwatchedCheckout);
}

double goods_score(const Receipt& receipt, const Shopper& shopper, const MatchSettings& settings) {
  std::map<std::string, double> paid;
  for (const PaidPiece& piece : receipt.pieces) {
    if (settings.is_sensed(piece.product)) paid[piece.product] += 1;
  }
  double agreed = 0, not_held = 0, not_paid = 0;
  for (const auto& [product, pieces] : paid) {
    const auto held = shopper.holds.find(product);
    const double both = held == shopper.holds.end() ? 0 : std::min(pieces, held->second);
    agreed += both;
    not_held += pieces - both;
  }
  for (const auto& [product, pieces] : shopper.holds) {
    const auto found = paid.find(product);
    if (!product.empty()) not_paid += std::max(0.0, pieces - (found == paid.end() ? 0 : found->second));
    if (product.empty()) not_held = std::max(0.0, not_held - pieces);
  }
  return std::min(1.5 * agreed, 8.0) - std::min(0.8 * not_held, 4.0) - std::min(0.3 * not_paid, 2.0);
}

/// The largest total gain without one receipt and one shopper (either may be none: a number beyond the end).
double best_total(const std::vector<std::vector<double>>& gains, size_t shoppers, size_t without_receipt,
                  size_t without_shopper, Assignment& assignment) {
  assignment.begin(static_cast<int>(gains.size()), static_cast<int>(shoppers));
  for (size_t r = 0; r < gains.size(); ++r) {
    for (size_t s = 0; s < shoppers; ++s) {
      if (r == without_receipt || s == without_shopper || gains[r][s] <= 0) continue;
      assignment.add(static_cast<int>(r), static_cast<int>(s), static_cast<float>(gains[r][s]));
    }
  }
  double total = 0;
  const auto columns = assignment.solve();
  for (size_t r = 0; r < gains.size(); ++r) {
    if (columns[r] >= 0) total += gains[r][static_cast<size_t>(columns[r])];
  }
  return total;
}

/// The claims on `gains[one]`, where the other receipts of `gains` compete for the same shoppers.
std::vector<Payer> claims_of(const std::vector<std::vector<double>>& gains, size_t one, size_t shoppers) {
  std::vector<Payer> claims;
  for (size_t s = 0; s < shoppers; ++s) {
    if (gains[one][s] > kFar - kNobody) claims.push_back({s, gains[one][s]});
  }
  std::ranges::sort(claims, std::greater(), &Payer::p);
  if (claims.size() > kCandidatesMax) claims.resize(kCandidatesMax);
  Assignment assignment;
  const double nobody = best_total(gains, shoppers, one, shoppers, assignment);
  double sum = 1;
  for (Payer& claim : claims) {
    const double forced = claim.p + best_total(gains, shoppers, one, claim.shopper, assignment);
    claim.p = std::exp(std::clamp(forced - nobody, -50.0, 50.0));
    sum += claim.p;
  }
  for (Payer& claim : claims) claim.p /= sum;
  std::erase_if(claims, [](const Payer& claim) { return claim.p < 0.01; });
  std::ranges::sort(claims, std::greater(), &Payer::p);
  return claims;
}

}  // namespace

double match_score(const Receipt& receipt, const Shopper& shopper, const MatchSettings& settings) {
  const Timestamp time = receipt.time.plus_s(-settings.offset_s(receipt.key.till));
  const double presence = presence_score(time, receipt.key.till, shopper, settings);
  return presence <= kFar ? kFar : presence + goods_score(receipt, shopper, settings);
}

std::vector<std::vector<Payer>> match_receipts(std::span<const Receipt> receipts, std::span<const Shopper> shoppers,
                                               const MatchSettings& settings) {
  std::vector<std::vector<double>> all(receipts.size());
  for (size_t r = 0; r < receipts.size(); ++r) {
    for (const Shopper& shopper : shoppers) {
      all[r].push_back(match_score(receipts[r], shopper, settings) - kNobody);
    }
  }
  std::vector<std::vector<Payer>> claims(receipts.size());
  for (size_t r = 0; r < receipts.size(); ++r) {
    std::vector<std::vector<double>> together;
    size_t own = 0;
    for (size_t other = 0; other < receipts.size(); ++other) {
      const double apart_s = std::abs(seconds_between(receipts[other].time, receipts[r].time));
      if (other != r && apart_s > kTogether_s) continue;
      if (other == r) own = together.size();
      together.push_back(all[other]);
    }
    claims[r] = claims_of(together, own, shoppers.size());
  }
  return claims;
}

}  // namespace shrike
