#include "watch/movement_watch.h"

#include <chrono>
#include <cmath>
#include <csignal>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>
#include <random>
#include <sys/wait.h>

#include "base/file.h"
#include "base/scratch_folder.h"
#include "behaviour/movement_testing.h"
#include "watch/desk.h"

namespace shrike {
namespace {

namespace fs = std::filesystem;

const Timestamp kStart{1'770'000'000'000'000};  // 2026-02-02, 02:40 UTC

/// One camera's sight of a visit: `shelf_s` at the soap, then out of the door.
VisitTrace trace_of(const std::string& id, double begun_s, double shelf_s, ZoneKind last = ZoneKind::exit) {
  VisitTrace trace{.camera_visit_id = id, .visit_id = id, .camera = "c", .plane = Plane::floor};
  trace.from = kStart.plus_s(begun_s);
  trace.to = trace.from.plus_s(20 + shelf_s);
  trace.stays.push_back({"razors", ZoneKind::shelf, trace.from.plus_s(10), trace.from.plus_s(10 + shelf_s), shelf_s});
  trace.stays.push_back({"door", last, trace.from.plus_s(10 + shelf_s), trace.to, 10});
  trace.path = {{0, 10, 1, 1}, {10, shelf_s, 5, 1}, {10 + shelf_s, 10, 1, 1}};
  return trace;
}

class MovementWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    auto made = ScratchFolder::make();
    ASSERT_TRUE(made);
    scratch_ = std::make_unique<ScratchFolder>(std::move(*made));
    site_.data_dir = scratch_->path();
    site_.cameras.push_back({.name = "c"});
    site_.cameras[0].zones = {{.name = "door", .kind = ZoneKind::exit, .polygon = {}}};
  }

  /// Of visits that stay at the soap for a minute or so.
  void keep_model(double retrain_days = 0, const std::string& name = MovementWatch::kFile,
                  const std::optional<MovementTried>& tried = {}) {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> stays(40, 80);
    std::vector<Walk> walks;
    for (int i = 0; i < 400; ++i) walks.push_back(walk_of(std::vector{trace_of("v", i * 300.0, stays(random))}));
    MovementModel model{.net = any_net()};
    fit_visits(model, walks);
    calibrate(model, walks);
    model.tried_to = kStart;
    model.retrain_days = retrain_days;
    model.tried = tried;
    ASSERT_TRUE(write_file(site_.data_dir / name, to_text(model)));
  }
  [[nodiscard]] fs::path at(const std::string& name) const { return site_.data_dir / name; }
  /// Writes as a training would whose model is `from` and comes to be called `to`.
  [[nodiscard]] std::vector<std::string> training(const std::string& from, const std::string& to) const {
    return {"/bin/sh", "-c", fmt::format("cp '{}' '{}'", at(from).string(), at(to).string()), "sh"};
  }
  static void written(const fs::path& file, Timestamp when) {
    const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(when.us)};
    fs::last_write_time(file, fs::file_time_type::clock::from_sys(time));
  }
  /// Waits for the one child that there is, and leaves it to be reaped.
  static void wait_for_training() {
    siginfo_t ended{};
    ASSERT_EQ(::waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT), 0);
  }

  static std::string itself(const std::string& id) { return id; }

  std::unique_ptr<ScratchFolder> scratch_;
  SiteConfig site_;
  RuleBook rules_ = make_rule_book({}).value();
  std::shared_ptr<prometheus::Registry> registry_ = std::make_shared<prometheus::Registry>();
  Metrics metrics_{registry_};
};

TEST_F(MovementWatchTest, SaysNothingWithoutAModel) {
  MovementWatch watch(site_, rules_, metrics_);
  watch.tend(kStart);
  EXPECT_EQ(watch.model(), nullptr);
  EXPECT_TRUE(watch.see(std::vector{trace_of("a", 0, 2)}, itself).empty());
}

TEST_F(MovementWatchTest, AnUnusualVisitBecomesWeakEvidenceThatSaysWhy) {
  keep_model();
  MovementWatch watch(site_, rules_, metrics_);
  watch.tend(kStart);
  ASSERT_NE(watch.model(), nullptr);
  EXPECT_TRUE(watch.see(std::vector{trace_of("usual", 0, 60)}, itself).empty());
  const auto said = watch.see(std::vector{trace_of("hurried", 100, 1)}, itself);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].visit_id, "hurried");
  EXPECT_EQ(said[0].evidence.kind, "unusual_movement");
  EXPECT_EQ(said[0].evidence.llr, 0.8);
  EXPECT_NE(said[0].evidence.detail.find("moved as 1 visit in"), std::string::npos) << said[0].evidence.detail;
  EXPECT_EQ(metrics_.movement_judged.Value(), 2);
}

TEST_F(MovementWatchTest, WaitsForTheDoorAndTakesBackWhatMoreOfTheWayContradicts) {
  keep_model();
  MovementWatch watch(site_, rules_, metrics_);
  watch.tend(kStart);
  EXPECT_TRUE(watch.see(std::vector{trace_of("lost", 0, 1, ZoneKind::shelf)}, itself).empty())
      << "lost between the shelves: half of a visit is no visit";
  const auto store_visit = [](const std::string&) { return std::string("one"); };
  ASSERT_EQ(watch.see(std::vector{trace_of("a", 1000, 1)}, store_visit).size(), 1U);
  const auto again = watch.see(std::vector{trace_of("b", 1022, 60)}, store_visit);
  ASSERT_FALSE(again.empty());
  EXPECT_EQ(again[0].visit_id, "a");
  EXPECT_EQ(again[0].evidence.llr, 0) << "the other camera saw the rest";
}

TEST_F(MovementWatchTest, RulesWeighItOrSwitchItOff) {
  keep_model();
  rules_ = make_rule_book(std::vector<RuleConfig>{{.kind = "unusual_movement", .llr = 0.3}}).value();
  MovementWatch quiet(site_, rules_, metrics_);
  quiet.tend(kStart);
  const auto said = quiet.see(std::vector{trace_of("a", 0, 1)}, itself);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].evidence.llr, 0.3);
  rules_ = make_rule_book(std::vector<RuleConfig>{{.kind = "unusual_movement", .enabled = false}}).value();
  MovementWatch off(site_, rules_, metrics_);
  off.tend(kStart);
  EXPECT_TRUE(off.see(std::vector{trace_of("a", 0, 1)}, itself).empty());
}

TEST_F(MovementWatchTest, StaffAreNotRanked) {
  keep_model();
  MovementWatch watch(site_, rules_, metrics_);
  watch.tend(kStart);
  VisitTrace staff = trace_of("s", 0, 1);
  staff.stays.push_back({"office", ZoneKind::staff, staff.from, staff.from.plus_s(10), 10});
  EXPECT_TRUE(watch.see(std::vector{staff}, itself).empty());
}

TEST_F(MovementWatchTest, TrainsAnewWhenItIsTimeAndNotBefore) {
  keep_model(7);
  for (const auto& [days, due] : {std::pair(6.0, false), {7.0, true}}) {
    MovementWatch watch(site_, rules_, metrics_, {"/bin/true"});
    watch.tend(kStart.plus_s(days * 86400));
    EXPECT_EQ(watch.is_training(), due) << days << " days later, at night";
  }
  MovementWatch by_day(site_, rules_, metrics_, {"/bin/true"});
  by_day.tend(kStart.plus_s(7.4 * 86400));
  EXPECT_FALSE(by_day.is_training()) << "at noon customers come first";
  MovementWatch late(site_, rules_, metrics_, {"/bin/true"});
  late.tend(kStart.plus_s(8.4 * 86400));
  EXPECT_TRUE(late.is_training()) << "a machine that is off at night trains by day";
}

TEST_F(MovementWatchTest, GoesThoughItsTrainingDoesNotListen) {
  keep_model(7);
  const auto before = std::signal(SIGTERM, SIG_IGN);  // a child ignores what its parent did
  const double start_s = monotonic_s();
  {
    MovementWatch watch(site_, rules_, metrics_, {"/bin/sh", "-c", "exec sleep 60"});
    watch.tend(kStart.plus_s(7 * 86400));
    (void)std::signal(SIGTERM, before);
    ASSERT_TRUE(watch.is_training());
  }
  EXPECT_LT(monotonic_s() - start_s, 30) << "waited until it was over";
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "left behind";
}

TEST_F(MovementWatchTest, ANewModelThatWasPromotedIsUsedAtOnce) {
  keep_model(7);
  written(at(MovementWatch::kFile), kStart);
  keep_model(14, "new.json", MovementTried{.promoted = true, .why = "as good", .visits = 80, .psi = 0.01});
  MovementWatch watch(site_, rules_, metrics_, training("new.json", MovementWatch::kFile));
  const Timestamp night = kStart.plus_s(7 * 86400.0);
  watch.look(night);
  ASSERT_TRUE(watch.status().training);
  EXPECT_EQ(watch.model()->retrain_days, 7) << "the present one stays while the new one learns";
  wait_for_training();
  watch.look(night.plus_s(60));
  EXPECT_FALSE(watch.status().training);
  ASSERT_TRUE(watch.model());
  EXPECT_EQ(watch.model()->retrain_days, 14);
  ASSERT_TRUE(watch.status().last_training);
  EXPECT_EQ(watch.status().last_training->outcome, "promoted");
  EXPECT_EQ(watch.status().last_training->why, "as good");
  const std::string text = prometheus::TextSerializer().Serialize(registry_->Collect());
  EXPECT_NE(text.find("shrike_movement_trainings_total{outcome=\"promoted\"} 1"), std::string::npos) << text;
}

TEST_F(MovementWatchTest, ARefusedOneLeavesThePresentOneInUseUntilTheNextNight) {
  keep_model(7);
  written(at(MovementWatch::kFile), kStart);
  keep_model(14, "new.json", MovementTried{.promoted = false, .why = "its ranks have shifted", .visits = 80});
  const std::string refused = std::string(MovementWatch::kFile) + MovementModel::kRefused;
  const Timestamp night = kStart.plus_s(7 * 86400.0);
  {
    MovementWatch watch(site_, rules_, metrics_, training("new.json", refused));
    watch.look(night);
    ASSERT_TRUE(watch.is_training());
    wait_for_training();
    watch.look(night.plus_s(60));
    EXPECT_EQ(watch.model()->retrain_days, 7);
    EXPECT_EQ(watch.status().last_training->outcome, "refused");
    EXPECT_EQ(watch.status().last_training->why, "its ranks have shifted");
    EXPECT_FALSE(watch.is_training());
  }
  // A program that is started again knows of it, and does not try every time that it is.
  written(at(refused), night);
  MovementWatch again(site_, rules_, metrics_, {"/bin/true"});
  for (const double days : {0.01, 0.4, 1.4}) {
    again.look(night.plus_s(days * 86400));
    EXPECT_FALSE(again.is_training()) << days << " days later: the same night, or by day";
  }
  EXPECT_EQ(again.status().last_training->outcome, "refused");
  again.look(night.plus_s(2 * 86400.0));
  EXPECT_TRUE(again.is_training());
}

TEST_F(MovementWatchTest, ATrainingThatFailsOrFindsNothingNewIsToldAndChangesNothing) {
  for (const auto& [program, outcome] : {std::pair("/bin/false", "failed"), {"/bin/true", "nothing_new"}}) {
    keep_model(7);
    MovementWatch watch(site_, rules_, metrics_, {program});
    watch.look(kStart.plus_s(7 * 86400.0));
    ASSERT_TRUE(watch.is_training());
    wait_for_training();
    watch.look(kStart.plus_s(7 * 86400.0 + 60));
    ASSERT_TRUE(watch.status().last_training);
    EXPECT_EQ(watch.status().last_training->outcome, outcome);
    EXPECT_FALSE(watch.status().last_training->why.empty());
    EXPECT_NE(watch.model(), nullptr);
  }
}

TEST_F(MovementWatchTest, DriftIsUnknownThenSteadyThenShifted) {
  keep_model();
  MovementWatch watch(site_, rules_, metrics_);
  watch.look(kStart.plus_s(86400));
  EXPECT_EQ(metrics_.movement_age_s.Value(), 86400);
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> as_before(40, 80);
  const auto leave = [&](int visits, double begun_s, auto stays) {
    for (int i = 0; i < visits; ++i)
      (void)watch.see(std::vector{trace_of(fmt::format("{}+{}", begun_s, i), begun_s + i * 300, stays())}, itself);
  };
  leave(49, 0, [&] { return as_before(random); });
  EXPECT_FALSE(watch.status().drift);
  EXPECT_TRUE(std::isnan(metrics_.movement_psi.Value())) << "0 would say that all is well";
  leave(251, 1e6, [&] { return as_before(random); });
  ASSERT_TRUE(watch.status().drift);
  EXPECT_STREQ(watch.status().drift->verdict(), "steady") << watch.status().drift->psi;
  leave(400, 2e6, [] { return 300.0; });
  EXPECT_STREQ(watch.status().drift->verdict(), "shifted") << watch.status().drift->psi;
  EXPECT_EQ(metrics_.movement_psi.Value(), watch.status().drift->psi);
  EXPECT_EQ(watch.status().ranked, 700);
  fs::remove(at(MovementWatch::kFile));
  watch.look(kStart.plus_s(86400));
  EXPECT_FALSE(watch.status().model);
  EXPECT_FALSE(watch.status().drift);
  EXPECT_TRUE(std::isnan(metrics_.movement_psi.Value()) && std::isnan(metrics_.movement_age_s.Value()));
}

TEST_F(MovementWatchTest, AFileThatIsNoModelIsNamed) {
  ASSERT_TRUE(write_file(at(MovementWatch::kFile), "{}"));
  MovementWatch watch(site_, rules_, metrics_);
  watch.look(kStart);
  EXPECT_NE(watch.status().problem.find("movement.json: not a movement model"), std::string::npos)
      << watch.status().problem;
  EXPECT_FALSE(watch.status().model);
}

TEST_F(MovementWatchTest, TheDeskKeepsItWithTheVisitAndRaisesNothingOfItAlone) {
  keep_model();
  fs::create_directories(site_.data_dir / "exhibits");
  auto store = IncidentStore::open(site_.data_dir);
  ASSERT_TRUE(store);
  LiveBoard board;
  int incidents = 0;
  Desk desk({.store = *store,
             .board = board,
             .metrics = metrics_,
             .site = site_,
             .mind = StoreMind(site_, rules_, {}),
             .risk = risk_in_use(site_).value(),
             .on_incident = [&](const Incident&) { ++incidents; },
             .cut_clip = [](const ClipJob&, const fs::path&) { return Result<void>(); }});
  const std::string quick = "01KG0000000000000000000001", slow = "01KG0000000000000000000002";
  // The first thing that a desk does is to look for a model.
  for (const auto& [id, shelf_s] : {std::pair<std::string, double>(quick, 1), {slow, 60}}) {
    // An hour apart: nobody waits so long for somebody to come back.
    const VisitTrace trace = trace_of(id, id == quick ? 0 : 3600, shelf_s);
    Observation first{{.camera = "c", .time = trace.from, .people = {{.camera_visit_id = id}}}};
    Observation last{{.camera = "c", .time = trace.to, .ended = {{.visit_id = id, .camera = "c"}}}};
    last.ended[0].from = trace.from;
    last.ended[0].to = trace.to;
    last.traces = {trace};
    ASSERT_TRUE(desk.tell(std::move(first)));
    ASSERT_TRUE(desk.tell(std::move(last)));
  }
  desk.close();
  const auto hurried = store->find_visit(quick).value(), usual = store->find_visit(slow).value();
  ASSERT_TRUE(hurried && usual);
  ASSERT_EQ(hurried->evidence.size(), 1U);
  EXPECT_EQ(hurried->evidence[0].evidence.kind, "unusual_movement");
  EXPECT_GT(hurried->risk, usual->risk);
  EXPECT_TRUE(usual->evidence.empty());
  EXPECT_EQ(incidents, 0);
  EXPECT_TRUE(board.movement().model) << "the page is told of it";
}

}  // namespace
}  // namespace shrike
