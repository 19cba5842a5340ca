#include "rules.h"

#include <gtest/gtest.h>

namespace tidy {
namespace {

const std::vector<std::string> kRooms{"base", "video", "track"};

TEST(Tidy, ReadsTheOrderOfRooms) {
  EXPECT_EQ(rooms_in_order("# rooms\nshrike_room(base fmt)\nshrike_room(video shrike_base)\nadd_executable(x)\n"),
            (std::vector<std::string>{"base", "video"}));
}

TEST(Tidy, FindsAnIncludeAgainstTheOrder) {
  EXPECT_TRUE(includes_against_order("track/a.cc", "#include \"base/x.h\"\n#include \"track/b.h\"\n", kRooms).empty());
  const auto breaches = includes_against_order("video/a.cc", "#include <map>\n#include \"track/b.h\"\n", kRooms);
  ASSERT_EQ(breaches.size(), 1U);
  EXPECT_EQ(breaches[0].line, 2);
  EXPECT_EQ(includes_against_order("video/a.cc", "#include \"attic/b.h\"\n", kRooms).size(), 1U);
}

TEST(Tidy, FindsALongFunction) {
  std::string body;
  for (int i = 0; i < 71; ++i) body += "  ++x;\n";
  EXPECT_EQ(long_functions("a.cc", "void f(int x) {\n" + body + "}\n").size(), 1U);
  EXPECT_EQ(long_functions("a.h", "class A {\n  void f() {\n" + body + body + "  }\n};\n").size(), 1U);
  EXPECT_TRUE(long_functions("a.cc", "void f(int x) {\n" + body.substr(7) + "}\n").empty());
  EXPECT_TRUE(long_functions("a.cc", "namespace a {\n" + body + "}\n").empty());
}

TEST(Tidy, FindsBannedIdioms) {
  EXPECT_EQ(banned_idioms("a.cc", "std::this_thread::sleep_for(1s);\n").size(), 1U);
  EXPECT_EQ(banned_idioms("a.cc", "auto* p = new Thing(1);\n").size(), 1U);
  EXPECT_EQ(banned_idioms("a.cc", "  delete p;\n").size(), 1U);
  EXPECT_EQ(banned_idioms("a.cc", std::string(121, 'x') + "\n").size(), 1U);
  EXPECT_EQ(banned_idioms("a.cc", "\tx\n").size(), 1U);
  EXPECT_TRUE(
      banned_idioms("a.cc", "A(const A&) = delete;\n// a new one (or sleep_for)\nlog(\"new Thing(\");\n").empty());
}

TEST(Tidy, FindsAKeyThatTheManualDoesNotShow) {
  const char* manual = "cameras:\n  door:\n    # Comment.\n    #   labels: x\n    source: y\n";
  EXPECT_TRUE(undocumented_keys("c.cc", "map.read(\"source\", s); read_path(map, \"labels\", p);\n", manual).empty());
  EXPECT_EQ(undocumented_keys("c.cc", "root.named(\"cameras\"); map.read(\"sourc\", s);\n", manual).size(), 1U);
}

TEST(Tidy, FindsTypesOfOneName) {
  const auto one = types_in("a/x.h", "namespace shrike {\nstruct Interval {\n};\nclass Later;\n");
  ASSERT_EQ(one.size(), 1U) << "a declaration is no type of its own";
  EXPECT_EQ(one[0].line, 2);
  auto all = one;
  for (const char* other :
       {"namespace shrike {\nenum class Interval { a };\n", "namespace other {\nstruct Interval {\n",
        "namespace shrike {\nclass A {\n  struct Interval {\n"}) {
    const auto more = types_in("b/y.h", other);
    all.insert(all.end(), more.begin(), more.end());
  }
  const auto breaches = twin_types(all);
  ASSERT_EQ(breaches.size(), 1U) << "another namespace and a nested type are no twins";
  EXPECT_EQ(breaches[0].file, "b/y.h");
  EXPECT_TRUE(twin_types(one).empty());
}

TEST(Tidy, FindsTests) {
  EXPECT_EQ(tests_in("TEST(A, B) {\n}\nTEST_F(C, D) {\n"), (std::vector<std::string>{"A.B", "C.D"}));
}

}  // namespace
}  // namespace tidy
