#include "track/shop_walks.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <random>

namespace shrike {
namespace {

constexpr int kCameras = 4;
constexpr double kStep_s = 0.2, kOverlap_m = 2, kBlind_m = 1.5, kDoor_m = 1.5;
constexpr size_t kLookSize = 24;
constexpr double kTrackForgets_s = 2;  ///< a shorter absence does not break a camera's visit

struct Walker {
  double begin_s = 0;
  double x = 0, y = 0, goal_x = 0, goal_y = 0, speed = 1.2, stay_s = 0, hidden_s = 0;
  int goals_left = 0;
  bool gone = false;
  std::vector<double> look;
};

struct Seen {
  std::string visit;
  double newest_s = -100;
  double swapped_s = -100;
};

class Shop {
 public:
  explicit Shop(const ShopWalkOptions& options) : o_(options), random_(options.seed) {
    for (int c = 0; c < kCameras; ++c) casts_.push_back(normals(o_.cast));
    const std::vector<double> uniform = normals(1);
    for (int i = 0; i < o_.people; ++i) {
      Walker w;
      w.begin_s = uniform_of(0, o_.span_s);
      w.goals_left = static_cast<int>(uniform_of(2, 6));
      w.speed = uniform_of(0.8, 1.4);
      w.y = o_.depth_m / 2;
      w.look = uniform_of(0, 1) < o_.uniform_share ? uniform : normals(1);
      aim(w);
      people_.push_back(std::move(w));
    }
    visits_.resize(people_.size() * kCameras);
  }

  std::vector<TrueSight> run() {
    std::vector<TrueSight> all;
    const double last_s = o_.span_s + 1800;
    for (double t = 0; t < last_s; t += kStep_s) {
      bool anybody = false;
      for (Walker& w : people_) {
        if (t >= w.begin_s && !w.gone) move(w);
        anybody = anybody || !w.gone;
      }
      for (int c = 0; c < kCameras; ++c) all.push_back(look(c, t));
      if (!anybody) break;
    }
    return all;
  }

 private:
  double uniform_of(double from, double to) { return std::uniform_real_distribution<double>(from, to)(random_); }
  double normal(double spread) { return std::normal_distribution<double>(0, spread)(random_); }
  std::vector<double> normals(double spread) {
    std::vector<double> values(kLookSize);
    for (double& v : values) v = normal(spread);
    return values;
  }

  void aim(Walker& w) {
    w.goal_x = uniform_of(0.5, o_.width_m - 0.5);
    w.goal_y = uniform_of(0.5, o_.depth_m - 0.5);
    if (w.goals_left-- <= 0) w.goal_x = 0, w.goal_y = o_.depth_m / 2;
  }

  void move(Walker& w) {
    if (w.hidden_s > 0) {
      w.hidden_s -= kStep_s;
      return;
    }
    if (w.stay_s > 0) {
      w.stay_s -= kStep_s;
      return;
    }
    // On average so long behind shelves that the share comes out; 31 s is the mean of a time there.
    if (w.x > 2 && o_.hidden_share > 0 && uniform_of(0, 1) < kStep_s * o_.hidden_share / 31)
      w.hidden_s = uniform_of(2, 60);
    const double dx = w.goal_x - w.x, dy = w.goal_y - w.y, far = std::hypot(dx, dy);
    const double step = w.speed * kStep_s;
    if (far <= step) {
      if (w.goals_left < 0) {
        w.gone = true;
        return;
      }
      w.stay_s = uniform_of(2, 20);
      aim(w);
      return;
    }
    w.x += dx / far * step;
    w.y += dy / far * step;
  }

  [[nodiscard]] bool in_view(int camera, const Walker& w) const {
    const double side = o_.width_m / kCameras, margin = o_.overlap ? kOverlap_m / 2 : -kBlind_m / 2;
    return w.x >= side * camera - margin && w.x <= side * (camera + 1) + margin;
  }

  Seen& visit_of(size_t person, int camera) { return visits_[person * kCameras + static_cast<size_t>(camera)]; }

  TrueSight look(int c, double t) {
    const Timestamp right = Timestamp{1'700'000'000'000'000}.plus_s(t);
    TrueSight out{{fmt::format("cam{}", c), right.plus_s(c == 1 ? o_.clock_ahead_s : 0), {}, {}}, right, {}, {}};
    std::vector<size_t> here;
    for (size_t i = 0; i < people_.size(); ++i) {
      const Walker& w = people_[i];
      Seen& seen = visit_of(i, c);
      if (t >= w.begin_s && !w.gone && w.hidden_s <= 0 && in_view(c, w)) {
        if (seen.visit.empty()) seen.visit = fmt::format("v{:05}", ++named_);
        seen.newest_s = t;
        here.push_back(i);
      } else if (!seen.visit.empty() && t - seen.newest_s > kTrackForgets_s) {
        out.sight.ended.push_back(std::exchange(seen.visit, {}));
      }
    }
    swap_those_who_meet(here, c, t);
    for (const size_t i : here) show(i, c, out);
    return out;
  }

  void swap_those_who_meet(const std::vector<size_t>& here, int c, double t) {
    if (o_.swaps_per_meeting <= 0) return;
    for (size_t a = 0; a < here.size(); ++a)
      for (size_t b = a + 1; b < here.size(); ++b) {
        Seen &first = visit_of(here[a], c), &second = visit_of(here[b], c);
        const Walker &p = people_[here[a]], &q = people_[here[b]];
        if (std::hypot(p.x - q.x, p.y - q.y) > 1 || t - std::max(first.swapped_s, second.swapped_s) < 10) continue;
        first.swapped_s = second.swapped_s = t;
        if (uniform_of(0, 1) < o_.swaps_per_meeting) std::swap(first.visit, second.visit);
      }
  }

  void show(size_t i, int c, TrueSight& out) {
    const Walker& w = people_[i];
    SeenPerson person{.camera_visit = visit_of(i, c).visit, .spot = {}, .look = {}, .at_door = w.x < kDoor_m};
    const double spread = o_.foot_noise_m * o_.foot_noise_m;
    if (o_.placed) person.spot = {w.x + normal(o_.foot_noise_m), w.y + normal(o_.foot_noise_m), spread, 0, spread};
    if (o_.looks) {
      double squares = 0;
      for (size_t k = 0; k < kLookSize; ++k) {
        const double v = w.look[k] + casts_[static_cast<size_t>(c)][k] + normal(o_.look_noise);
        person.look.push_back(static_cast<float>(v));
        squares += v * v;
      }
      for (float& v : person.look) v /= static_cast<float>(std::sqrt(squares));
    }
    out.sight.people.push_back(std::move(person));
    out.who.push_back(static_cast<int>(i));
    out.where.push_back({w.x, w.y, 0, 0, 0});
  }

  ShopWalkOptions o_;
  std::mt19937_64 random_;
  std::vector<std::vector<double>> casts_;
  std::vector<Walker> people_;
  std::vector<Seen> visits_;
  int named_ = 0;
};

}  // namespace

std::vector<TrueSight> walk_shop(const ShopWalkOptions& options) { return Shop(options).run(); }

}  // namespace shrike
