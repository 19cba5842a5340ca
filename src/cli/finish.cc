#include "cli/finish.h"

#include <iostream>

#include "cli/cli.h"

namespace shrike {

int finish_command(const std::string& command, const Result<void>& done) {
  if (done) return kDone;
  std::cerr << "shrike " << command << ": " << done.error().message << '\n';
  return done.error().kind == Error::Kind::bad_input ? kBadInput : kFailed;
}

}  // namespace shrike
