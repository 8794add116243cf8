# Times pROC, sva, glm and lowess on the tables that bench_stats_binary wrote:  Rscript bench/stats_binary.R FOLDER
suppressMessages({library(pROC); library(sva)})
folder <- commandArgs(TRUE)[1]
timed <- function(name, repetitions, work) {
  seconds <- sapply(seq_len(repetitions), function(i) { t <- proc.time(); work(); sum((proc.time() - t)[1:2]) })
  cat(sprintf("%-44s %10.5f s (best %.5f)\n", name, median(seconds), min(seconds)))
}
for (name in c("roc_2000", "roc_200000", "roc_200000_ties")) {
  d <- read.csv(file.path(folder, paste0(name, ".csv")))
  timed(paste0("ROC + DeLong, ", name), 5, function() ci.auc(roc(d$y, d$a, direction = "<", levels = 0:1)))
  timed(paste0("paired DeLong, ", name), 3, function()
    roc.test(roc(d$y, d$a, direction = "<", levels = 0:1), roc(d$y, d$b, direction = "<", levels = 0:1),
             method = "delong", paired = TRUE))
}
d <- read.csv(file.path(folder, "combat.csv"))
x <- t(as.matrix(d[, -1]))
timed("ComBat, parametric, 973 x 120", 5, function() suppressMessages(ComBat(x, d$batch)))
timed("ComBat, non-parametric, 973 x 120", 3, function() suppressMessages(ComBat(x, d$batch, par.prior = FALSE)))
for (name in c("logistic_200_5", "logistic_20000_10", "logistic_200000_10")) {
  d <- read.csv(file.path(folder, paste0(name, ".csv")))
  timed(paste0("logistic, ", name), 3, function() glm(y ~ ., binomial, d))
  p <- fitted(glm(y ~ ., binomial, d))
  timed(paste0("smooth calibration curve, ", name), 3, function() lowess(p, d$y, iter = 0))
}
