#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

#include "nn/api.h"
#include "nn/losses.h"
#include "nn/network.h"

namespace larc::nn {

/// Fewest rows of either class, or events, and half the fewest rows, with which a network may learn.
inline constexpr std::size_t kFewest = 4;

/// errors shape_mismatch (length), domain (names task, field and row), refused (too few rows of a task or of all)
void check_tasks(const std::vector<Task>& tasks, std::size_t rows);

/// Whether the outcome of a row is known.
bool is_known(const Task& task, std::size_t row);

/// The stratum of each row for folds and batches: outcomes of the first two tasks.
std::vector<int> strata_of(const std::vector<Task>& tasks, std::size_t rows);

/// Everything of a network beyond its linear predictors that belongs to one task: bias, thresholds or baseline hazards,
/// and the logarithm of the task's variance, by which tasks are weighed against each other (Kendall 2018).
void add_task_parameters(const TaskSpec& task, Parameters& parameters);
/// Sets them to what the given rows show without any predictor.
void fit_marginals(const Task& task, const std::vector<std::size_t>& rows, const Parameters& parameters);
/// Ascending. (levels - 1,)
at::Tensor thresholds_of(const std::string& task, const Parameters& parameters);

/// Mean loss over those of the rows whose outcome is known. linear (rows, outputs of the task)
/// -> undefined where no outcome is known
at::Tensor task_loss(const Task& task, const Parameters& parameters, const at::Tensor& linear,
                     const std::vector<std::size_t>& rows);

/// What the interface calls linear predictors. linear (rows, outputs of the task)
LinearPredictors linear_predictors(const TaskSpec& task, const Parameters& parameters, const at::Tensor& linear);

}  // namespace larc::nn
