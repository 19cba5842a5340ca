// An import's memory, as the machine counts it.
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger/ledger_testing.h"

namespace shrike {
namespace {

struct Import {
  int code = -1;
  double peak_mb = 0;  ///< resident
};

Import measure(const std::string& arguments) {
  const std::string line = fmt::format("exec {} {} >/dev/null 2>&1", SHRIKE_BINARY, arguments);
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
    ::_exit(127);
  }
  int status = 0;
  rusage used{};
  if (child < 0 || ::wait4(child, &status, 0, &used) != child) return {};
  return {WEXITSTATUS(status), static_cast<double>(used.ru_maxrss) / 1024};
}

TEST(UslMemory, AMillionProductsAreImportedWithinTheMemoryAsked) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's own memory comes on top";
#endif
  constexpr int kProducts = 1'000'000;
  constexpr double kAsked_mb = 512;
  const TestFolder folder;
  const auto file = folder.path() / "writeoffs.csv";
  {
    std::ofstream out(file);
    out << "store_id,sku_id,date,qty,reason,unit_cost\n";
    for (int i = 0; i < kProducts; ++i)
      out << fmt::format("S{},P{:07},2024-01-{:02},-1,Shrinkage,1.50\n", i % 200, i, 1 + i % 28);
    ASSERT_TRUE(out.flush());
  }
  const Import import = measure(fmt::format("usl import --memory-mb {} --into {} {}", kAsked_mb,
                                            (folder.path() / "ledger").string(), file.string()));
  EXPECT_EQ(import.code, 0);
  EXPECT_LT(import.peak_mb, kAsked_mb);
}

}  // namespace
}  // namespace shrike
