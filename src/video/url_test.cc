#include "video/url.h"

#include <gtest/gtest.h>

namespace shrike {
namespace {

TEST(Url, PasswordsAreNeverShown) {
  EXPECT_EQ(mask_credentials("rtsp://admin:s3cret@10.0.0.7:554/ch1"), "rtsp://***@10.0.0.7:554/ch1");
  EXPECT_EQ(mask_credentials("rtsp://admin:p@ss/w?rd@10.0.0.7/ch1"), "rtsp://***@10.0.0.7/ch1");
  EXPECT_EQ(mask_credentials("rtsp://10.0.0.7/user=admin_password=s3cret_channel=1"),
            "rtsp://10.0.0.7/user=admin_password=***");
  EXPECT_EQ(mask_credentials("rtsp://10.0.0.7/live?user=a&PWD=s3cret&ch=1"),
            "rtsp://10.0.0.7/live?user=a&PWD=***&ch=1");
  EXPECT_EQ(mask_credentials("rtsp://10.0.0.7/ch1"), "rtsp://10.0.0.7/ch1");
  EXPECT_EQ(mask_credentials("/videos/a@b.mp4"), "/videos/a@b.mp4");
}

TEST(Url, KindsOfSource) {
  EXPECT_EQ(*source_kind("rtsp://cam/1"), SourceKind::rtsp);
  EXPECT_EQ(*source_kind("RTSPS://cam/1"), SourceKind::rtsp);
  EXPECT_EQ(*source_kind("/dev/video0"), SourceKind::device);
  EXPECT_EQ(*source_kind("/dev/v4l/by-id/usb-cam"), SourceKind::device);
  EXPECT_EQ(*source_kind("clips/a.mp4"), SourceKind::file);
  EXPECT_FALSE(source_kind(""));
  const auto http = source_kind("http://u:p@cam/video");
  ASSERT_FALSE(http);
  EXPECT_EQ(http.error().message.find("u:p"), std::string::npos);
}

TEST(Url, HostAndPort) {
  const auto is = [](const char* url, const char* host, const char* port) {
    const HostPort hp = host_of(url);
    EXPECT_EQ(hp.host, host) << url;
    EXPECT_EQ(hp.port, port) << url;
  };
  is("rtsp://cam7", "cam7", "554");
  is("rtsps://cam7/x", "cam7", "322");
  is("rtsp://u:p@cam7:8554/a:b", "cam7", "8554");
  is("rtsp://[fe80::1]:8554/a", "fe80::1", "8554");
  is("rtsp://[fe80::1]/a", "fe80::1", "554");
  is("rtsp://", "", "554");
}

}  // namespace
}  // namespace shrike
