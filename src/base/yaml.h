#pragma once
// YAML read key by key against what the reader asks for. Every fault is collected with its file:line:column, so that a
// person mends a file in one go; a key that nobody asked for is a fault too, named with the nearest one that was.

#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>
#include <yaml-cpp/yaml.h>

#include "base/result.h"

namespace shrike {

/// The faults found in one file so far.
class YamlFaults {
 public:
  explicit YamlFaults(std::string file) : file_(std::move(file)) {}
  void add(const YAML::Mark& at, const std::string& what);
  [[nodiscard]] bool any() const { return !lines_.empty(); }
  /// `at` as file:line:column, or only the file where it has no place.
  [[nodiscard]] std::string place(const YAML::Mark& at) const;
  /// All faults, one a line, as a bad_input error.
  [[nodiscard]] tl::unexpected<Error> error() const;

 private:
  std::string file_;
  std::vector<std::string> lines_;
};

/// A number with the bounds it must lie in (both included).
struct Bounds {
  double min = std::numeric_limits<double>::lowest();
  double max = std::numeric_limits<double>::max();
};

/// One mapping of the file. A key that is absent leaves the value that was there: the default.
class YamlMap {
 public:
  YamlMap(const YAML::Node& node, std::string path, YamlFaults& faults);

  void read(const char* key, std::string& value);
  void read(const char* key, bool& value);
  void read(const char* key, int& value, Bounds bounds = {});
  void read(const char* key, double& value, Bounds bounds = {});
  void read(const char* key, float& value, Bounds bounds = {});
  void read(const char* key, std::optional<double>& value, Bounds bounds = {});

  /// A list of `count` numbers, [a, b, …], into a value of that many; every one within `bounds`.
  void read(const char* key, std::optional<std::vector<double>>& values, size_t count, Bounds bounds = {});
  /// A word out of a fixed set; `from` maps it to the value or to nothing.
  template <class T, class From>
  void read_word(const char* key, T& value, From from, const std::vector<std::string>& expected) {
    std::string word;
    if (!has(key)) return ask(key);
    read(key, word);
    if (const auto found = from(word)) {
      value = *found;
    } else {
      fault(key, unexpected_word(word, expected));
    }
  }

  /// The texts in the list below `key`, or the one text that stands there; empty where absent.
  [[nodiscard]] std::vector<std::string> texts(const char* key);

  /// The mapping below `key`; empty where absent.
  [[nodiscard]] YamlMap map(const char* key);
  /// The mappings in the list below `key`; empty where absent.
  [[nodiscard]] std::vector<YamlMap> list(const char* key);
  /// The mapping below `key` as (name, mapping) pairs, where the names are the user's: `cameras: {front: {…}}`.
  [[nodiscard]] std::vector<std::pair<std::string, YamlMap>> named(const char* key);
  /// The points below `key`, [[x, y], …]; empty where absent. `faults` says so where it is not that.
  [[nodiscard]] std::vector<std::pair<double, double>> points(const char* key);
  /// Several lists of points below `key`.
  [[nodiscard]] std::vector<std::vector<std::pair<double, double>>> point_lists(const char* key);

  [[nodiscard]] bool has(const char* key) const;
  /// This mapping's place, as file:line:column.
  [[nodiscard]] std::string where() const { return faults_->place(node_.Mark()); }
  /// Reports a fault at the value of `key`, or at this mapping where the key is absent.
  void fault(const char* key, const std::string& what);
  /// Call last: every key that was never asked for is a fault, with the nearest known key.
  void finish();

 private:
  void ask(const char* key) { asked_.insert(key); }
  template <class T>
  void read_number(const char* key, T& value, Bounds bounds, const char* expected);
  static std::string unexpected_word(const std::string& word, const std::vector<std::string>& expected);
  std::optional<std::vector<std::pair<double, double>>> points_of(const YAML::Node& node, const std::string& where);

  YAML::Node node_;
  std::string path_;
  YamlFaults* faults_;
  std::set<std::string> asked_;
};

/// Parses `text`; the error names file:line:column. `text` over 1 MiB is refused.
[[nodiscard]] Result<YAML::Node> parse_yaml(std::string_view text, const std::string& file);

/// The candidate with the smallest edit distance to `word`, if it is near enough to be what was meant.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace shrike
