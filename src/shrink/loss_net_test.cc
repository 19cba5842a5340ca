#include "shrink/loss_net.h"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shrike {
namespace {

using testing::HasSubstr;

/// Two features, embeddings of one figure each, one hidden pair.
LossNet small_net() {
  LossNet net;
  net.shift = {1, 0};
  net.scale = {2, 1};
  net.embeddings = {Embedding{1, {0, 0.5F}}, Embedding{1, {0, 0.25F}}, Embedding{1, {0, -1, 1}}};
  net.layers = {{.inputs = 5, .outputs = 2, .weight = {1, 0, 0, 1, 1, 1, 1, 1, 1, 1}, .bias = {0, -0.5F}},
                {.inputs = 2, .outputs = 1, .weight = {0.5F, -0.25F}, .bias = {0.1F}}};
  return net;
}

ChallengeRows two_rows() {
  ChallengeRows rows;
  rows.names = {"a", "b"};
  rows.x = {1.5F, 0.5F, 1.5F, 0.5F};
  rows.store = {0, 9};
  rows.category = {0, -1};
  rows.product = {1, 0};
  rows.log_offset = {0, std::log(3.F)};
  return rows;
}

TEST(LossNet, ReckonsAsWrittenDown) {
  const auto means = predict(small_net(), two_rows());
  ASSERT_TRUE(means) << means.error().message;
  // Features (1, .5); embeddings .5 + .25 + 1: hidden (2.75, 1.75); .5 · 2.75 − .25 · 1.75 + .1 = 1.0375.
  EXPECT_NEAR((*means)[0], std::exp(1.5 * std::tanh(1.0375 / 1.5)), 1e-5);
  // A store and a category that were not trained on count as unknown: −1 from the product alone, hidden (0, 0).
  EXPECT_NEAR((*means)[1], 3 * std::exp(1.5 * std::tanh(0.1 / 1.5)), 1e-5);
}

TEST(LossNet, ChangesAnExpectationByNoMoreThanItsReach) {
  auto net = small_net();
  net.layers.back().bias = {1e6F};
  const auto means = predict(net, two_rows());
  ASSERT_TRUE(means);
  EXPECT_NEAR((*means)[0], std::exp(LossNet::kReach), 1e-4);
}

TEST(LossNet, ComesBackFromItsTextToTheLastBit) {
  auto net = small_net();
  net.shift[0] = 0.1F + 1e-7F;
  const auto again = loss_net_from(to_text(net), "net.json");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->shift, net.shift);
  EXPECT_EQ(again->layers[0].weight, net.layers[0].weight);
  EXPECT_EQ(again->embeddings[2].rows, net.embeddings[2].rows);
  EXPECT_EQ(*predict(*again, two_rows()), *predict(net, two_rows()));
}

TEST(LossNet, WhatIsNoNetIsRefusedByName) {
  const auto told = [](const LossNet& net) {
    const auto again = loss_net_from(to_text(net), "net.json");
    return again ? std::string("accepted") : again.error().message;
  };
  auto net = small_net();
  net.layers[0].weight.pop_back();
  EXPECT_THAT(told(net), HasSubstr("net.json: a layer of 5 × 2 with 9 weights and 2 biases"));
  net = small_net();
  net.layers.pop_back();
  EXPECT_THAT(told(net), HasSubstr("gives 2 values, expected 1"));
  net = small_net();
  net.scale.pop_back();
  EXPECT_THAT(told(net), HasSubstr("2 shifts for 1 scales"));
  net = small_net();
  net.embeddings[1].size = 3;
  EXPECT_THAT(told(net), HasSubstr("embedding 'category': 2 figures in rows of 3"));
  net = small_net();
  net.embeddings[0].rows.push_back(NAN);
  EXPECT_THAT(told(net), HasSubstr("no number"));
  EXPECT_THAT(loss_net_from("{", "net.json").error().message, HasSubstr("net.json: no JSON object"));
  EXPECT_THAT(loss_net_from(R"({"shift": [1e99], "scale": [1]})", "n").error().message, HasSubstr("not finite"));
  auto rows = two_rows();
  rows.names.push_back("c");
  EXPECT_THAT(predict(small_net(), rows).error().message, HasSubstr("2 features, not 3"));
}

TEST(LossNet, RowsComeBackFromCbor) {
  auto rows = two_rows();
  rows.y = {0, 4};
  const auto bytes = to_cbor(rows);
  const auto again = rows_from_cbor(bytes);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->names, rows.names);
  EXPECT_EQ(again->x, rows.x);
  EXPECT_EQ(again->product, rows.product);
  EXPECT_EQ(again->y, rows.y);
  EXPECT_FALSE(rows_from_cbor(bytes.substr(0, bytes.size() / 2)));
  EXPECT_FALSE(rows_from_cbor(""));
  EXPECT_FALSE(rows_from_cbor("\x9b\x9b\x9b\x9b\x9b\x9b\x9b\x9b\x9b"));  // an array of 1e19 entries
  rows.store.pop_back();
  EXPECT_THAT(rows_from_cbor(to_cbor(rows)).error().message, HasSubstr("not of one length"));
}

}  // namespace
}  // namespace shrike
