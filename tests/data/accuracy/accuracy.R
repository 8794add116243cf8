# Reference numbers of tests/stats/test_accuracy_oracle.cpp: R 4.2.2, survival 3.5-3, riskRegression 2022.11.28, pec
# 2022.5.4, prodlim 2019.11.13.  Rscript accuracy.R in this folder writes the table and the numbers.
suppressMessages({library(survival); library(riskRegression); library(prodlim); library(jsonlite)})
set.seed(20)
n <- 140
ties <- data.frame(a = sample(1:9, n, TRUE) / 10, b = round(runif(n), 2))
raw <- rexp(n) / (.3 + ties$a)
end <- rexp(n) * 1.6
cause <- ifelse(runif(n) < .65, 1, 2)
ties$time <- pmax(ceiling(8 * pmin(raw, end)) / 8, .125)
ties$cause <- ifelse(raw <= end, cause, 0)
ties$event <- as.integer(ties$cause > 0)
ties$w <- sample(1:3, n, TRUE) / 2
write.csv(ties, "ties.csv", row.names = FALSE, quote = FALSE)

out <- list()
y <- Surv(ties$time, ties$event)
cstat <- function(...) { x <- concordancefit(y, ties$a, reverse = TRUE, ...); list(c = unname(x$concordance), se = sqrt(x$var), count = as.vector(x$count)) }
out$c <- list(
  harrell = cstat(), uno = cstat(timewt = "n/G2"), harrell_tau = cstat(ymax = .75), uno_tau = cstat(timewt = "n/G2", ymax = .75),
  harrell_weights = cstat(weights = ties$w), uno_weights = cstat(weights = ties$w, timewt = "n/G2"))
pair <- function(timewt) {
  x <- sapply(c("a", "b"), function(s) concordance(as.formula(paste("Surv(time, event) ~", s)), data = ties, reverse = TRUE, timewt = timewt, influence = 1)$dfbeta)
  v <- crossprod(x); sqrt(v[1, 1] + v[2, 2] - 2 * v[1, 2])
}
fa <- coxph(Surv(time, event) ~ a, ties); fb <- coxph(Surv(time, event) ~ b, ties)
fc <- concordance(fa, fb); k <- c(1, -1)
out$c$pair <- list(signs = sign(c(coef(fa), coef(fb))), c = unname(fc$concordance), se = sqrt(drop(k %*% fc$var %*% k)), se_harrell = pair("n"), se_uno = pair("n/G2"))

score <- function(formula, data, times, cause = 1) {
  risks <- list(a = matrix(rep(data$a, length(times)), ncol = length(times)), b = matrix(rep(data$b, length(times)), ncol = length(times)))
  s <- suppressWarnings(Score(risks, formula = formula, data = data, times = times, cause = cause, se.fit = TRUE, cens.model = "km", conservative = FALSE, null.model = TRUE))
  list(times = times, auc = as.data.frame(s$AUC$score), auc_difference = as.data.frame(s$AUC$contrasts), brier = as.data.frame(s$Brier$score), brier_difference = as.data.frame(s$Brier$contrasts))
}
times <- c(.25, .5, .8, 1.25)
out$survival <- score(Hist(time, event) ~ 1, ties, times)
out$cause1 <- score(Hist(time, cause) ~ 1, ties, times)
# riskRegression 2022.11.28 takes cause 1 as the cases in the influences of the AUC whatever `cause` is; so cause 2 is
# asked for by exchanging the names of the causes.
turned <- ties; turned$cause <- c(0, 2, 1)[ties$cause + 1]
out$cause2 <- score(Hist(time, cause) ~ 1, turned, times)
all_events <- ties; all_events$event <- 1
out$uncensored <- score(Hist(time, event) ~ 1, all_events, times)

suppressMessages(library(pec))
grid <- sort(unique(ties$time))
S <- exp(-outer(ties$a, c(0, grid)))
p <- pec(list(m = S), Surv(time, event) ~ 1, data = ties, cens.model = "marginal", exact = FALSE, times = grid, verbose = FALSE, start = 0)
out$pec <- list(times = p$time, brier = p$AppErr$m, reference = p$AppErr$Reference, ibs = unclass(crps(p, times = 1.25))[, 1])
out$royston <- as.list(royston(coxph(Surv(time, event) ~ a, ties)))
out$royston_coef <- unname(coef(coxph(Surv(time, event) ~ a, ties)))
# Pseudo-values, and the calibration model on them: estimating equation with complementary log-log link and constant
# variance (as geese of geepack), to the last digit, and its sandwich.
pseudo <- list(survival = 1 - as.vector(jackknife(prodlim(Hist(time, event) ~ 1, ties), times = .75)),
               cause1 = as.vector(jackknife(prodlim(Hist(time, cause) ~ 1, ties), times = .75, cause = 1)))
x <- log(-log(1 - ties$b * .8 - .1))
calibrate <- function(y) {
  fit <- function(X, offset) {
    beta <- numeric(ncol(X)); beta[1] <- -1
    for (i in 1:200) { eta <- as.vector(X %*% beta) + offset; D <- exp(eta - exp(eta)) * X; r <- y - (1 - exp(-exp(eta))); beta <- beta + as.vector(solve(crossprod(D), crossprod(D, r))) }
    B <- solve(crossprod(D))
    list(coef = beta, se = sqrt(diag(B %*% crossprod(D * r) %*% B)))
  }
  list(both = fit(cbind(1, x), 0), large = fit(matrix(1, n, 1), x))
}
out$pseudo <- pseudo
out$calibration <- lapply(pseudo, calibrate)
# Smooth curve: Cox with a spline of three knots, follow-up cut at the horizon (Austin et al. 2020).
q <- unname(quantile(x, c(.1, .5, .9))); cube <- function(v) pmax(v, 0)^3
z <- cbind(x, (cube(x - q[1]) + ((q[2] - q[1]) * cube(x - q[3]) - (q[3] - q[1]) * cube(x - q[2])) / (q[3] - q[2])) / (q[3] - q[1])^2)
cut <- Surv(pmin(ties$time, .75), ties$event * (ties$time <= .75))
m <- coxph(cut ~ z, control = coxph.control(eps = 1e-14, iter.max = 100)); b <- basehaz(m, centered = FALSE)
smooth <- 1 - exp(-b$hazard[findInterval(.75, b$time)] * exp(as.vector(z %*% coef(m)))); gap <- abs(smooth - (ties$b * .8 + .1))
out$smooth <- list(ici = mean(gap), e50 = median(gap), e90 = unname(quantile(gap, .9)), emax = max(gap))
# Net benefit at .75 of risks a: Kaplan-Meier and Aalen-Johansen among those at or above the threshold.
th <- c(.15, .3, .55, .85)
nb <- function(f) sapply(th, function(t) { k <- ties$a >= t; F <- f(ties[k, ]); mean(k) * (F - (1 - F) * t / (1 - t)) })
km <- function(d) 1 - summary(survfit(Surv(time, event) ~ 1, d), times = .75, extend = TRUE)$surv
aj <- function(d) { s <- summary(survfit(Surv(time, factor(cause, 0:2)) ~ 1, d), times = .75, extend = TRUE); s$pstate[2] }
out$dca <- list(thresholds = th, survival = nb(km), cause1 = nb(aj), all = sapply(th, function(t) { F <- km(ties); F - (1 - F) * t / (1 - t) }))
write(toJSON(out, digits = NA, auto_unbox = TRUE), "accuracy.json")
