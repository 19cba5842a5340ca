#pragma once
// Who is whom, where several newcomers could be several of those who are known.

#include <vector>

namespace shrike {

/// Newcomer `row` may be known person `column`: `odds` are those of being that person against being somebody new, with
/// no other newcomer and no other person there.
struct IdentityOdds {
  int row = 0, column = 0;
  double odds = 0;
};

/// The probability of each entry when at most one newcomer is any one person and a newcomer is at most one person: sums
/// over each row and column are at most 1, what is missing of a row is that it is somebody new. Belief propagation as
/// in Williams & Lau (IEEE Trans. Aerospace and Electronic Systems 50, 2014), exact where the entries form no loops and
/// near it where they do. Entries in any order, a pair at most once; odds finite and not negative.
[[nodiscard]] std::vector<double> identity_probabilities(const std::vector<IdentityOdds>& entries, int rows,
                                                         int columns);

}  // namespace shrike
