#include "vault/appearance_index.h"

#include <algorithm>
#include <hnswlib/hnswlib.h>

namespace shrike {
namespace {

constexpr size_t kLinks = 16, kBuildBreadth = 100, kSearchBreadth = 64;

}  // namespace

struct AppearanceIndex::State {
  State(size_t size, size_t most)
      : dimension(size), capacity(most), space(size), graph(&space, std::max<size_t>(1, most), kLinks, kBuildBreadth) {
    graph.setEf(kSearchBreadth);
  }
  size_t dimension, capacity;
  hnswlib::InnerProductSpace space;
  hnswlib::HierarchicalNSW<float> graph;
};

AppearanceIndex::AppearanceIndex(size_t size, size_t capacity) : state_(std::make_unique<State>(size, capacity)) {}
AppearanceIndex::~AppearanceIndex() = default;
AppearanceIndex::AppearanceIndex(AppearanceIndex&&) noexcept = default;
AppearanceIndex& AppearanceIndex::operator=(AppearanceIndex&&) noexcept = default;

bool AppearanceIndex::add(size_t label, std::span<const float> look) {
  if (look.size() != state_->dimension || size() >= state_->capacity) return false;
  state_->graph.addPoint(look.data(), label);
  return true;
}

std::vector<AppearanceIndex::Near> AppearanceIndex::nearest(std::span<const float> look, size_t count) const {
  std::vector<Near> out;
  if (look.size() != state_->dimension || size() == 0) return out;
  auto found = state_->graph.searchKnn(look.data(), std::min(count, size()));
  for (; !found.empty(); found.pop()) out.push_back({found.top().second, 1 - found.top().first});
  std::ranges::reverse(out);
  return out;
}

size_t AppearanceIndex::size() const { return state_->graph.cur_element_count; }

}  // namespace shrike
