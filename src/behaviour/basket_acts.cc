#include "behaviour/basket_acts.h"

#include <algorithm>

namespace shrike {
namespace {

/// A hand is at a shelf for a few seconds, a scale needs a second or two to come to rest.
constexpr double kSameAct_s = 4;
/// That a sensor is quite wrong about the product it names.
constexpr double kConfused = 0.02;
constexpr double kLeast = 1e-3;

double nothing(const std::vector<ItemGuess>& guesses) {
  double sum = 0;
  for (const ItemGuess& guess : guesses) sum += guess.probability;
  return std::clamp(1 - sum, kLeast, 1.0);
}

/// How well `guess` goes with what the other sensor says.
double support(const ItemGuess& guess, const std::vector<ItemGuess>& other) {
  double sum = kConfused;
  for (const ItemGuess& one : other) {
    const bool vague = one.product.empty() || guess.product.empty();
    const bool same = vague || (one.product == guess.product &&
                                (one.serial.empty() || guess.serial.empty() || one.serial == guess.serial));
    // A sensor that sees each piece by itself says nothing against several.
    if (same) sum += one.probability;
  }
  return sum;
}

}  // namespace

double Act::probability() const { return 1 - nothing(guesses); }

int Act::count() const {
  const auto best = std::ranges::max_element(guesses, {}, &ItemGuess::probability);
  return best == guesses.end() ? 0 : best->count;
}

bool Act::names(const std::string& serial) const {
  return std::ranges::any_of(guesses, [&](const ItemGuess& guess) { return guess.serial == serial; });
}

bool same_act(const Act& act, const ItemEvent& event) {
  if (act.kind != event.kind || act.zone != event.zone) return false;
  if (gap_s({{}, act.from, act.to}, event.from, event.to) > kSameAct_s) return false;
  const auto told = act.sources.find(event.source);
  int pieces = 0;
  for (const ItemGuess& guess : event.guesses) pieces = std::max(pieces, guess.count);
  if (told != act.sources.end() && told->second + pieces > act.count()) return false;
  double agreed = 0;
  for (const ItemGuess& guess : event.guesses) agreed += guess.probability * support(guess, act.guesses);
  return agreed > 2 * kConfused;
}

std::vector<ItemGuess> fused(const std::vector<ItemGuess>& a, const std::vector<ItemGuess>& b) {
  std::vector<ItemGuess> all;
  double sum = 0;
  const auto take = [&](const std::vector<ItemGuess>& from, const std::vector<ItemGuess>& other) {
    for (const ItemGuess& guess : from) {
      // What only one can name is taken over once; what neither can stays one piece of something.
      const auto known = std::ranges::find_if(all, [&](const ItemGuess& one) {
        const bool one_tag = one.serial == guess.serial || one.serial.empty() || guess.serial.empty();
        return one.product == guess.product && one_tag && one.count >= guess.count;
      });
      if (known != all.end() && known->serial.empty()) known->serial = guess.serial;
      const bool named_by_other = guess.product.empty() &&
                                  std::ranges::any_of(other, [](const ItemGuess& one) { return !one.product.empty(); });
      if (known != all.end() || named_by_other) continue;
      all.push_back(guess);
      all.back().probability = guess.probability * support(guess, other);
      sum += all.back().probability;
    }
  };
  take(a, b);
  take(b, a);
  // Each was told because something seemed to happen: that nothing did needs both to be wrong.
  const double happened = 1 - nothing(a) * nothing(b);
  for (ItemGuess& guess : all) guess.probability *= happened / std::max(kLeast, sum);
  std::erase_if(all, [](const ItemGuess& guess) { return guess.probability < kLeast; });
  return all;
}

}  // namespace shrike
