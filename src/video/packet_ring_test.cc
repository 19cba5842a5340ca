#include "video/packet_ring.h"

#include <gtest/gtest.h>
#include <thread>

#include "video/ffmpeg.h"

namespace shrike {
namespace {

constexpr int64_t kStart_us = 1'800'000'000'000'000;
Timestamp at(double s) { return Timestamp{kStart_us}.plus_s(s); }

/// Packet number `i` of a stream of 10 a second; every `group`th is a key frame.
RingPacket packet(int i, int group = 10, int size = 100) {
  AVPacket* p = av_packet_alloc();
  EXPECT_EQ(av_new_packet(p, size), 0);
  const Timestamp time = at(i * 0.1);
  return {.packet = {p, [](const AVPacket* mine) { ff::Free()(const_cast<AVPacket*>(mine)); }},
          .parameters = nullptr,
          .time = time,
          .decoded_at = time,
          .key = i % group == 0};
}

TEST(PacketRing, KeepsTheLastSecondsFromAKeyFrameOn) {
  PacketRing ring({.seconds = 5});
  EXPECT_FALSE(ring.span());
  for (int i = 3; i < 300; ++i) ring.push(packet(i));
  const auto span = ring.span();
  ASSERT_TRUE(span);
  EXPECT_EQ(span->from, at(24.0));
  EXPECT_EQ(span->to, at(29.9));
  EXPECT_EQ(span->packets, 60U);
}

TEST(PacketRing, BytesAreBoundedToo) {
  PacketRing ring({.seconds = 1000, .bytes_max = 100'000});
  for (int i = 0; i < 1000; ++i) {
    ring.push(packet(i, 10, 1000));
    if (const auto span = ring.span()) {
      ASSERT_LE(span->bytes, 100'000U);
    }
  }
  const auto packets = ring.collect(at(0), at(99.9), 0);
  ASSERT_FALSE(packets.empty());
  EXPECT_TRUE(packets.front().key);
  EXPECT_EQ(packets.back().time, at(99.9));
}

TEST(PacketRing, AGroupThatIsTooLargeIsLostAndTheNextIsKept) {
  PacketRing ring({.seconds = 1000, .bytes_max = 10'000});
  for (int i = 0; i < 60; ++i) ring.push(packet(i, 50, 1000));
  const auto span = ring.span();
  EXPECT_FALSE(span && span->from < at(5.0));
}

TEST(PacketRing, CollectBeginsAtTheKeyFrameBefore) {
  PacketRing ring({.seconds = 100});
  for (int i = 0; i < 200; ++i) ring.push(packet(i));
  const auto packets = ring.collect(at(4.55), at(6.25), 0);
  EXPECT_EQ(packets.front().time, at(4.0));
  EXPECT_EQ(packets.back().time, at(6.2));
  EXPECT_EQ(ring.collect(at(-50), at(0.5), 0).front().time, at(0));
}

TEST(PacketRing, CollectWaitsForWhatIsYetToCome) {
  PacketRing ring({.seconds = 1000});
  for (int i = 0; i < 20; ++i) ring.push(packet(i));
  std::thread camera([&] {
    for (int i = 20; i < 400; ++i) ring.push(packet(i));
  });
  const auto packets = ring.collect(at(0), at(30), 60);
  camera.join();
  EXPECT_EQ(packets.front().time, at(0));
  EXPECT_EQ(packets.back().time, at(30));
}

TEST(PacketRing, CollectGivesUpWhenTheFeedEndsOrPatienceDoes) {
  PacketRing ring({.seconds = 10});
  for (int i = 0; i < 20; ++i) ring.push(packet(i));
  EXPECT_EQ(ring.collect(at(0), at(30), 0.01).size(), 20U);
  std::thread camera([&] { ring.close(); });
  EXPECT_EQ(ring.collect(at(0), at(30), 1000).size(), 20U);
  camera.join();
  ring.push(packet(20));
  EXPECT_EQ(ring.span()->packets, 20U);
}

TEST(PacketRing, WhatIsCollectedIsBounded) {
  PacketRing ring({.seconds = 1, .bytes_max = 20'000});
  for (int i = 0; i < 10; ++i) ring.push(packet(i, 10, 1000));
  std::thread camera([&] {
    for (int i = 10; i < 2000; ++i) ring.push(packet(i, 10, 1000));
    ring.close();
  });
  EXPECT_LE(ring.collect(at(0), at(1e6), 60).size(), 40U);
  camera.join();
}

}  // namespace
}  // namespace shrike
