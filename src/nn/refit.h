#pragma once
#include <map>
#include <string>
#include <vector>

#include "nn/member.h"

namespace larc::nn {

/// What was found for one task: the penalty whose held-out loss, against that without a network, is least.
struct Refit {
  double penalty = 0;
  double held_out_loss_ratio = 0;
};

/// Fits the linear way of every task anew where that predicts held-out rows better than the way that was learned: ridge
/// on the finished encoder's descriptors of unchanged crops, nothing dropped, without the fused way. A few hundred
/// steps of training leave the weights of a linear way far from where they would end; fitting it costs seconds. One
/// penalty a task for all members, chosen with the rows they did not learn from. members  at the weights of candidate
/// `best`, which gets the held-out outputs that follow learned  (tasks) held-out loss ratio of that candidate
/// -> by task; those that stayed as they were are absent
std::map<std::string, Refit> refit_linear_ways(const Job& job, std::vector<Member>& members, std::size_t best,
                                               const std::vector<double>& learned);

}  // namespace larc::nn
