#include "rules.h"

#include <algorithm>
#include <regex>
#include <tuple>

namespace tidy {
namespace {

constexpr int kFunctionLinesMax = 70;
constexpr size_t kColumnsMax = 120;

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

size_t indentation(const std::string& line) { return std::min(line.find_first_not_of(' '), line.size()); }

/// Columns as a reader counts them: one a UTF-8 character.
size_t columns(const std::string& line) {
  return static_cast<size_t>(
      std::count_if(line.begin(), line.end(), [](unsigned char c) { return (c & 0xC0) != 0x80; }));
}

bool opens_scope_that_is_no_function(const std::string& line) {
  static const std::regex kScope(
      R"(^\s*(namespace|class|struct|enum|union|extern|if|for|while|switch|do|else|try|\}|constexpr auto \w+ = \{|.*= \{$).*)");
  return std::regex_match(line, kScope);
}

bool in_string_or_comment(const std::string& line, size_t at) {
  const size_t comment = line.find("//");
  const auto quotes = std::count(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(at), '"');
  return (comment != std::string::npos && comment < at) || quotes % 2 == 1;
}

}  // namespace

std::vector<std::string> rooms_in_order(std::string_view src_cmake) {
  static const std::regex kRoom(R"(^\s*shrike_room\((\w+).*)");
  std::vector<std::string> rooms;
  std::smatch match;
  for (const auto& line : lines_of(src_cmake)) {
    if (std::regex_match(line, match, kRoom)) rooms.push_back(match[1]);
  }
  return rooms;
}

std::vector<Breach> includes_against_order(const std::string& file, std::string_view text,
                                           const std::vector<std::string>& rooms) {
  static const std::regex kInclude(R"re(^#include "(\w+)/.*)re");
  const auto rank = [&](const std::string& room) {
    return std::find(rooms.begin(), rooms.end(), room) - rooms.begin();
  };
  const auto own = file.substr(0, file.find('/'));
  std::vector<Breach> breaches;
  std::smatch match;
  int number = 0;
  for (const auto& line : lines_of(text)) {
    ++number;
    if (!std::regex_match(line, match, kInclude)) continue;
    const std::string other = match[1];
    if (rank(other) == static_cast<std::ptrdiff_t>(rooms.size())) {
      breaches.push_back({file, number, "includes \"" + other + "/\", which is no room of src/CMakeLists.txt"});
    } else if (rank(other) > rank(own)) {
      breaches.push_back({file, number, "room " + own + " includes room " + other + ", which comes after it"});
    }
  }
  return breaches;
}

std::vector<Breach> long_functions(const std::string& file, std::string_view text) {
  const auto lines = lines_of(text);
  std::vector<Breach> breaches;
  for (size_t i = 0; i < lines.size(); ++i) {
    const size_t indent = indentation(lines[i]);
    if (indent > 2 || opens_scope_that_is_no_function(lines[i]) || lines[i].starts_with("TEST")) continue;
    if (lines[i].find('(') == std::string::npos || lines[i].find(" = ") != std::string::npos) continue;
    // A signature may run over several lines; a ';' or '}' before the '{' says that it was none.
    size_t open = i;
    while (open < lines.size() && !lines[open].empty() &&
           std::string_view("{;}").find(lines[open].back()) == std::string_view::npos) {
      ++open;
    }
    if (open == lines.size() || lines[open].empty() || lines[open].back() != '{') continue;
    const std::string close = std::string(indent, ' ') + "}";
    size_t end = open + 1;
    while (end < lines.size() && !lines[end].starts_with(close)) ++end;
    const auto length = static_cast<int>(end - open - 1);
    if (length > kFunctionLinesMax) {
      breaches.push_back({file, static_cast<int>(i) + 1,
                          "a function of " + std::to_string(length) + " lines; " + std::to_string(kFunctionLinesMax) +
                              " is the most"});
    }
    i = end;
  }
  return breaches;
}

std::vector<Breach> banned_idioms(const std::string& file, std::string_view text) {
  struct Idiom {
    std::regex pattern;
    const char* why;
  };
  static const std::vector<Idiom> kIdioms{
      {std::regex(R"(sleep_for|sleep_until|\busleep\(|\bsleep\(|nanosleep)"),
       "sleeps; wait for what is meant, with a deadline"},
      {std::regex(R"((^|[^\w.])new [A-Za-z_:]+[\w:<>]*[\s]*[({;\[])"), "raw new; use a value or a smart pointer"},
      {std::regex(R"((^|[^\w.=] *)delete (\[\] *)?\w)"), "raw delete; ownership belongs in a type"},
      {std::regex(R"(\b(TODO|FIXME|XXX)\b)"), "a note to self; open an issue instead"}};
  std::vector<Breach> breaches;
  int number = 0;
  for (const auto& line : lines_of(text)) {
    ++number;
    std::smatch match;
    for (const auto& [pattern, why] : kIdioms) {
      const bool note = std::string_view(why).starts_with("a note");
      if (std::regex_search(line, match, pattern) &&
          (note || !in_string_or_comment(line, static_cast<size_t>(match.position() + match.length(1))))) {
        breaches.push_back({file, number, why});
      }
    }
    if (line.find('\t') != std::string::npos) breaches.push_back({file, number, "a tab"});
    if (columns(line) > kColumnsMax) breaches.push_back({file, number, "a line of over 120 columns"});
  }
  return breaches;
}

std::vector<Breach> undocumented_keys(const std::string& file, std::string_view text, std::string_view manual) {
  static const std::regex kAsked(
      R"re((?:\.|->)(?:read|map|list|named|points|point_lists)\("([a-z_0-9]+)"|read_(?:word|path)\(\w+, "([a-z_0-9]+)")re");
  const std::string shown(manual);
  std::vector<Breach> breaches;
  int number = 0;
  for (const auto& line : lines_of(text)) {
    ++number;
    for (std::sregex_iterator it(line.begin(), line.end(), kAsked), end; it != end; ++it) {
      const std::string key = (*it)[1].matched ? (*it)[1] : (*it)[2];
      if (!std::regex_search(shown, std::regex("(^|\\n)[ #-]*" + key + ":"))) {
        breaches.push_back({file, number, "configuration key '" + key + "' is not in the manual, config/shrike.yml"});
      }
    }
  }
  return breaches;
}

std::vector<NamedType> types_in(const std::string& file, std::string_view header) {
  // clang-format does not indent what stands in a namespace; a declaration alone (`class A;`) opens nothing.
  static const std::regex kType(R"(^(?:class|struct|union|enum|enum class) (\w+)(?: final)?(?: :.*)? \{.*)");
  std::vector<NamedType> types;
  std::smatch match;
  std::string scope;
  int number = 0;
  for (const auto& line : lines_of(header)) {
    ++number;
    if (line.starts_with("namespace ")) scope = line;
    if (std::regex_match(line, match, kType)) types.push_back({scope + match[1].str(), file, number});
  }
  return types;
}

std::vector<Breach> twin_types(std::vector<NamedType> types) {
  std::ranges::stable_sort(types, {}, [](const NamedType& type) { return std::tie(type.name, type.file); });
  std::vector<Breach> breaches;
  for (size_t i = 1; i < types.size(); ++i) {
    const NamedType &one = types[i - 1], &other = types[i];
    if (one.name == other.name && one.file != other.file)
      breaches.push_back({other.file, other.line, "a type of this name is in " + one.file + " too"});
  }
  return breaches;
}

std::vector<std::string> tests_in(std::string_view text) {
  static const std::regex kTest(R"(^(?:TEST|TEST_F|TEST_P)\((\w+), *(\w+)\).*)");
  std::vector<std::string> names;
  std::smatch match;
  for (const auto& line : lines_of(text)) {
    if (std::regex_match(line, match, kTest)) names.push_back(match[1].str() + "." + match[2].str());
  }
  return names;
}

}  // namespace tidy
