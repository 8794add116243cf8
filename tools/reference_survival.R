# Reference numbers of the survival tests, from R's survival and cmprsk: tests/data/survival_reference.json.
# Rscript tools/reference_survival.R OUT.json        (Debian 12: r-cran-survival, r-cran-cmprsk, r-cran-jsonlite)
# A simulated table with heavy ties, late entry, weights, strata, clusters and three causes, small enough to stand in
# the repository. coxph runs until its log likelihood stands still (eps 1e-14), so that coefficients compare to 1e-12.
suppressMessages({library(survival); library(cmprsk); library(jsonlite)})
set.seed(20)
n <- 40
d <- data.frame(time = ceiling(rexp(n) * 8), cause = sample(0:3, n, TRUE, c(.35, .35, .2, .1)), a = round(rnorm(n), 2),
                b = rbinom(n, 1, .4), c = round(runif(n) * 100), weight = round(rexp(n) + .2, 2),
                stratum = sample(1:3, n, TRUE), cluster = sample(1:15, n, TRUE), group = sample(c("p", "q", "r"), n, TRUE))
d$entry <- pmax(d$time - ceiling(rexp(n) * 6), -1)
d$event <- as.integer(d$cause > 0)
control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 50)
cox <- function(formula, ties, weights = NULL, cluster = NULL) {
  arguments <- list(formula, d, ties = ties, control = control, x = TRUE)
  if (!is.null(weights)) arguments <- c(arguments, list(weights = weights, cluster = cluster))
  f <- do.call(coxph, arguments)
  zph <- function(t) as.vector(cox.zph(f, t, terms = FALSE)$table[, 1])
  base <- basehaz(f, centered = FALSE)
  base <- base[base$hazard > 0, ]
  new <- d[1:2, ]
  new$stratum <- 2
  at <- lapply(1:2, function(i) summary(survfit(f, newdata = new[i, ]), times = c(2, 7), extend = TRUE))
  r <- list(coef = coef(f), se = sqrt(diag(f$var)), loglik = f$loglik, score = f$score, wald = f$wald.test,
            concordance = unname(f$concordance[c("concordance", "std")]), martingale = residuals(f),
            deviance = residuals(f, "deviance"), score_residuals = residuals(f, "score"),
            dfbeta = residuals(f, "dfbeta"), schoenfeld = residuals(f, "schoenfeld"),
            scaled = residuals(f, "scaledsch"), zph_km = zph("km"), zph_identity = zph("identity"),
            zph_rank = zph("rank"), zph_log = zph("log"), hazard_time = base$time, hazard = base$hazard,
            survival = unlist(lapply(at, function(s) s$surv)),
            survival_se = unlist(lapply(at, function(s) s$std.err / s$surv)))
  if (!is.null(f$rscore)) r$robust_score <- f$rscore
  else r[c("score_residuals", "dfbeta", "schoenfeld", "scaled", "deviance")] <- NULL  # those of the fullest model do
  lapply(r, function(v) if (is.matrix(v)) as.vector(t(v)) else unname(v))
}
out <- list(table = d)
for (ties in c("efron", "breslow")) {
  out$cox[[ties]]$plain <- cox(Surv(time, event) ~ a + b + c, ties)
  out$cox[[ties]]$strata <- cox(Surv(time, event) ~ a + b + c + strata(stratum), ties)
  out$cox[[ties]]$entry <- cox(Surv(entry, time, event) ~ a + b + c, ties)
  out$cox[[ties]]$all <- cox(Surv(entry, time, event) ~ a + b + c + strata(stratum), ties, weights = d$weight,
                             cluster = d$cluster)
}
km <- function(surv, type, w = rep(1, n)) {
  s <- survfit(surv ~ 1, weights = w, conf.type = type, robust = FALSE)
  q <- quantile(s, c(.25, .5, .75))
  list(time = s$time, survival = s$surv, se = s$surv * s$std.err, lower = s$lower, upper = s$upper, at_risk = s$n.risk,
       hazard = s$cumhaz, hazard_se = s$std.chaz, quantiles = as.vector(rbind(q$quantile, q$lower, q$upper)),
       rmean = if (attr(surv, "type") == "right") unname(summary(s, rmean = 9)$table[c("rmean", "se(rmean)")]))
}
right <- with(d, Surv(time, event))
for (type in c("plain", "log", "log-log")) out$km$right[[type]] <- km(right, type)
out$km$weighted$log <- km(right, "log", d$weight)
out$km$entry[["log-log"]] <- km(with(d, Surv(entry, time, event)), "log-log")
test <- function(formula, rho) {
  f <- survdiff(formula, d, rho = rho)
  f$chisq
}
pairs <- combn(sort(unique(d$group)), 2)
p <- apply(pairs, 2, function(g) {
  f <- survdiff(right[d$group %in% g] ~ group, d[d$group %in% g, ])
  pchisq(f$chisq, 1, lower.tail = FALSE)
})
out$tests <- list(logrank = test(right ~ group, 0), peto = test(right ~ group, 1),
                  stratified = test(right ~ group + strata(stratum), 0),
                  stratified_peto = test(right ~ group + strata(stratum), 1), pairwise_holm = p.adjust(p, "holm"))
for (cause in 1:3) {
  f <- crr(d$time, d$cause, as.matrix(d[c("a", "b", "c")]), failcode = cause, gtol = 1e-12, maxiter = 50)
  one <- cuminc(d$time, d$cause)
  points <- timepoints(one, sort(unique(d$time)))
  s <- survfit(Surv(time, factor(cause)) ~ 1, d)
  out$competing[[cause]] <- list(
    coef = unname(f$coef), se = sqrt(diag(f$var)), loglik = c(f$loglik.null, f$loglik), time = f$uftime,
    incidence = predict(f, as.matrix(d[1, c("a", "b", "c")]))[, 2],
    cif_time = sort(unique(d$time)), cif = as.vector(points$est[cause, ]), cif_var = as.vector(points$var[cause, ]),
    jackknife_time = s$time, jackknife_se = s$std.err[, cause + 1],
    gray = unname(cuminc(d$time, d$cause, d$group)$Tests[cause, "stat"]),
    gray_stratified = unname(cuminc(d$time, d$cause, d$group, d$stratum)$Tests[cause, "stat"]))
}
# finegray needs an id to take start and stop, and keeps only the columns of its formula, without the strata term.
d$id <- seq_len(n)
d$state <- factor(d$cause)
d$within <- d$stratum
# With `entry` at some time all under observation are newcomers, and the weights infinite.
d$early <- floor(d$entry / 3)
weighted <- function(rows, terms, cause) {
  g <- finegray(rows, d, id = id, etype = as.character(cause))
  f <- do.call(coxph, list(terms, g, weights = g$fgwt, cluster = g$id, ties = "breslow", control = control))
  base <- basehaz(f, centered = FALSE)
  list(coef = unname(coef(f)), robust_se = sqrt(diag(f$var)), loglik = f$loglik,
       hazard = base$hazard[diff(c(0, base$hazard)) != 0 & base$hazard > 0])
}
late <- Surv(early, time, state) ~ a + b + c + id
fg <- Surv(fgstart, fgstop, fgstatus) ~ a + b + c
for (cause in 1:3) {
  out$finegray[[cause]] <- list(
    strata = weighted(Surv(time, state) ~ a + b + c + id + within + strata(stratum), update(fg, . ~ . + strata(within)), cause),
    entry = weighted(late, fg, cause))
  if (cause < 3)
    out$finegray[[cause]]$all <- weighted(update(late, . ~ . + within + strata(stratum)),
                                          update(fg, . ~ . + strata(within)), cause)
}
write(toJSON(out, digits = 16, auto_unbox = TRUE, na = "null", dataframe = "columns"), commandArgs(TRUE)[1])
