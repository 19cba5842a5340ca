#include "sense/till_follow.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <nlohmann/json.hpp>

#include "sense/till_json.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFiles_max = 10'000;        // in one folder
constexpr size_t kKnown_max = 1'000'000;     // transactions remembered
constexpr size_t kClocks_max = 1'000;        // tills
constexpr double kClockWindow_s = 6 * 3600;  // tills say something every few minutes; quiet ones do not
constexpr double kClockOff_s = 60;           // logs come late by some seconds anyway

}  // namespace

TillFollower::TillFollower(fs::path path, TillContext context, double old_s)
    : path_(std::move(path)), old_s_(old_s), reader_(std::move(context)) {}

Result<std::vector<fs::path>> TillFollower::changed_files() {
  std::error_code error;
  std::vector<fs::path> candidates;
  if (fs::is_directory(path_, error)) {
    fs::directory_iterator entries(path_, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
      // Names that begin with a dot are files that are still being written.
      if (entries->is_regular_file(error) && !entries->path().filename().string().starts_with("."))
        candidates.push_back(entries->path());
      if (candidates.size() > kFiles_max)
        return bad_input(fmt::format("{}: over {} files; move old ones away", path_.string(), kFiles_max));
    }
  } else if (fs::exists(path_, error)) {
    candidates.push_back(path_);
  } else {
    return unavailable(fmt::format("{}: is not there", path_.string()));
  }
  if (error) return unavailable(fmt::format("{}: {}", path_.string(), error.message()));
  std::vector<fs::path> changed;
  for (const auto& file : candidates) {
    const Seen now{fs::file_size(file, error), fs::last_write_time(file, error)};
    if (error || now.size_bytes == 0) continue;
    auto& seen = files_[file];
    if (seen == now) continue;
    seen = now;
    changed.push_back(file);
  }
  std::sort(changed.begin(), changed.end());
  return changed;
}

std::vector<TillTransaction> TillFollower::look(Timestamp now) {
  std::vector<TillTransaction> fresh;
  const auto files = changed_files();
  if (!files) {
    state_.problem = files.error().message;
    return fresh;
  }
  state_.problem.clear();
  if (!files->empty()) {
    const int64_t left_out = reader_.tally().rejected.count;
    for (const auto& file : *files) {
      const auto read = reader_.read(file, [&](TillTransaction t) { take(std::move(t), now, fresh); });
      if (!read) state_.problem = read.error().message;
    }
    const auto& rejected = reader_.tally().rejected;
    state_.left_out = static_cast<uint64_t>(rejected.count - left_out);
    if (rejected.count > left_out && static_cast<size_t>(left_out) < rejected.first.size()) {
      const auto& fault = rejected.first[static_cast<size_t>(left_out)];
      state_.last_fault = fmt::format("{}: {}", fault.place, fault.what);
    }
  }
  looked_ = true;
  watch_clocks();
  return fresh;
}

void TillFollower::take(TillTransaction transaction, Timestamp now, std::vector<TillTransaction>& fresh) {
  const auto said = json_of(transaction).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const size_t hash = std::hash<std::string>()(said);
  const auto known = known_.find(transaction.key);
  if (known != known_.end() && known->second == hash) return;
  const bool is_new = known == known_.end();
  if (known_.size() >= kKnown_max) known_.clear();
  known_[transaction.key] = hash;
  const auto time = transaction.time();
  if (!looked_ && time && seconds_between(*time, now) > old_s_) {
    ++state_.old;
    return;
  }
  const auto till = fmt::format("{}/{}", transaction.key.store, transaction.key.till);
  if (looked_ && is_new && time && (clocks_.contains(till) || clocks_.size() < kClocks_max))
    clocks_.try_emplace(till, kClockWindow_s).first->second.observe(*time, now);
  ++state_.transactions;
  fresh.push_back(std::move(transaction));
}

void TillFollower::watch_clocks() {
  state_.clock.clear();
  state_.clock_offset_s = 0;
  for (const auto& [till, clock] : clocks_) {
    const double offset_s = clock.offset_s();
    if (std::abs(offset_s) < kClockOff_s || std::abs(offset_s) <= std::abs(state_.clock_offset_s)) continue;
    state_.clock_offset_s = offset_s;
    state_.clock = offset_s > 0 ? fmt::format("the clock of till {} is {:.1f} min fast", till, offset_s / 60)
                                : fmt::format("the clock of till {} is {:.1f} min slow, or its log comes late", till,
                                              -offset_s / 60);
  }
}

}  // namespace shrike
