#pragma once
// How `shrike eval track` prints scores.

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "track/mot_eval.h"

namespace shrike {

[[nodiscard]] nlohmann::json mot_json(const MotScore& score);
void print_mot_header(const std::string& first_column);
void print_mot_row(const std::string& name, const MotScore& score);

}  // namespace shrike
