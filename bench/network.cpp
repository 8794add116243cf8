// Seconds of an epoch of training and of a prediction, by preset and number of views, on crops of the rectal protocol's
// size; the same without random changes of the crops, for comparison with bench/network_torch.py; and what share of an
// epoch those changes take.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "core/random.h"
#include "nn/augment.h"
#include "nn/host.h"

namespace {

using namespace larc;
using Clock = std::chrono::steady_clock;

double seconds(Clock::time_point from) {
  return std::chrono::duration<double>(Clock::now() - from).count();
}

nn::Cases make_cases(std::size_t rows, std::size_t views) {
  nn::Cases cases;
  cases.rows = rows;
  cases.grid = {16, 40, 40, {3.5, 1.5, 1.5}};
  const char* const names[] = {"t2_1", "adc_1", "dwi_1", "t2_2", "adc_2", "dwi_2"};
  const char* const sequences[] = {"t2", "adc", "dwi", "t2", "adc", "dwi"};
  for (std::size_t view = 0; view < views; ++view)
    cases.views.push_back({names[view], sequences[view], view < 3 ? 1 : 2});
  cases.present.assign(rows, std::vector<char>(views, 1));
  cases.crop = [grid = cases.grid](std::size_t row, std::size_t view) {
    Random random(derive_seed(1, "crop", row, view));
    std::vector<float> crop(2 * grid.voxels());
    for (std::size_t i = 0; i < grid.voxels(); ++i) {
      crop[i] = static_cast<float>(random.normal());
      const std::size_t y = i / grid.width % grid.height, x = i % grid.width;
      crop[grid.voxels() + i] = y > 12 && y < 28 && x > 12 && x < 28 ? 1.0F : 0.0F;
    }
    return crop;
  };
  return cases;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t rows = argc > 1 ? static_cast<std::size_t>(std::atoi(argv[1])) : 60;
  std::printf("%-6s %5s %16s %16s %16s %18s\n", "preset", "views", "ms/row and epoch", "crops as they are",
              "ms/prediction", "of it augmentation");
  for (const char* preset : {"small", "base"})
    for (const std::size_t views : {1U, 3U, 6U}) {
      const nn::Cases cases = make_cases(rows, views);
      nn::Task task;
      task.name = "response";
      for (std::size_t row = 0; row < rows; ++row) task.label.push_back(row % 3 == 0 ? 1.0 : 0.0);
      nn::TrainSettings settings;
      settings.preset = preset;
      settings.members = 2;
      // Held-out rows are predicted after every third epoch of 24: the fourth and fifth are training alone.
      const auto epoch_of = [&] {  // milliseconds a row
        settings.epochs = 24;
        const auto start = Clock::now();
        double first = 0, last = 0;
        struct Enough {};
        try {
          nn::load().train(cases, {task}, settings, 1, [&](int epoch, int) {
            if (epoch == 3) first = seconds(start);
            if (epoch != 5) return;
            last = seconds(start);
            throw Enough();
          });
        } catch (const Enough&) {
          return 1e3 * (last - first) / 2.0 / (0.5 * static_cast<double>(rows));
        }
        return 0.0;
      };
      settings.augment.enabled = false;
      const double plain_ms = epoch_of();
      settings.augment.enabled = true;
      const double epoch_ms = epoch_of();
      settings.epochs = 1;
      const nn::TrainResult result = nn::load().train(cases, {task}, settings, 1, {});
      auto start = Clock::now();
      nn::load().predict(result.weights, result.architecture, cases);
      const double predict_ms = 1e3 * seconds(start) / static_cast<double>(rows) / settings.members;
      std::vector<float> crop = cases.crop(0, 0);
      start = Clock::now();
      float sum = 0;
      for (std::uint64_t i = 0; i < 50; ++i) {
        Random random(i);
        sum += nn::augment(crop, cases.grid, settings.augment, random)[7];
      }
      const double augment_ms = 1e3 * seconds(start) / 50.0 * static_cast<double>(views);
      std::printf("%-6s %5zu %16.1f %16.1f %16.1f %11.1f ms %3.0f%%%s\n", preset, views, epoch_ms, plain_ms, predict_ms,
                  augment_ms, 100.0 * augment_ms / epoch_ms, sum == 1e30F ? "!" : "");
      std::fflush(stdout);
    }
}
