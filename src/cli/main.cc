#include "cli/cli.h"

int main(int argc, char** argv) { return shrike::run_cli(argc, argv); }
