#include "demo/pathology.h"

#include <algorithm>
#include <cmath>

#include "demo/choose.h"
#include "stats/logistic.h"

namespace larc::demo {

namespace {

std::string n_category(int positive, int deposits) {
  if (positive == 0) return deposits > 0 ? "1c" : "0";
  if (positive == 1) return "1a";
  if (positive <= 3) return "1b";
  return positive <= 6 ? "2a" : "2b";
}

int draw_positive_nodes(const LatentPatient& patient, int regression, Random& random) {
  constexpr double kShare[] = {0, 0.20, 0.36, 0.50};
  const double by_stage = patient.clinical.cn == "N0" ? 0.6 : patient.clinical.cn == "N2" ? 1.2 : 1.0;
  if (random.uniform() >= kShare[regression] * by_stage) return 0;
  return std::stoi(choose(random, {{"1", 0.40},
                                   {"2", 0.20},
                                   {"3", 0.12},
                                   {"4", 0.09},
                                   {"5", 0.06},
                                   {"6", 0.04},
                                   {"7", 0.04},
                                   {"8", 0.03},
                                   {"9", 0.02}}));
}

std::string draw_t_category(const LatentPatient& patient, int regression, Random& random) {
  const char* level = regression == 1
                          ? choose(random, {{"0", 0.06}, {"is", 0.03}, {"1", 0.22}, {"2", 0.41}, {"3", 0.28}})
                      : regression == 2 ? choose(random, {{"2", 0.20}, {"3", 0.52}, {"4", 0.28}})
                                        : choose(random, {{"3", 0.40}, {"4", 0.60}});
  if (level != std::string("4")) return level;
  return patient.clinical.ct == "T4b" && random.uniform() < 0.7 ? "4b" : "4a";
}

}  // namespace

Pathology draw_pathology(const LatentPatient& patient, const Predictors& predictors, double response, Random& random) {
  Pathology p;
  p.regression = response > 0 ? 0 : response > -1.6 ? 1 : response > -4.4 ? 2 : 3;
  p.nodes_examined = whole(random, 8, 26);
  p.grade = choose(random, {{"well", 0.10}, {"moderate", 0.70}, {"poor", 0.19}, {"undifferentiated", 0.01}});
  if (p.regression == 0) {
    p.ypt = std::string(1, '0');
    p.ypn = p.ypt;
    p.crm_mm = std::round(random.uniform(20, 200)) / 10;
    p.resection = "R0";
    return p;
  }
  p.ypt = draw_t_category(patient, p.regression, random);
  p.nodes_positive = draw_positive_nodes(patient, p.regression, random);
  p.nodes_examined = std::max(p.nodes_examined, p.nodes_positive + 2);
  if (random.uniform() < stats::logistic(predictors.deposits.whole))
    p.deposits = random.uniform() < 0.6 ? whole(random, 1, 2) : whole(random, 3, 8);
  p.ypn = n_category(p.nodes_positive, p.deposits);
  if (p.ypt == "0" && p.ypn == "0") p.ypt = std::string(1, '1');
  // The grade is that of the primary tumour: nothing left of it is complete, whatever is in the nodes.
  if (p.ypt == "0") p.regression = 0;
  const bool involved = random.uniform() < stats::logistic(predictors.crm.whole);
  p.crm_mm = std::round(involved ? random.uniform(0, 10) : random.uniform(11, p.regression == 3 ? 60 : 120)) / 10;
  p.resection = !involved ? "R0" : random.uniform() < 0.9 ? "R1" : "R2";
  p.perineural = random.uniform() < 0.10 * p.regression;
  p.lymphovascular = random.uniform() < 0.10 * p.regression;
  return p;
}

void grade_regression(Pathology& pathology, int centre, Day surgery, Random& random) {
  const int g = pathology.regression;
  const int spread = random.uniform() < 0.25 ? 1 : 0;
  if (centre == 0) {
    pathology.trg_system = "AJCC";
    pathology.trg_value = g;
  } else if (centre == 1 && surgery < Day(std::chrono::year{2016} / 1 / 1)) {
    pathology.trg_system = "Ryan3";
    pathology.trg_value = std::max(1, g);
  } else if (centre == 1) {
    pathology.trg_system = "Mandard";
    pathology.trg_value = g == 3 ? 4 + spread : g + 1;
  } else {
    pathology.trg_system = "Dworak";
    pathology.trg_value = g == 3 ? 1 - spread : 4 - g;
  }
}

bool is_pcr(const Pathology& pathology) {
  return pathology.ypt == "0" && pathology.ypn == "0" && pathology.deposits == 0;
}

}  // namespace larc::demo
