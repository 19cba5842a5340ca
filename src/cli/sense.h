#pragma once
namespace CLI {
class App;
}

namespace shrike {

// Below `shrike sense`, one file each.
void add_sense_llrp(CLI::App& sense, int& exit_code);
void add_sense_mqtt(CLI::App& sense, int& exit_code);
void add_sense_rfid(CLI::App& sense, int& exit_code);
void add_sense_till(CLI::App& sense, int& exit_code);
void add_sense_weight(CLI::App& sense, int& exit_code);

}  // namespace shrike
