#include "base/yaml.h"

#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace shrike {
namespace {

constexpr size_t kTextBytesMax = 1 << 20;

size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

std::string shown(const YAML::Node& node) {
  if (node.IsScalar()) return fmt::format("'{}'", node.Scalar().substr(0, 60));
  if (node.IsMap()) return "a mapping";
  if (node.IsSequence()) return "a list";
  return "nothing";
}

template <class T>
std::optional<T> scalar_as(const YAML::Node& node) {
  T value;
  return node.IsScalar() && YAML::convert<T>::decode(node, value) ? std::optional(value) : std::nullopt;
}

}  // namespace

void YamlFaults::add(const YAML::Mark& at, const std::string& what) { lines_.push_back(place(at) + ": " + what); }

std::string YamlFaults::place(const YAML::Mark& at) const {
  return at.is_null() ? file_ : fmt::format("{}:{}:{}", file_, at.line + 1, at.column + 1);
}

tl::unexpected<Error> YamlFaults::error() const { return bad_input(fmt::format("{}", fmt::join(lines_, "\n"))); }

YamlMap::YamlMap(const YAML::Node& node, std::string path, YamlFaults& faults)
    : node_(node), path_(std::move(path)), faults_(&faults) {
  if (node_.IsDefined() && !node_.IsNull() && !node_.IsMap()) {
    faults_->add(node_.Mark(), fmt::format("{}: expected a mapping (key: value), found {}",
                                           path_.empty() ? "the file" : path_, shown(node_)));
  }
  if (!node_.IsMap()) node_ = YAML::Node(YAML::NodeType::Map);
}

bool YamlMap::has(const char* key) const {
  const YAML::Node& node = node_;
  return node[key].IsDefined() && !node[key].IsNull();
}

void YamlMap::fault(const char* key, const std::string& what) {
  const YAML::Node& node = node_;
  const auto at = node[key].IsDefined() ? node[key].Mark() : node_.Mark();
  faults_->add(at, fmt::format("{}{}: {}", path_.empty() ? "" : path_ + ".", key, what));
}

std::string YamlMap::unexpected_word(const std::string& word, const std::vector<std::string>& expected) {
  const auto near = nearest(word, expected);
  return fmt::format("unknown value '{}'; expected {}{}", word.substr(0, 60), fmt::join(expected, ", "),
                     near ? fmt::format(" (did you mean '{}'?)", *near) : "");
}

void YamlMap::read(const char* key, std::string& value) {
  ask(key);
  if (!has(key)) return;
  const auto node = node_[key];
  if (const auto text = scalar_as<std::string>(node)) {
    value = *text;
  } else {
    fault(key, fmt::format("expected text, found {}", shown(node)));
  }
}

void YamlMap::read(const char* key, bool& value) {
  ask(key);
  if (!has(key)) return;
  const auto node = node_[key];
  if (const auto flag = scalar_as<bool>(node)) {
    value = *flag;
  } else {
    fault(key, fmt::format("expected true or false, found {}", shown(node)));
  }
}

template <class T>
void YamlMap::read_number(const char* key, T& value, Bounds bounds, const char* expected) {
  ask(key);
  if (!has(key)) return;
  const auto node = node_[key];
  const auto number = scalar_as<T>(node);
  if (!number || !std::isfinite(static_cast<double>(*number))) {
    fault(key, fmt::format("expected {}, found {}", expected, shown(node)));
  } else if (*number < bounds.min || *number > bounds.max) {
    fault(key, bounds.max == Bounds{}.max
                   ? fmt::format("{} is too small; expected {} or more", *number, bounds.min)
                   : fmt::format("{} is out of range; expected {} to {}", *number, bounds.min, bounds.max));
  } else {
    value = *number;
  }
}

void YamlMap::read(const char* key, int& value, Bounds bounds) { read_number(key, value, bounds, "a whole number"); }
void YamlMap::read(const char* key, double& value, Bounds bounds) { read_number(key, value, bounds, "a number"); }
void YamlMap::read(const char* key, float& value, Bounds bounds) { read_number(key, value, bounds, "a number"); }

void YamlMap::read(const char* key, std::optional<double>& value, Bounds bounds) {
  ask(key);
  if (!has(key)) return;
  double number = 0;
  read_number(key, number, bounds, "a number");
  value = number;
}

void YamlMap::read(const char* key, std::optional<std::vector<double>>& values, size_t count, Bounds bounds) {
  ask(key);
  if (!has(key)) return;
  const auto node = node_[key];
  if (!node.IsSequence() || node.size() != count) {
    return fault(key, fmt::format("expected a list of {} numbers, found {}", count,
                                  node.IsSequence() ? fmt::format("{}", node.size()) : shown(node)));
  }
  std::vector<double> read;
  for (const auto& item : node) {
    const auto number = scalar_as<double>(item);
    if (!number || !(*number >= bounds.min && *number <= bounds.max)) {
      return faults_->add(
          item.Mark(), fmt::format("{}{}: expected a number from {} to {}, found {}", path_.empty() ? "" : path_ + ".",
                                   key, bounds.min, bounds.max, shown(item)));
    }
    read.push_back(*number);
  }
  values = std::move(read);
}

std::vector<std::string> YamlMap::texts(const char* key) {
  ask(key);
  if (!has(key)) return {};
  const auto node = node_[key];
  if (node.IsScalar()) return {node.Scalar()};
  std::vector<std::string> all;
  bool good = node.IsSequence();
  for (size_t i = 0; good && i < node.size(); ++i) {
    good = node[i].IsScalar();
    if (good) all.push_back(node[i].Scalar());
  }
  if (good) return all;
  fault(key, fmt::format("expected a list of texts [a, b, …], found {}", shown(node)));
  return {};
}

YamlMap YamlMap::map(const char* key) {
  ask(key);
  const YAML::Node& node = node_;
  return {has(key) ? node[key] : YAML::Node(YAML::NodeType::Map), path_.empty() ? key : path_ + "." + key, *faults_};
}

std::vector<YamlMap> YamlMap::list(const char* key) {
  ask(key);
  std::vector<YamlMap> items;
  if (!has(key)) return items;
  const auto node = node_[key];
  if (!node.IsSequence()) {
    fault(key, fmt::format("expected a list (- …), found {}", shown(node)));
    return items;
  }
  for (size_t i = 0; i < node.size(); ++i) {
    items.emplace_back(node[i], fmt::format("{}{}[{}]", path_.empty() ? "" : path_ + ".", key, i), *faults_);
  }
  return items;
}

std::vector<std::pair<std::string, YamlMap>> YamlMap::named(const char* key) {
  ask(key);
  std::vector<std::pair<std::string, YamlMap>> items;
  if (!has(key)) return items;
  const auto node = node_[key];
  if (!node.IsMap()) {
    fault(key, fmt::format("expected a mapping of names (name: …), found {}", shown(node)));
    return items;
  }
  std::set<std::string> names;
  for (const auto& entry : node) {
    const auto name = scalar_as<std::string>(entry.first);
    if (!name || name->empty()) {
      faults_->add(entry.first.Mark(), fmt::format("{}: a name must be text", key));
    } else if (!names.insert(*name).second) {
      faults_->add(entry.first.Mark(), fmt::format("{}: '{}' is there twice; names must differ", key, *name));
    } else {
      items.emplace_back(
          *name, YamlMap(entry.second, fmt::format("{}{}.{}", path_.empty() ? "" : path_ + ".", key, *name), *faults_));
    }
  }
  return items;
}

std::optional<std::vector<std::pair<double, double>>> YamlMap::points_of(const YAML::Node& node,
                                                                         const std::string& where) {
  std::vector<std::pair<double, double>> points;
  bool good = node.IsSequence();
  for (size_t i = 0; good && i < node.size(); ++i) {
    const auto pair = node[i];
    const auto x = pair.IsSequence() && pair.size() == 2 ? scalar_as<double>(pair[0]) : std::nullopt;
    const auto y = x ? scalar_as<double>(pair[1]) : std::nullopt;
    if (y) {
      points.emplace_back(*x, *y);
    } else {
      faults_->add(pair.Mark(), fmt::format("{}[{}]: expected a point [x, y], found {}", where, i, shown(pair)));
      return std::nullopt;
    }
  }
  if (good) return points;
  faults_->add(node.Mark(), fmt::format("{}: expected points [[x, y], …], found {}", where, shown(node)));
  return std::nullopt;
}

std::vector<std::pair<double, double>> YamlMap::points(const char* key) {
  ask(key);
  if (!has(key)) return {};
  return points_of(node_[key], fmt::format("{}.{}", path_, key)).value_or(std::vector<std::pair<double, double>>{});
}

std::vector<std::vector<std::pair<double, double>>> YamlMap::point_lists(const char* key) {
  ask(key);
  std::vector<std::vector<std::pair<double, double>>> lists;
  if (!has(key)) return lists;
  const auto node = node_[key];
  if (!node.IsSequence()) {
    fault(key, fmt::format("expected a list of polygons [[[x, y], …], …], found {}", shown(node)));
    return lists;
  }
  for (size_t i = 0; i < node.size(); ++i) {
    if (auto points = points_of(node[i], fmt::format("{}.{}[{}]", path_, key, i))) lists.push_back(std::move(*points));
  }
  return lists;
}

void YamlMap::finish() {
  std::set<std::string> seen;
  const std::vector<std::string> known(asked_.begin(), asked_.end());
  for (const auto& entry : node_) {
    const auto key = scalar_as<std::string>(entry.first);
    const std::string where = path_.empty() ? "" : " in " + path_;
    if (!key) {
      faults_->add(entry.first.Mark(), fmt::format("a key{} must be text, found {}", where, shown(entry.first)));
    } else if (!asked_.contains(*key)) {
      const auto near = nearest(*key, known);
      faults_->add(entry.first.Mark(), fmt::format("unknown key '{}'{}; {}", *key, where,
                                                   near ? fmt::format("did you mean '{}'?", *near)
                                                        : fmt::format("known keys: {}", fmt::join(known, ", "))));
    } else if (!seen.insert(*key).second) {
      faults_->add(entry.first.Mark(), fmt::format("key '{}'{} is there twice", *key, where));
    }
  }
}

Result<YAML::Node> parse_yaml(std::string_view text, const std::string& file) {
  if (text.size() > kTextBytesMax) {
    return bad_input(
        fmt::format("{}: {} bytes; a configuration is at most {} bytes", file, text.size(), kTextBytesMax));
  }
  try {
    return YAML::Load(std::string(text));
  } catch (const YAML::Exception& e) {
    YamlFaults faults(file);
    faults.add(e.mark, e.msg);
    return faults.error();
  }
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const size_t distance = edit_distance(word.substr(0, 64), candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace shrike
