// tools/tidy: the house rules as a test. usage: tidy REPOSITORY TESTS_FILE
// TESTS_FILE is what `ctest --show-only=json-v1` printed: every TEST in a _test.cc must be in it.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "rules.h"

namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void add(std::vector<tidy::Breach>& all, std::vector<tidy::Breach> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: tidy REPOSITORY TESTS_FILE\n";
    return 2;
  }
  const fs::path root = argv[1];
  const auto rooms = tidy::rooms_in_order(text_of(root / "src/CMakeLists.txt"));
  const auto manual = text_of(root / "config/shrike.yml");
  const auto registered = text_of(argv[2]);

  std::vector<tidy::Breach> breaches;
  std::vector<tidy::NamedType> types;
  size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root / "src")) {
    const auto extension = entry.path().extension();
    if (extension != ".cc" && extension != ".h") continue;
    ++files;
    const auto file = fs::relative(entry.path(), root / "src").string();
    const auto text = text_of(entry.path());
    add(breaches, tidy::includes_against_order(file, text, rooms));
    add(breaches, tidy::long_functions(file, text));
    add(breaches, tidy::banned_idioms(file, text));
    if (extension == ".h") {
      const auto more = tidy::types_in(file, text);
      types.insert(types.end(), more.begin(), more.end());
    }
    if (file.starts_with("site/")) add(breaches, tidy::undocumented_keys(file, text, manual));
    // A room whose test program is not built yet cannot say what is in it; `make test` builds all of them.
    const auto room = file.substr(0, file.find('/'));
    if (!file.ends_with("_test.cc") || registered.find("shrike_" + room + "_test_NOT_BUILT") != std::string::npos)
      continue;
    for (const auto& name : tidy::tests_in(text)) {
      if (registered.find(name) == std::string::npos)
        breaches.push_back({file, 1, "test " + name + " is not registered with ctest"});
    }
  }
  add(breaches, tidy::twin_types(std::move(types)));
  for (const auto& [file, line, what] : breaches) std::cout << "src/" << file << ':' << line << ": " << what << '\n';
  std::cout << "tidy: " << files << " files, " << breaches.size() << " breaches\n";
  return breaches.empty() && files > 0 ? 0 : 1;
}
