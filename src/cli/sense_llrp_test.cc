// `shrike sense llrp`, as a process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/folder_testing.h"
#include "cli/program_testing.h"

namespace shrike {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// KEEPALIVE, id 1; KEEPALIVE_ACK, id 1.
const std::string kAlive("\x04\x3E\0\0\0\x0A\0\0\0\x01", 10), kAck("\x04\x48\0\0\0\x0A\0\0\0\x01", 10);

class SenseLlrp : public testing::Test {
 protected:
  Answer decode(const std::string& bytes, const std::string& options = "", bool with_errors = true) const {
    const auto file = folder_.write("reader.bin", bytes);
    return run_shrike("sense llrp " + file.string() + options, with_errors);
  }

  TestFolder folder_;
};

TEST_F(SenseLlrp, PrintsOneObjectAMessage) {
  const auto answer = decode(kAlive + kAck, " --json");
  EXPECT_EQ(answer.code, 0);
  EXPECT_EQ(answer.text,
            "{\"type\":\"KEEPALIVE\",\"id\":1,\"length\":10}\n{\"type\":\"KEEPALIVE_ACK\",\"id\":1,\"length\":10}\n");
}

TEST_F(SenseLlrp, PrintsATree) {
  const auto answer = decode(kAlive + kAck);
  EXPECT_EQ(answer.code, 0);
  EXPECT_EQ(answer.text, "KEEPALIVE  (id 1, 10 bytes from byte 0)\nKEEPALIVE_ACK  (id 1, 10 bytes from byte 10)\n");
}

TEST_F(SenseLlrp, PrintsWhatIsBeforeABrokenMessageAndNamesIt) {
  const auto all = decode(kAlive + kAck.substr(0, 9), " --json");
  EXPECT_EQ(all.code, 2);
  EXPECT_THAT(all.text, StartsWith("{\"type\":\"KEEPALIVE\",\"id\":1,\"length\":10}\nshrike sense llrp: "));
  EXPECT_THAT(all.text, HasSubstr("reader.bin: message 2: byte 12: found a message length of 10 bytes"));
  const auto output = decode(kAlive + kAck.substr(0, 9), " --json", false);
  EXPECT_EQ(output.text, "{\"type\":\"KEEPALIVE\",\"id\":1,\"length\":10}\n") << "the error goes to standard error";
}

TEST_F(SenseLlrp, RefusesBadUse) {
  EXPECT_EQ(decode("").code, 2) << "no message at all";
  EXPECT_EQ(run_shrike("sense llrp /nowhere/reader.bin").code, 2);
  EXPECT_EQ(run_shrike("sense llrp " + folder_.path().string()).code, 2) << "a folder";
  EXPECT_EQ(run_shrike("sense llrp").code, 2);
  EXPECT_EQ(run_shrike("sense").code, 2);
  const auto help = run_shrike("sense llrp --help");
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.text, HasSubstr("Example: shrike sense llrp"));
}

}  // namespace
}  // namespace shrike
