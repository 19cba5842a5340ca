#include "behaviour/staff.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "track/looks.h"
#include "vision/appearance.h"

namespace shrike {
namespace {

constexpr double kGap_s = 2;          ///< of a time in a zone, counted at most
constexpr float kOneUniform = 0.88F;  ///< how alike two of one uniform are at least
constexpr int kVisitsMin = 2;         ///< of one uniform, before it counts
constexpr size_t kUniformsMax = 12;   ///< the longest unseen is forgotten
constexpr size_t kMembersMax = 5000;
constexpr double kLookFor_s = 3;    ///< before anything is said of a visit's clothing
constexpr double kCustomer_s = 20;  ///< seen for so long, never in a staff zone: clothing of customers
constexpr double kSpeaks = 0.7;     ///< log-ratio from which it is said
constexpr double kMost = 2;         ///< anybody can wear a similar shirt
constexpr double kSayAgain = 0.4;
constexpr double kBadge = -5;  ///< as in kinds.cc

}  // namespace

double StaffWatch::alike_uniforms(std::span<const float> look) const {
  double best = 0;
  for (const Uniform& uniform : gallery_)
    if (uniform.visits >= kVisitsMin) best = std::max(best, static_cast<double>(alike(uniform.look, look)));
  return best;
}

size_t StaffWatch::uniforms() const {
  return static_cast<size_t>(
      std::ranges::count_if(gallery_, [](const Uniform& uniform) { return uniform.visits >= kVisitsMin; }));
}

std::vector<VisitEvidence> StaffWatch::see(const StaffSight& sight) {
  if (members_.size() >= kMembersMax && !members_.contains(sight.camera_visit)) return {};
  const auto [found, is_new] = members_.try_emplace(std::string(sight.camera_visit));
  Member& member = found->second;
  if (is_new) member.first = member.last = sight.time;
  if (sight.in_staff_zone) member.staff_s += std::clamp(seconds_between(member.last, sight.time), 0.0, kGap_s);
  member.last = sight.time;
  if (has_look(sight.look)) {
    if (member.look.size() != sight.look.size())
      member.look.assign(sight.look.begin(), sight.look.end());
    else
      blend_look(member.look, sight.look, 0.1F);
  }
  if (member.look.empty() || seconds_between(member.first, member.last) < kLookFor_s) return {};
  learn(member, sight.time);
  if (uniforms() == 0) return {};
  const double ratio = likeness_.log_ratio(alike_uniforms(member.look));
  const double llr = ratio < kSpeaks ? 0 : -std::min(ratio, kMost);
  if (std::abs(llr - member.said) < kSayAgain) return {};
  member.said = llr;
  return {{std::string(sight.camera_visit),
           std::string(sight.camera),
           sight.track_id,
           {.kind = "staff_looks",
            .from = member.first,
            .to = sight.time,
            .source = std::string(sight.camera),
            .zone = {},
            .llr = llr,
            .detail = llr < 0 ? "dressed as those who work here" : "not dressed as those who work here"}}};
}

/// Clothing of those who were long in staff zones is a uniform; of those who never were, what customers wear.
void StaffWatch::learn(Member& member, Timestamp now) {
  if (member.learnt) return;
  if (member.staff_s == 0 && seconds_between(member.first, now) >= kCustomer_s && uniforms() > 0) {
    likeness_.learn_different(alike_uniforms(member.look));
    member.learnt = true;
  }
  if (member.staff_s < config_.learn_s) return;
  member.learnt = true;
  const auto nearest =
      std::ranges::max_element(gallery_, {}, [&](const Uniform& uniform) { return alike(uniform.look, member.look); });
  if (nearest != gallery_.end() && alike(nearest->look, member.look) >= kOneUniform) {
    likeness_.learn_same(static_cast<double>(alike(nearest->look, member.look)));
    blend_look(nearest->look, member.look, 0.3F);
    ++nearest->visits;
    nearest->newest = now;
    return;
  }
  if (gallery_.size() >= kUniformsMax) gallery_.erase(std::ranges::min_element(gallery_, {}, &Uniform::newest));
  gallery_.push_back({member.look, 1, now});
}

void StaffWatch::forget(std::string_view camera_visit) {
  if (const auto member = members_.find(camera_visit); member != members_.end()) members_.erase(member);
}

std::string StaffWatch::badge_of(std::string_view epc) const {
  for (const StaffBadges& badges : config_.badges)
    if (epc.starts_with(badges.epc_prefix)) return badges.name;
  return {};
}

VisitEvidence StaffWatch::badge_evidence(const StaffSight& sight, const std::string& reader, const std::string& badge,
                                         size_t people) const {
  const double share = 1.0 / static_cast<double>(std::max<size_t>(1, people));
  return {std::string(sight.camera_visit),
          std::string(sight.camera),
          sight.track_id,
          {.kind = "staff_badge",
           .from = sight.time,
           .to = sight.time,
           .source = reader,
           .zone = {},
           .llr = std::log(share * std::exp(kBadge) + 1 - share),
           .detail = people < 2 ? fmt::format("a badge of {} was read", badge)
                                : fmt::format("a badge of {} was read, of one of {} people there", badge, people)}};
}

}  // namespace shrike
