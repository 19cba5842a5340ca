#include "sense/till_book.h"

#include <algorithm>
#include <charconv>

namespace shrike {
namespace {

/// A counter that falls by more than this has started again; by less, a message was late.
constexpr int64_t kWrapMin = 1000;

bool reason_has(const TillLink& link, std::initializer_list<std::string_view> parts) {
  const auto reason = plain_word(link.reason);
  return std::any_of(parts.begin(), parts.end(),
                     [&](std::string_view part) { return reason.find(part) != std::string::npos; });
}

bool undoes(const TillTransaction& t, const TillLink& link) {
  return reason_has(link, {"void"}) || (t.kind == TillKind::post_void && link.reason.empty());
}
bool resumes(const TillTransaction& t, const TillLink& link) {
  return reason_has(link, {"suspend", "retriev", "resum"}) || (t.kind == TillKind::resumed && link.reason.empty());
}

std::vector<std::string> items_of(const TillTransaction& t) {
  std::vector<std::string> items;
  for (const auto& line : t.lines) {
    if (line.is_item()) items.push_back(line.item);
  }
  std::sort(items.begin(), items.end());
  return items;
}

/// Of the transactions put aside, the last one before `t` whose items are all in `t`.
BookedTill* most_alike(const std::vector<BookedTill*>& suspended, const TillTransaction& t) {
  const auto items = items_of(t);
  BookedTill* best = nullptr;
  for (BookedTill* candidate : suspended) {
    const auto& s = candidate->transaction;
    if (candidate->resumed_by || (s.time() && t.time() && *s.time() > *t.time())) continue;
    const auto put_aside = items_of(s);
    if (put_aside.empty() || !std::includes(items.begin(), items.end(), put_aside.begin(), put_aside.end())) continue;
    if (best == nullptr || best->transaction.time() < s.time()) best = candidate;
  }
  return best;
}

/// One till's numbers of one business day, in the order in which the counter gave them out.
struct Numbered {
  int64_t number = 0;
  std::optional<Timestamp> time;
};
using Numbers = std::vector<Numbered>;

/// Where the counter was full and started again: the numbers from there on came before the lower ones. 0: nowhere.
size_t wrap_point(const Numbers& sorted) {
  for (size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i].number - sorted[i - 1].number <= kWrapMin || !sorted[i - 1].time || !sorted.back().time) continue;
    if (*sorted[i - 1].time > *sorted.back().time) return i;
  }
  return 0;
}

Numbers in_counter_order(Numbers numbers) {
  std::sort(numbers.begin(), numbers.end(), [](const Numbered& a, const Numbered& b) { return a.number < b.number; });
  std::rotate(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(wrap_point(numbers)), numbers.end());
  return numbers;
}

}  // namespace

std::optional<int64_t> sequence_number(std::string_view text) {
  constexpr size_t kDigitsMax = 15;
  int64_t value = 0;
  if (text.empty() || text.size() > kDigitsMax) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

void TillBook::note_order(const TillKey& key) {
  const auto number = sequence_number(key.sequence);
  if (!number) return;
  auto& [day, highest] = last_.try_emplace({key.store, key.till}, key.business_day, *number).first->second;
  const bool behind =
      key.business_day < day || (key.business_day == day && *number < highest && highest - *number < kWrapMin);
  if (behind) {
    ++counts_.out_of_order;
  } else {
    day = key.business_day;
    highest = *number;
  }
}

void TillBook::add(TillTransaction transaction) {
  ++counts_.messages;
  const auto found = all_.find(transaction.key);
  if (found == all_.end()) {
    note_order(transaction.key);
    const auto key = transaction.key;
    all_.emplace(key, BookedTill{std::move(transaction), {}, {}, {}, {}});
  } else if (found->second.transaction == transaction) {
    ++counts_.repeated;
  } else {
    constexpr size_t kKeptMax = 1000;
    ++counts_.replaced;
    if (replaced_.size() < kKeptMax) replaced_.push_back(transaction.key);
    found->second.transaction = std::move(transaction);
  }
}

BookedTill* TillBook::find(const TillLink& link, const TillKey& from) {
  TillKey key{link.store.empty() ? from.store : link.store, link.till.empty() ? from.till : link.till,
              link.business_day, link.sequence};
  if (key.sequence.empty()) return nullptr;
  if (!key.business_day.empty()) {
    const auto found = all_.find(key);
    return found == all_.end() ? nullptr : &found->second;
  }
  // Without a day: the latest of that number up to this one's own day.
  BookedTill* latest = nullptr;
  auto it = all_.lower_bound({key.store, key.till, "", ""});
  while (it != all_.end() && it->first.store == key.store && it->first.till == key.till &&
         it->first.business_day <= from.business_day) {
    key.business_day = it->first.business_day;
    const auto found = all_.find(key);
    if (found != all_.end() && found->first != from) latest = &found->second;
    it = all_.lower_bound({key.store, key.till, key.business_day + " ", ""});  // the till's next day
  }
  return latest;
}

void TillBook::link_one(BookedTill& booked) {
  const auto& t = booked.transaction;
  for (const auto& link : t.links) {
    BookedTill* target = undoes(t, link) || resumes(t, link) ? find(link, t.key) : nullptr;
    if (target == nullptr || target == &booked) continue;
    if (undoes(t, link)) {
      target->undone_by = t.key;
      booked.undoes = target->transaction.key;
    } else {
      target->resumed_by = t.key;
      booked.resumes = target->transaction.key;
    }
  }
}

void TillBook::link_alike() {
  std::map<Till, std::vector<BookedTill*>> suspended;  // by store and business day
  for (auto& [key, booked] : all_) {
    if (booked.transaction.kind == TillKind::suspended && !booked.resumed_by)
      suspended[{key.store, key.business_day}].push_back(&booked);
  }
  for (auto& [key, booked] : all_) {
    if (booked.transaction.kind != TillKind::resumed || booked.resumes) continue;
    BookedTill* target = most_alike(suspended[{key.store, key.business_day}], booked.transaction);
    if (target == nullptr) continue;
    target->resumed_by = key;
    booked.resumes = target->transaction.key;
  }
}

void TillBook::link() {
  for (auto& [key, booked] : all_) booked.undone_by = booked.resumed_by = booked.undoes = booked.resumes = std::nullopt;
  for (auto& [key, booked] : all_) link_one(booked);
  link_alike();
  counts_.undone = counts_.post_voids_without_target = counts_.resumed = counts_.never_resumed = 0;
  for (const auto& [key, booked] : all_) {
    if (booked.undone_by) ++counts_.undone;
    if (booked.transaction.kind == TillKind::post_void && !booked.undoes) ++counts_.post_voids_without_target;
    if (booked.transaction.kind != TillKind::suspended) continue;
    ++(booked.resumed_by ? counts_.resumed : counts_.never_resumed);
  }
}

std::vector<SequenceGap> TillBook::gaps() const {
  std::map<Till, std::map<std::string, Numbers>> days;
  for (const auto& [key, booked] : all_) {
    if (const auto number = sequence_number(key.sequence); number)
      days[{key.store, key.till}][key.business_day].push_back({*number, booked.transaction.time()});
  }
  std::vector<SequenceGap> gaps;
  for (auto& [till, by_day] : days) {
    std::optional<int64_t> before;
    std::string day_before;
    for (auto& [day, unsorted] : by_day) {
      for (const auto& each : in_counter_order(std::move(unsorted))) {
        // A lower number than before: the counter started again.
        if (before && each.number > *before + 1)
          gaps.push_back({till.first, till.second, *before + 1, each.number - 1, day_before, day});
        before = each.number;
        day_before = day;
      }
    }
  }
  return gaps;
}

}  // namespace shrike
