# ranger's times for what bench_learn_forest measures, on the tables it writes:  Rscript bench/learn_forest.R FOLDER
suppressMessages({library(ranger); library(survival)})
folder <- commandArgs(TRUE)[1]
cpu <- function(label, repeats, work) {
  times <- sapply(seq_len(repeats), function(i) sum(system.time(work())[1:2]))
  cat(sprintf("%-52s %8.4f s\n", label, min(times)))
}
for (size in list(c(200, 10), c(200, 1000), c(2000, 10))) {
  d <- read.csv(file.path(folder, sprintf("forest_%d_%d.csv", size[1], size[2])))
  x <- d[-(1:2)]
  label <- sprintf("%d x %d", size[1], size[2])
  cpu(paste("ranger, probability,", label), 3, function()
    ranger(x = x, y = factor(d$event), probability = TRUE, min.node.size = 1, num.threads = 1))
  if (size[1] == 200)  # at 2,000 the survival forest takes a minute
    cpu(paste("ranger, survival,", label), 2, function()
      ranger(x = x, y = Surv(d$time, d$event), num.threads = 1))
}
