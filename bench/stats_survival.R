# R's times for what bench_stats_survival measures, on the tables it writes: Rscript bench/stats_survival.R FOLDER
suppressMessages({library(survival); library(cmprsk)})
folder <- commandArgs(TRUE)[1]
read <- function(name) read.csv(file.path(folder, paste0(name, ".csv")))
cpu <- function(label, repeats, code) {
  expression <- substitute(code)
  frame <- parent.frame()
  times <- sapply(seq_len(repeats), function(i) sum(system.time(eval(expression, frame))[1:2]))
  cat(sprintf("%-44s %8.4f s\n", label, min(times)))
}
d <- read("cox_200000")
x <- as.matrix(d[-(1:2)])
y <- Surv(d$time, d$event)
fit <- function(x, y) coxph.fit(x, y, NULL, rep(0, nrow(x)), rep(0, ncol(x)), coxph.control(), rep(1, nrow(x)), "efron", NULL)
cpu("coxph, n = 200,000, 10 covariates", 3, coxph(y ~ x))
cpu("coxph.fit, the same", 3, fit(x, y))
cpu("survfit, n = 200,000", 3, survfit(y ~ 1))
d <- read("cox_200")
x <- as.matrix(d[-(1:2)])
y <- Surv(d$time, d$event)
cpu("1,000 univariate coxph.fit, n = 200", 3, for (j in 1:1000) fit(x[, j, drop = FALSE], y))
d <- read("cox_2000")
x <- as.matrix(d[-(1:2)])
y <- Surv(d$time, d$event)
cpu("1,000 bootstrap coxph + concordance, n = 2,000", 1, for (b in 1:1000) {
  r <- sample(nrow(d), replace = TRUE)
  concordance(y ~ drop(x %*% coxph(y[r] ~ x[r, ])$coefficients), reverse = TRUE)
})
cpu("the same by coxph.fit + concordancefit", 1, for (b in 1:1000) {
  r <- sample(nrow(d), replace = TRUE)
  concordancefit(y, drop(x %*% fit(x[r, ], y[r])$coefficients), reverse = TRUE, std.err = FALSE)
})
d <- read("causes_2000")
cpu("crr, n = 2,000, 10 covariates", 1, crr(d$time, d$event, as.matrix(d[-(1:2)])))
