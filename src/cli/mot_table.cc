#include "cli/mot_table.h"

#include <fmt/format.h>
#include <iostream>
#include <nlohmann/json.hpp>

namespace shrike {

nlohmann::json mot_json(const MotScore& score) {
  return {{"mota", score.mota()},
          {"idf1", score.idf1()},
          {"hota", score.hota()},
          {"deta", score.detection_accuracy()},
          {"assa", score.association_accuracy()},
          {"loca", score.localisation_accuracy()},
          {"id_switches", score.switches},
          {"false_positives", score.false_positives},
          {"misses", score.misses},
          {"truth_boxes", score.truth}};
}

void print_mot_header(const std::string& first_column) {
  std::cout << fmt::format("{:<34} {:>6} {:>6} {:>6} {:>6} {:>6} {:>8} {:>7} {:>7} {:>8}\n", first_column, "MOTA",
                           "IDF1", "HOTA", "DetA", "AssA", "switches", "FP", "FN", "boxes");
}

void print_mot_row(const std::string& name, const MotScore& score) {
  std::cout << fmt::format("{:<34} {:>6.1f} {:>6.1f} {:>6.1f} {:>6.1f} {:>6.1f} {:>8} {:>7} {:>7} {:>8}\n", name,
                           100 * score.mota(), 100 * score.idf1(), 100 * score.hota(), 100 * score.detection_accuracy(),
                           100 * score.association_accuracy(), score.switches, score.false_positives, score.misses,
                           score.truth);
}

}  // namespace shrike
