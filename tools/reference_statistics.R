# The reference numbers of the statistics tests on real tables, computed anew with R.
#   Rscript tools/reference_statistics.R DATA OUT.json [section ...]     (from the root of the repository)
# DATA is the folder that LARC_TEST_DATA names. OUT.json holds one object a section, under the keys of the files in
# DATA/reference; where such a file exists, the largest relative difference to it is printed beside the tolerance that
# the tests ask for. The section `forest` takes minutes, the others seconds. Building and testing larc need none of this.
# Debian 12: r-cran-survival r-cran-cmprsk r-cran-glmnet r-cran-proc r-cran-riskregression r-cran-pec r-cran-rms
# r-cran-brglm2 r-cran-psych r-cran-ranger r-cran-jsonlite r-bioc-sva
# Made elsewhere: simulated tables (tools/reference_survival.R, tests/data/accuracy/accuracy.R); Cox elastic nets polished
# beyond glmnet's own stop (ref03b); gradient boosting (XGBoost, no R); small tables typed into tests, which say how.
suppressMessages({library(survival); library(jsonlite)})
arguments <- commandArgs(TRUE)
data_folder <- arguments[1]
tabular <- function(file, ...) read.csv(file.path(data_folder, "tabular", file), check.names = FALSE, ...)
named <- function(values, of = names(values)) as.list(setNames(as.vector(values), of))

# Kaplan-Meier and log-rank. Curves stand in km_NAME.csv.
km <- function() {
  tables <- list(lung = c("lung_ncctg", "sex"), veteran = c("veteran", "celltype"), colon = c("colon_moertel", "rx"),
                 gbsg = c("gbsg", "hormon"), rotterdam = c("rotterdam", "chemo"), support2 = c("support2_full", "dzclass"))
  lapply(tables, function(table) {
    d <- tabular(sprintf("survival/%s.csv", table[1]))
    y <- Surv(d$time, d$event)
    curve <- function(type, surv = y) survfit(surv ~ 1, conf.type = type)
    median_of <- function(fit) quantile(fit, .5)
    log <- curve("log"); loglog <- curve("log-log"); plain <- curve("plain")
    limits <- function(fit) with(median_of(fit), unname(c(lower, upper)))
    tau <- unname(quantile(d$time, .8))
    test <- survdiff(y ~ d[[table[2]]])
    list(n = nrow(d), events = sum(d$event), median = unname(median_of(log)$quantile), median_ci_log = limits(log),
         median_ci_loglog = limits(loglog), rmean_tau = tau, rmean = unname(summary(log, rmean = tau)$table["rmean"]),
         rmean_se = unname(summary(log, rmean = tau)$table["se(rmean)"]),
         reverse_km_median_fu = unname(median_of(curve("log", Surv(d$time, 1 - d$event)))$quantile),
         logrank = list(obs = test$obs, exp = test$exp, chisq = test$chisq, df = length(test$n) - 1, var = test$var,
                        p = pchisq(test$chisq, length(test$n) - 1, lower.tail = FALSE)),
         peto_rho1_chisq = survdiff(y ~ d[[table[2]]], rho = 1)$chisq,
         curve = list(time = log$time, n.risk = log$n.risk, surv = log$surv, se_surv = log$surv * log$std.err,
                      lo_log = log$lower, hi_log = log$upper, lo_ll = loglog$lower, hi_ll = loglog$upper,
                      lo_pl = plain$lower, hi_pl = plain$upper))
  })
}

cox <- function() {
  models <- list(
    lung = list("lung_ncctg", ~ age + sex + ph.ecog + wt.loss),
    veteran = list("veteran", ~ trt + karno + diagtime + age + prior + celltype),
    colon = list("colon_moertel", ~ rx + age + sex + obstruct + perfor + adhere + nodes + extent + surg + node4),
    rotterdam = list("rotterdam", ~ age + meno + size + grade + nodes + pgr + er + hormon + chemo),
    gbsg = list("gbsg", ~ age + meno + size + grade + nodes + pgr + er + hormon),
    whas500 = list("sksurv_whas500", ~ age + gender + hr + sysbp + diasbp + bmi + cvd + afb + sho + chf + av3 + miord + mitype))
  lapply(models, function(model) {
    d <- tabular(sprintf("survival/%s.csv", model[[1]]), stringsAsFactors = TRUE)
    d <- d[complete.cases(d[all.vars(model[[2]])]), ]
    formula <- update(model[[2]], Surv(time, event) ~ .)
    environment(formula) <- environment()
    fit <- function(...) coxph(formula, d, control = coxph.control(eps = 1e-11, iter.max = 50), ...)
    figures <- function(f) list(n = f$n, nevent = f$nevent, coef = unname(coef(f)), se = unname(sqrt(diag(f$var))),
      loglik = f$loglik, score = f$score, wald = unname(f$wald.test), lr = 2 * diff(f$loglik),
      concordance = unname(f$concordance["concordance"]), concordance_se = unname(f$concordance["std"]))
    efron <- fit(ties = "efron")
    zph <- function(transform) cox.zph(efron, transform, terms = FALSE)$table
    list(efron = figures(efron), breslow = figures(fit(ties = "breslow")),
         robust_se = unname(sqrt(diag(fit(ties = "efron", robust = TRUE)$var))),
         martingale10 = unname(residuals(efron)[1:10]), deviance10 = unname(residuals(efron, "deviance")[1:10]),
         dfbeta_row1 = unname(residuals(efron, "dfbeta")[1, ]),
         zph_km = list(chisq = unname(zph("km")[, 1]), p = unname(zph("km")[, 3])),
         zph_identity_chisq = unname(zph("identity")[, 1]))
  })
}

# Folds and tables of the elastic net are those of the reference file: it holds them.
elastic_net <- function() {
  suppressMessages(library(glmnet))
  given <- fromJSON(file.path(data_folder, "reference/ref03_glmnet.json"))
  one <- function(x, y, family, foldid) {
    paths <- lapply(c(1, .5, .05), function(alpha) {
      f <- glmnet(x, y, family, alpha = alpha, nlambda = 60, lambda.min.ratio = .05, thresh = 1e-14, maxit = 1e7)
      cv <- cv.glmnet(x, y, family = family, alpha = alpha, lambda = f$lambda, foldid = foldid, thresh = 1e-14, maxit = 1e7)
      list(lambda = f$lambda, df = unname(f$df), dev.ratio = f$dev.ratio, nulldev = f$nulldev, cvm = unname(cv$cvm),
           cvsd = unname(cv$cvsd), lambda.min = cv$lambda.min, lambda.1se = cv$lambda.1se)
    })
    setNames(paths, c("alpha_1", "alpha_0.5", "alpha_0.05"))
  }
  logit <- function(name) {
    d <- tabular(sprintf("radiomics_binary/%s.csv.gz", name))
    one(as.matrix(d[setdiff(names(d), c("ID", "Target"))]), d$Target, "binomial", given[[paste0("logit_", name)]]$foldid)
  }
  meta <- given$cox_gse7390
  d <- tabular(meta$meta$file)
  # glmnet 4.1-6 mistakes ties of large times; in days its coefficients are off by 1e-4.
  y <- Surv(d$time / 1e5, d$event)
  list(logit_Dai2023 = logit("Dai2023"), logit_LNDb = logit("LNDb"),
       cox_gse7390 = one(as.matrix(d[meta$meta$cols]), y, "cox", meta$foldid))
}

binary <- function() {
  suppressMessages({library(pROC); library(brglm2)})
  d <- tabular("radiomics_binary/pROC_aSAH.csv")
  curve <- function(x) roc(d$outcome, d[[x]], levels = c(0, 1), direction = "<", quiet = TRUE)
  area <- function(x) list(auc = as.numeric(auc(curve(x))), var = var(curve(x)), ci = as.numeric(ci.auc(curve(x))),
                           pauc_spec_1_0.9 = as.numeric(auc(curve(x), partial.auc = c(1, .9))))
  pair <- function(x, y) with(roc.test(curve(x), curve(y), method = "delong"), list(z = unname(statistic), p = p.value))
  h <- tabular("multicentre/hosny2018_nsclc_3centres_radiomics.csv")
  features <- c("original_shape_Volume", "original_shape_Sphericity", "squareroot_firstorder_Entropy",
                "squareroot_firstorder_Kurtosis", "squareroot_glcm_Correlation")
  h <- h[h$centre == "HarvardRT" & !is.na(h[[features[1]]]), ]
  x <- scale(as.matrix(h[features]))
  f <- glm(h$surv2yr ~ x, family = binomial)
  firth <- glm(h$surv2yr ~ x, family = binomial, method = "brglmFit", type = "MPL_Jeffreys", epsilon = 1e-10)
  figures <- function(fit) list(coef = unname(coef(fit)), se = unname(sqrt(diag(vcov(fit)))))
  list(aSAH = list(s100b = area("s100b"), wfns = area("wfns"), ndka = area("ndka"),
                   delong_s100b_wfns = pair("s100b", "wfns"), delong_s100b_ndka = pair("s100b", "ndka")),
       logistic = c(figures(f), deviance = f$deviance, null = f$null.deviance, aic = f$aic), firth = figures(firth))
}

# A Cox model of the Rotterdam series on the patients of GBSG.
survival_accuracy <- function() {
  suppressMessages({library(riskRegression); library(prodlim); library(pec)})
  train <- tabular("survival/derived_rotterdam_nodepos_train.csv")
  test <- tabular("survival/derived_gbsg_test.csv")
  f <- coxph(Surv(time, event) ~ age + s20 + s50 + n3 + pg + ho + g3, train, x = TRUE)
  y <- Surv(test$time, test$event)
  test$lp <- predict(f, test)
  times <- 365 * 1:5
  risk <- predictRisk(f, test, times)
  index <- function(...) {
    x <- concordance(y ~ test$lp, reverse = TRUE, ...)
    list(c = unname(x$concordance), se = sqrt(as.vector(x$var)), counts = named(x$count))
  }
  scored <- Score(list(cox = f), Surv(time, event) ~ 1, test, times = times, metrics = c("auc", "brier"), se.fit = TRUE,
                  summary = "ipa")
  rows <- function(score, columns) lapply(seq_len(nrow(score)), function(i) as.list(as.data.frame(score)[i, columns]))
  # The formula of Uno's cumulative/dynamic area, cases weighted by the censoring curve just before their time.
  by_time <- order(test$time, -test$event)
  before <- numeric(nrow(test))
  before[by_time] <- predictSurvIndividual(prodlim(Hist(time, event) ~ 1, test[by_time, ], reverse = TRUE), lag = 1)
  area <- function(t) {
    case <- which(test$time <= t & test$event == 1)
    control <- which(test$time > t)
    wins <- sapply(case, function(i) mean((test$lp[i] > test$lp[control]) + .5 * (test$lp[i] == test$lp[control])))
    weighted.mean(wins, 1 / before[case])
  }
  ibs <- crps(pec(list(cox = f), Surv(time, event) ~ 1, test, times = c(0, sort(unique(c(test$time[test$time <= 1825], 1825)))),
                  exact = FALSE, verbose = FALSE), times = c(1095, 1825))
  observed <- 1 - summary(survfit(y ~ 1), times = times)$surv
  cut <- Surv(pmin(test$time, 1825), test$event == 1 & test$time <= 1825)
  smooth <- coxph(cut ~ rms::rcs(log(-log(1 - risk[, 5])), 3))
  terms <- unclass(model.matrix(smooth))
  hazard <- basehaz(smooth, centered = FALSE)
  calibrated <- 1 - exp(-max(hazard$hazard) * exp(drop(terms %*% coef(smooth))))
  calibration <- coxph(y ~ lp, test)
  d <- royston(f, newdata = test)
  at <- 1:9 / 10
  net <- sapply(at, function(p) {
    chosen <- risk[, 5] >= p
    if (!any(chosen)) return(0)
    died <- 1 - summary(survfit(y[chosen] ~ 1), times = 1825, extend = TRUE)$surv
    mean(chosen) * (died - (1 - died) * p / (1 - p))
  })
  list(coef = unname(coef(f)), se = unname(sqrt(diag(f$var))), loglik = f$loglik, harrell = index(),
       uno_nG2 = index(timewt = "n/G2"), uno_tau1825 = index(timewt = "n/G2", ymax = 1825),
       harrell_tau1825 = index(ymax = 1825), score_auc = rows(scored$AUC$score, c("AUC", "se", "lower", "upper")),
       score_brier = rows(scored$Brier$score, c("Brier", "se", "lower", "upper", "IPA")),
       manual = list(auc_cd_uno = sapply(times, area)), pec_ibs = list(values = unclass(ibs)[1:2, ]),
       calibration_slope = list(slope = unname(coef(calibration)), se = sqrt(as.vector(vcov(calibration)))),
       OE = lapply(1:5, function(k) list(t = times[k], O_km = observed[k], E = mean(risk[, k]), OE = observed[k] / mean(risk[, k]))),
       ICI_1825_rcs3 = mean(abs(calibrated - risk[, 5])),
       royston_D = list(D = unname(d["D"]), se = unname(d["se(D)"]), R2_D = unname(d["R.D"])),
       dca_1825 = list(nb = net, all = observed[5] - (1 - observed[5]) * at / (1 - at)))
}

competing <- function() {
  suppressMessages({library(cmprsk); library(riskRegression); library(prodlim)})
  d <- tabular("competing/mgus2.csv")
  d <- d[complete.cases(d[c("age", "hgb", "creat", "mspike")]), ]
  x <- with(d, cbind(age, as.numeric(sex == "M"), hgb, creat, mspike))
  times <- unname(quantile(d$time, c(.1, .25, .5, .75, .9)))
  all <- timepoints(cuminc(d$time, d$cause), times)
  aj <- summary(survfit(Surv(time, factor(cause)) ~ 1, d), times = times)
  cause <- function(k) {
    f <- crr(d$time, d$cause, x, failcode = k, gtol = 1e-12, maxiter = 50)
    specific <- coxph(Surv(d$time, d$cause == k) ~ x)
    list(fg_coef = unname(f$coef), fg_se = sqrt(diag(f$var)), fg_loglik = f$loglik, fg_loglik_null = f$loglik.null,
         cs_coef = unname(coef(specific)), cs_se = unname(sqrt(diag(vcov(specific)))))
  }
  list(mgus2 = list(n = nrow(d), cif_all = list(times = times, est = all$est, var_aalen = all$var),
                    survfit_aj = list(pstate = aj$pstate, se = aj$std.err),
                    gray = list(tests = unname(cuminc(d$time, d$cause, d$sex)$Tests)), cause1 = cause(1), cause2 = cause(2)))
}

# The small table of tests/data/combat_sva.json; a reference batch keeps its values.
combat <- function() {
  suppressMessages(library(sva))
  given <- fromJSON("tests/data/combat_sva.json")
  fit <- function(values, age = FALSE, batch = given$batch, ...) {
    mod <- if (age) model.matrix(~ given$age) else NULL
    t(suppressMessages(ComBat(t(given[[values]]), batch, mod = mod, ...)))
  }
  list(parametric = fit("values"), parametric_age = fit("values", TRUE),
       nonparametric_age = fit("values", TRUE, par.prior = FALSE), mean_only = fit("values", mean.only = TRUE),
       nonparametric_mean_only = fit("values", mean.only = TRUE, par.prior = FALSE),
       reference_a_age = fit("values", TRUE, ref.batch = "a"),
       nonparametric_reference_a = fit("values", ref.batch = "a", par.prior = FALSE), missing_age = fit("missing", TRUE),
       missing_reference_a = fit("missing", ref.batch = "a"),
       single = fit("values", batch = given$single_batch), constant_parametric = fit("constant"))
}

agreement <- function() {
  icc <- function(x) psych::ICC(x, lmer = FALSE)$results
  judges <- matrix(c(9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7), 6, byrow = TRUE)
  s <- icc(judges)  # Shrout and Fleiss 1979
  d <- tabular("agreement/synthetic_icc_40x3x50.csv")
  features <- lapply(1:50, function(k) {
    r <- icc(as.matrix(d[sprintf("f%02d_r%d", k, 1:3)]))
    list(feature = k, ICC = r$ICC, lo = r[["lower bound"]], hi = r[["upper bound"]])
  })
  t <- tabular("radiomics_binary/Dai2023.csv.gz")
  x <- t[setdiff(names(t), c("ID", "Target"))]
  tests <- lapply(x, function(v) suppressWarnings(wilcox.test(v[t$Target == 0], v[t$Target == 1])))
  p <- unname(sapply(tests, function(r) r$p.value))
  list(shrout_fleiss = list(ICC = s$ICC, F = s$F, df1 = s$df1, df2 = s$df2, p = s$p, lo = s[["lower bound"]], hi = s[["upper bound"]]),
       synthetic = features,
       dai_wilcoxon = list(W = unname(sapply(tests, function(r) r$statistic)), p = p, BH = p.adjust(p, "BH"),
                           BY = p.adjust(p, "BY"), holm = p.adjust(p, "holm"), bonf = p.adjust(p, "bonferroni")))
}

# 500 given resamples of a Cox model of lung.
bootstrap <- function() {
  d <- tabular("survival/derived_lung_cc.csv")
  index <- as.matrix(read.csv(file.path(data_folder, "reference/boot_idx_lung_500.csv.gz"), header = FALSE))
  fit <- function(rows) coxph(Surv(time, event) ~ age + sex + ph.ecog + ph.karno + wt.loss, d[rows, ])
  c_of <- function(f, rows) {
    lp <- as.matrix(d[rows, names(coef(f))]) %*% coef(f)
    concordance(Surv(d$time[rows], d$event[rows]) ~ lp, reverse = TRUE)$concordance
  }
  all <- seq_len(nrow(d))
  runs <- t(apply(index, 1, function(rows) {
    f <- fit(rows)
    c(c_of(f, rows), c_of(f, all), c_of(f, setdiff(all, rows)))
  }))
  apparent <- unname(c_of(fit(all), all))
  optimism <- mean(runs[, 1] - runs[, 2])
  list(lung_cox = list(n = nrow(d), apparent = apparent, opt_mean = optimism, corrected = apparent - optimism,
                       oob_mean = mean(runs[, 3]), c632 = .368 * apparent + .632 * mean(runs[, 3]),
                       percentile_ci_oob = unname(quantile(runs[, 3], c(.025, .975)))))
}

# Survival forests: the mean over five seeds. ranger sums the cumulative hazard over all follow-up times.
forest <- function() {
  suppressMessages(library(ranger))
  tumour <- c("time", "event", "age", "s20", "s50", "n3", "pg", "ho", "g3")
  table <- function(file, columns, part = NULL) {
    d <- tabular(file.path("survival", file))
    if (!is.null(part)) d <- d[d$part == part, ]
    d[columns]
  }
  seven <- c("time", "event", paste0("x", 0:6))
  run <- function(train, test = NULL) {
    runs <- sapply(1:5, function(seed) {
      f <- ranger(Surv(time, event) ~ ., train, num.trees = 500, min.node.size = 15, seed = seed, verbose = FALSE)
      outside <- if (is.null(test)) NA else {
        risk <- rowSums(predict(f, test)$chf)
        concordance(Surv(time, event) ~ risk, test, reverse = TRUE)$concordance
      }
      c(1 - f$prediction.error, outside)
    })
    result <- list(oob_mean = mean(runs[1, ]))
    if (!is.null(test)) result$test_mean <- mean(runs[2, ])
    result
  }
  list(rotterdam_to_gbsg = run(table("derived_rotterdam_nodepos_train.csv", tumour), table("derived_gbsg_test.csv", tumour)),
       deepsurv_gbsg_rotterdam = run(table("deepsurv_gbsg_rotterdam.csv", seven, "train"), table("deepsurv_gbsg_rotterdam.csv", seven, "test")),
       deepsurv_metabric = run(table("deepsurv_metabric_train.csv", c("time", "event", paste0("x", 0:8)))))
}

# Section, its reference file, the tolerance of the tests that use it (relative; numbers below 1e-3 as if they were).
sections <- list(
  km = list(km, "ref01_km_logrank.json", 1e-10), cox = list(cox, "ref02_cox.json", 1e-6),
  elastic_net = list(elastic_net, "ref03_glmnet.json", 2e-3), binary = list(binary, "ref04_binary_metrics.json", 1e-7),
  survival_accuracy = list(survival_accuracy, "ref05_survival_metrics.json", 1e-7),
  competing = list(competing, "ref06_competing.json", 1e-7), combat = list(combat, "tests/data/combat_sva.json", 1e-10),
  agreement = list(agreement, "ref08_icc_fdr_tests.json", 1e-11), bootstrap = list(bootstrap, "ref09_resampling.json", 1e-10),
  forest = list(forest, "ref11_rsf_seed_spread.json", 1e-2))

# Relative differences of `ours` to `theirs` over the keys they share, named by where they stand.
compare <- function(ours, theirs) {
  found <- new.env()
  note <- function(where, difference) assign(where, difference, found)
  undefined <- function(x) is.null(x) || is.na(x) || x %in% c("NaN", "NA", "Inf", "-Inf")
  walk <- function(ours, theirs, where) {
    if (is.list(ours) && is.list(theirs)) {
      keys <- if (is.null(names(ours))) seq_along(ours) else intersect(names(ours), names(theirs))
      if (is.numeric(keys) && length(ours) != length(theirs)) note(paste(where, "(length)"), Inf)
      else for (k in keys) walk(ours[[k]], theirs[[k]], paste0(where, "/", k))
    } else if (is.numeric(ours) && is.numeric(theirs)) note(where, abs(ours - theirs) / max(abs(theirs), 1e-3))
    else if (!identical(ours, theirs) && !(undefined(ours) && undefined(theirs))) note(paste(where, "(kind)"), Inf)
  }
  walk(ours, theirs, "")
  unlist(as.list(found))
}

chosen <- if (length(arguments) > 2) arguments[-(1:2)] else names(sections)
out <- list()
for (name in chosen) {
  section <- sections[[name]]
  if (is.null(section)) stop("no section ", name, "; one of ", paste(names(sections), collapse = ", "))
  out[[name]] <- section[[1]]()
  path <- if (name == "combat") section[[2]] else file.path(data_folder, "reference", section[[2]])
  if (!file.exists(path)) next
  theirs <- fromJSON(path, simplifyVector = FALSE)
  if (name == "km")
    for (table in names(theirs)) {
      curve <- file.path(data_folder, "reference", sprintf("km_%s.csv", table))
      if (file.exists(curve)) theirs[[table]]$curve <- fromJSON(toJSON(as.list(read.csv(curve, strip.white = TRUE)), digits = NA, na = "null"), FALSE)
    }
  text <- toJSON(out[[name]], digits = NA, auto_unbox = TRUE, na = "null", null = "null")
  differences <- compare(fromJSON(text, simplifyVector = FALSE), theirs)
  worst <- which.max(differences)
  cat(sprintf("%-18s %6d numbers, largest relative difference %.1e (tests ask %.0e) at %s%s\n", name, length(differences),
              differences[worst], section[[3]], names(differences)[worst],
              if (differences[worst] > section[[3]]) "   BEYOND" else ""))
}
write(toJSON(out, digits = NA, auto_unbox = TRUE, na = "null", null = "null"), arguments[2])
