#include "sense/weight_steps.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace shrike {
namespace {

constexpr int kPieces_max = 24, kPiecesOfTwo_max = 4;
constexpr size_t kProductsInPairs_max = 32;  // pairs grow with the square
constexpr size_t kGuesses_max = 8;
constexpr double kGuess_min = 0.01;
constexpr double kDefaultSd = 0.01;
// Before the step's size is known. One piece is usual; each further one three times rarer; two products in one grab
// are rare. Something else may be anything up to a few kilograms.
constexpr double kNothing = 0.3, kSomething = 0.03, kTogether = 0.03;
constexpr double kSomethingUpTo_g = 5'000;

struct Hypothesis {
  size_t a = 0, b = 0;  // products; a == b: only a
  int of_a = 0, of_b = 0;
  double weight = 0;
};

double density(double x, double mean, double sd) {
  const double z = (x - mean) / sd;
  return std::exp(-z * z / 2) / (sd * std::sqrt(2 * std::numbers::pi));
}

double of_pieces(int count) { return 2.0 / 3 * std::pow(1.0 / 3, count - 1); }

double variance_of(const ShelfProduct& product) {
  const double sd = product.sd_g > 0 ? product.sd_g : kDefaultSd * product.unit_weight_g;
  return sd * sd;
}

bool weighs(const ShelfProduct& product) {
  return std::isfinite(product.unit_weight_g) && product.unit_weight_g > 0 && std::isfinite(product.sd_g);
}

std::vector<Hypothesis> hypotheses(double grams, double sd_g, std::span<const ShelfProduct> products) {
  std::vector<Hypothesis> all;
  const double share = (1 - kNothing - kSomething) / static_cast<double>(std::max<size_t>(1, products.size()));
  for (size_t i = 0; i < products.size(); ++i) {
    const auto& p = products[i];
    if (!weighs(p)) continue;
    for (int n = 1; n <= kPieces_max; ++n) {
      const double sd = std::sqrt(n * variance_of(p) + sd_g * sd_g);
      all.push_back({i, i, n, 0, share * of_pieces(n) * density(grams, n * p.unit_weight_g, sd)});
    }
  }
  const size_t paired = std::min(products.size(), kProductsInPairs_max);
  const double pairs = std::max(1.0, static_cast<double>(paired * (paired - 1)) / 2);
  for (size_t i = 0; i < paired; ++i) {
    for (size_t j = i + 1; j < paired; ++j) {
      if (!weighs(products[i]) || !weighs(products[j])) continue;
      for (int n = 1; n <= kPiecesOfTwo_max; ++n) {
        for (int m = 1; m <= kPiecesOfTwo_max; ++m) {
          const double sd = std::sqrt(n * variance_of(products[i]) + m * variance_of(products[j]) + sd_g * sd_g);
          const double mean = n * products[i].unit_weight_g + m * products[j].unit_weight_g;
          all.push_back({i, j, n, m, kTogether / pairs * of_pieces(n) * of_pieces(m) * density(grams, mean, sd)});
        }
      }
    }
  }
  return all;
}

void add(std::vector<ItemGuess>& guesses, const std::string& product, int count, double probability) {
  const auto same = std::find_if(guesses.begin(), guesses.end(),
                                 [&](const ItemGuess& each) { return each.product == product && each.count == count; });
  if (same != guesses.end()) {
    same->probability += probability;
  } else {
    guesses.push_back({.product = product, .count = count, .probability = probability});
  }
}

void tidy_up(std::vector<ItemGuess>& guesses) {
  std::erase_if(guesses, [](const ItemGuess& each) { return each.probability < kGuess_min; });
  std::stable_sort(guesses.begin(), guesses.end(),
                   [](const ItemGuess& a, const ItemGuess& b) { return a.probability > b.probability; });
  if (guesses.size() > kGuesses_max) guesses.resize(kGuesses_max);
}

}  // namespace

StepReading read_step(double grams, double sd_g, std::span<const ShelfProduct> products) {
  auto all = hypotheses(grams, sd_g, products);
  StepReading reading;
  // A shelf's zero wanders by about as much as it is uncertain.
  reading.nothing = kNothing * 2 * density(grams, 0, 1.5 * sd_g);
  reading.something = kSomething / kSomethingUpTo_g;
  double sum = reading.nothing + reading.something;
  const Hypothesis* best = nullptr;
  for (const auto& each : all) {
    sum += each.weight;
    if (best == nullptr || each.weight > best->weight) best = &each;
  }
  reading.nothing /= sum;
  reading.something /= sum;
  if (best == nullptr) return reading;
  const bool two = best->a != best->b;
  reading.moved.resize(two ? 2 : 1);
  for (const auto& each : all) {
    if ((each.a != each.b) != two) continue;
    add(reading.moved[0], products[each.a].product, each.of_a, each.weight / sum);
    if (two) add(reading.moved[1], products[each.b].product, each.of_b, each.weight / sum);
  }
  for (auto& guesses : reading.moved) tidy_up(guesses);
  std::erase_if(reading.moved, [](const auto& guesses) { return guesses.empty(); });
  return reading;
}

}  // namespace shrike
