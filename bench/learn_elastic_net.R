# glmnet's times for what bench_learn_elastic_net measures, on the tables it writes, with its own threshold of 1e-7 and,
# for the paths, with 1e-12, closer to the optimality gap of 1e-10 that larc's paths keep:
#   Rscript bench/learn_elastic_net.R FOLDER [CASE]
suppressMessages({library(glmnet); library(survival)})
arguments <- commandArgs(TRUE)
cpu <- function(label, repeats, work) {
  times <- sapply(seq_len(repeats), function(i) sum(system.time(work())[1:2]))
  cat(sprintf("%-52s %8.4f s\n", label, min(times)))
}
cases <- list(enet_200 = c(200, 1000, 5, 1), enet_20000 = c(20000, 100, 3, 1), enet_2000 = c(2000, 1000, 1, 1))
for (name in names(cases)) {
  if (length(arguments) > 1 && arguments[2] != name) next
  size <- cases[[name]]
  d <- matrix(scan(file.path(arguments[1], paste0(name, ".csv")), sep = ",", skip = 1, quiet = TRUE), size[1], byrow = TRUE)
  x <- d[, -(1:2)]
  fold <- rep_len(1:10, size[1])
  for (family in c("cox", "binomial")) {
    y <- if (family == "cox") Surv(d[, 1], d[, 2]) else d[, 2]
    label <- sprintf("glmnet %s, %d x %d", family, size[1], size[2])
    cpu(label, size[3], function() fit <<- glmnet(x, y, family, alpha = 0.5))
    cat(length(fit$lambda), "lambdas\n")
    if (name != "enet_2000")
      cpu(paste0(label, ", thresh 1e-12"), 1, function() glmnet(x, y, family, alpha = 0.5, thresh = 1e-12))
    cpu(paste0(label, ", 10 folds"), size[4], function() cv.glmnet(x, y, family = family, alpha = 0.5, foldid = fold))
  }
}
