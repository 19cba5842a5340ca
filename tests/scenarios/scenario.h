#pragma once
// A scenario: a shop, people who walk through one camera's picture, what goes wrong with their boxes, and what Shrike
// must say of it. README.md beside this file is the manual of the format.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "behaviour/evidence.h"
#include "site/config.h"

namespace shrike {

/// Where a person's feet are at a time: 0..1 of the picture.
struct ScriptedPoint {
  double t = 0, x = 0, y = 0;
};

/// What a detector does to a person's box for a few frames.
struct Fault {
  double at = 0;
  int frames = 1;
  std::string what;     ///< jump, scale, missing, nan, swap
  double x = 0, y = 0;  ///< jump: where the feet seem to be
  double scale = 2;     ///< scale: of the box, about its centre
  std::string with;     ///< swap: with whose box
};

/// An object that goes along with a person.
struct Thing {
  std::string label;
  double from = 0, to = 1e9;
};

struct Person {
  std::string name;
  double height = 0.3;  ///< of the picture's height
  std::vector<ScriptedPoint> path;
  std::vector<Thing> things;
  std::vector<Fault> faults;
};

/// What happens to every box, at random.
struct Noise {
  double jitter = 0.02;  ///< standard deviation of each box edge, in body heights
  double missing = 0;    ///< probability that a box is not there
  double wild = 0;       ///< probability that a box is somewhere else, twice or half the size
};

/// Evidence that comes from elsewhere (a till), about a person.
struct FromElsewhere {
  double at = 0;
  std::string person;
  Evidence evidence;
};

struct ExpectedIncident {
  std::string person;
  std::string type;
  std::vector<std::string> speaks_for, against;  ///< kinds, all of them
  std::string summary;                           ///< contained in the last one; empty: any
  double from = 0, to = 1e9;                     ///< when it is raised, s
  std::string ends;                              ///< contained in the end's reason; empty: any
};

struct Scenario {
  std::string name, about;
  SiteConfig shop;
  int width = 1280, height = 720;
  double fps = 10;
  int seeds = 1;
  bool clock_set_back = false;  ///< the camera's clock loses an hour in the middle
  Noise noise;
  std::vector<Person> people;
  std::vector<FromElsewhere> elsewhere;
  std::vector<ExpectedIncident> incidents;  ///< all that may be raised
  /// Kinds of evidence with an effect at the end, per person who is named: all of them.
  std::vector<std::pair<std::string, std::vector<std::string>>> evidence;
};

/// Every fault of the file is named with its line.
[[nodiscard]] Result<Scenario> load_scenario(const std::filesystem::path& file);

}  // namespace shrike
