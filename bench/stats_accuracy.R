# The same work in R, processor ms, the least of several runs:  bench_stats_accuracy FOLDER; Rscript stats_accuracy.R FOLDER
suppressMessages({library(survival); library(riskRegression); library(prodlim)})
data.table::setDTthreads(1)
folder <- commandArgs(TRUE)[1]
least <- function(runs, work) min(sapply(seq_len(runs), function(i) { t <- system.time(work()); sum(t[1:2]) })) * 1000
cat("work,n,ms\n")
for (n in c(2000, 20000, 100000, 200000)) {
  d <- read.csv(sprintf("%s/table_%d.csv", folder, as.integer(n)))
  cat(sprintf("harrell,%d,%.1f\n", as.integer(n), least(3, function() concordance(Surv(time, event) ~ score, d, reverse = TRUE))))
  cat(sprintf("uno,%d,%.1f\n", as.integer(n), least(3, function() concordance(Surv(time, event) ~ score, d, reverse = TRUE, timewt = "n/G2", ymax = 1))))
  if (n <= 20000) {
    risks <- list(m = matrix(rep(d$risk, 5), ncol = 5))
    cat(sprintf("auc_brier_5_times,%d,%.1f\n", as.integer(n), least(2, function() suppressWarnings(Score(risks, Hist(time, event) ~ 1, d,
      times = c(.2, .4, .6, .8, 1), se.fit = TRUE, cens.model = "km", conservative = FALSE)))))
  }
  if (n == 2000) cat(sprintf("1000_bootstrap_c,%d,%.1f\n", as.integer(n), least(1, function() for (b in 1:1000) {
    k <- sample(n, n, TRUE); concordancefit(Surv(d$time[k], d$event[k]), d$score[k], reverse = TRUE, std.err = FALSE) })))
}
