#include "nn/refit.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "nn/batch.h"
#include "nn/tasks.h"

namespace larc::nn {

namespace {

/// Half the squared weights times this are added to the mean loss; from large to small, each started at the last.
constexpr double kPenalties[] = {0.3, 0.1, 0.03, 0.01, 0.003};
constexpr int kSteps = 100;
constexpr double kRate = 0.05;

/// What the linear way reads of rows. -> (rows, features)
at::Tensor features_of(const Job& job, const Network& network, const std::vector<std::size_t>& rows) {
  const at::NoGradGuard no_gradient;
  std::vector<at::Tensor> list;
  for (const std::size_t row : rows) {
    std::vector<BatchCrop> crops;
    for (std::size_t view = 0; view < job.cases.views.size(); ++view)
      if (job.cases.present[row][view] != 0) crops.push_back({0, view, *job.cache.get(row, view)});
    const Inputs inputs =
        make_inputs(job.spec, 1, crops,
                    job.cases.columns.empty() ? std::vector<std::vector<double>>()
                                              : std::vector<std::vector<double>>{job.cases.table[row]});
    list.push_back(network.linear_features(inputs, network.descriptors(inputs)));
  }
  return at::cat(list, 0);
}

/// Adam (Kingma and Ba 2015) with a rate that falls as a cosine: the problem is convex and small.
void minimise(std::vector<at::Tensor>& variables, const std::function<at::Tensor()>& loss) {
  std::vector<at::Tensor> mean, square;
  for (const auto& variable : variables) {
    mean.push_back(at::zeros_like(variable));
    square.push_back(at::zeros_like(variable));
  }
  for (int step = 1; step <= kSteps; ++step) {
    const auto gradients = torch::autograd::grad({loss()}, variables);
    const at::NoGradGuard no_gradient;
    const double rate = kRate * 0.5 * (1.0 + std::cos(std::numbers::pi * (step - 1) / kSteps));
    for (std::size_t i = 0; i < variables.size(); ++i) {
      mean[i].mul_(0.9).add_(gradients[i], 0.1);
      square[i].mul_(0.99).addcmul_(gradients[i], gradients[i], 0.01);
      const at::Tensor direction =
          (mean[i] / (1.0 - std::pow(0.9, step))) / ((square[i] / (1.0 - std::pow(0.99, step))).sqrt() + 1e-8);
      variables[i].sub_(direction, rate);
    }
  }
}

/// One member's fit of one task at one penalty.
struct Fit {
  at::Tensor weight;                   // (features, outputs of the task)
  std::vector<at::Tensor> parameters;  // the task's own, in the order of the network's
  at::Tensor held_out;                 // (rows, outputs of the task)
  double loss = 0.0;                   // summed over the held-out rows
};

/// The task's own parameters that its likelihood reads.
std::vector<at::Tensor> own_parameters(const Network& network, const std::string& task) {
  std::vector<at::Tensor> list;
  for (const auto& parameter : network.parameters().list())
    if (parameter.name.starts_with("task." + task + ".") && !parameter.name.ends_with(".log_variance"))
      list.push_back(parameter.value);
  return list;
}

std::vector<at::Tensor> copies(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> list;
  for (const auto& tensor : tensors) list.push_back(tensor.detach().clone());
  return list;
}

void put_back(const std::vector<at::Tensor>& values, const std::vector<at::Tensor>& to) {
  const at::NoGradGuard no_gradient;
  for (std::size_t i = 0; i < to.size(); ++i) to[i].copy_(values[i]);
}

/// Fits at every penalty; the network keeps its parameters. training, held_out (rows, features)
std::vector<Fit> fits_of(const Member& member, const Task& task, std::int64_t outputs, const at::Tensor& training,
                         const at::Tensor& held_out) {
  const Parameters& parameters = member.network->parameters();
  const std::vector<at::Tensor> own = own_parameters(*member.network, task.name), before = copies(own);
  at::Tensor weight = at::zeros({training.size(1), outputs}, training.options()).requires_grad_(true);
  std::vector<at::Tensor> variables = own;
  variables.push_back(weight);
  std::vector<Fit> fits;
  for (const double penalty : kPenalties) {
    minimise(variables, [&] {
      return task_loss(task, parameters, training.matmul(weight), member.training).sum() +
             0.5 * penalty * weight.square().sum();
    });
    const at::NoGradGuard no_gradient;
    Fit& fit = fits.emplace_back(Fit{weight.detach().clone(), copies(own), held_out.matmul(weight.detach()), 0.0});
    const at::Tensor loss = task_loss(task, parameters, fit.held_out, member.held_out);
    const auto known = std::ranges::count_if(member.held_out, [&](std::size_t row) { return is_known(task, row); });
    fit.loss = loss.defined() ? loss.sum().item<double>() * static_cast<double>(known) : 0.0;
  }
  put_back(before, own);
  return fits;
}

void take(const Fit& fit, std::int64_t first, std::int64_t outputs, Member& member, Candidate& candidate,
          const std::string& task) {
  const at::NoGradGuard no_gradient;
  Parameters& parameters = member.network->parameters();
  std::int64_t row = 0;
  for (const char* name : {"linear.views", "linear.table"}) {
    if (!parameters.contains(name)) continue;
    const at::Tensor& way = parameters[name];
    way.narrow(1, first, outputs).copy_(fit.weight.narrow(0, row, way.size(0)));
    row += way.size(0);
  }
  parameters["head"].narrow(1, first, outputs).zero_();
  put_back(fit.parameters, own_parameters(*member.network, task));
  candidate.held_out.narrow(1, first, outputs).copy_(fit.held_out);
}

}  // namespace

std::map<std::string, Refit> refit_linear_ways(const Job& job, std::vector<Member>& members, std::size_t best,
                                               const std::vector<double>& learned) {
  std::vector<at::Tensor> training, held_out;
  for (const auto& member : members) {
    training.push_back(features_of(job, *member.network, member.training));
    held_out.push_back(features_of(job, *member.network, member.held_out));
  }
  std::map<std::string, Refit> refits;
  std::int64_t first = 0;
  for (std::size_t t = 0; t < job.tasks.size(); ++t) {
    const std::int64_t outputs = job.spec.tasks[t].outputs();
    std::vector<std::vector<Fit>> fits;
    double without = 0.0;
    for (std::size_t m = 0; m < members.size(); ++m) {
      fits.push_back(fits_of(members[m], job.tasks[t], outputs, training[m], held_out[m]));
      without += members[m].without.sum[t];
    }
    double least = learned[t];
    for (std::size_t p = 0; p < std::size(kPenalties); ++p) {
      double with = 0.0;
      for (const auto& of_member : fits) with += of_member[p].loss;
      if (!(with / without < least)) continue;
      least = with / without;
      refits[job.tasks[t].name] = {kPenalties[p], least};
    }
    if (const auto found = refits.find(job.tasks[t].name); found != refits.end()) {
      const auto p = static_cast<std::size_t>(std::ranges::find(kPenalties, found->second.penalty) - kPenalties);
      for (std::size_t m = 0; m < members.size(); ++m)
        take(fits[m][p], first, outputs, members[m], members[m].candidates[best], job.tasks[t].name);
    }
    first += outputs;
  }
  return refits;
}

}  // namespace larc::nn
