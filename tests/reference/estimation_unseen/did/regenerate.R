# Unseen cases for difference in differences: covariates, coarser clusters, leads, joint tests.
# R 4.2.2, sandwich 3.0-2, clubSandwich 0.5.8, jsonlite. Run in this folder: Rscript regenerate.R
library(sandwich)
library(clubSandwich)
library(jsonlite)

made <- function(seed, units, periods, start, treated, clusters = NULL) {
  set.seed(seed)
  d <- expand.grid(period = seq_len(periods), unit = seq_len(units))[, c("unit", "period")]
  d$cluster <- if (is.null(clusters)) d$unit else clusters[d$unit]
  d$treated <- as.numeric(d$cluster %in% treated & d$period >= start)
  d$x <- round(rnorm(nrow(d), 5), 2)
  level <- rnorm(units, 30, 4)
  shock <- rnorm(length(unique(d$cluster)) * periods, 0, 0.7)
  d$y <- round(level[d$unit] + 0.6 * d$period + 1.5 * d$treated + 0.8 * d$x +
    shock[(d$cluster - 1) * periods + d$period] + rnorm(nrow(d), 0, 1.2), 2)
  d
}

mortality <- function(cause) {
  data("MortalityRates", package = "clubSandwich", envir = environment())
  d <- MortalityRates[MortalityRates$cause == cause, ]
  data.frame(unit = d$state, period = d$year, cluster = d$state, treated = d$legal, x = 0,
             y = round(d$mrate, 6))
}

errors <- function(fit, d, terms, kinds) {
  at <- match(terms, names(coef(fit)))
  hc <- lapply(c("const", "HC0", "HC1", "HC2", "HC3"), function(k) {
    list(kind = k, se = sqrt(diag(vcovHC(fit, type = k)))[at])
  })
  cr <- lapply(kinds, function(k) {
    v <- vcovCR(fit, cluster = d$cluster, type = k)
    entry <- list(kind = k, se = sqrt(diag(as.matrix(v)))[at])
    if (k %in% c("CR1", "CR2")) {
      test <- coef_test(fit, vcov = v, test = "Satterthwaite", coefs = terms)
      entry$df <- if ("df_Satt" %in% names(test)) test$df_Satt else test$df
      entry$p <- if ("p_Satt" %in% names(test)) test$p_Satt else test$p_val
    }
    entry
  })
  plain <- function(x) if (is.character(x)) x else I(unname(x))
  lapply(c(hc, cr), lapply, plain)
}

model <- function(name, fit, d, terms, kinds = c("CR0", "CR1", "CR1S", "CR2")) {
  list(name = name, terms = I(terms), b = I(unname(coef(fit)[terms])), rank = fit$rank,
       sigma = sigma(fit), r2 = summary(fit)$r.squared, errors = errors(fit, d, terms, kinds))
}

htz <- function(fit, d, terms) {
  w <- Wald_test(fit, constraints = constrain_zero(terms), vcov = "CR2", cluster = d$cluster,
                 test = "HTZ")
  list(statistic = w$Fstat, df = w$df_num, df_residual = w$df_denom, p = w$p_val)
}

# The oracle of one common start: both estimators, the drift before, leads and lags.
common <- function(id, d, start, anticipation = 0, covariate = TRUE) {
  d$post <- as.numeric(d$period >= start)
  d$group <- as.numeric(d$cluster %in% d$cluster[d$treated > 0])
  kept <- d[d$period < start - anticipation | d$period >= start, ]
  with <- function(formula) if (covariate) update(formula, . ~ . + x) else formula
  x <- if (covariate) "x" else character(0)
  two <- lm(with(y ~ treated + factor(unit) + factor(period)), kept)
  group <- lm(with(y ~ group * post), kept)
  before <- kept[kept$period < start, ]
  drift <- lm(y ~ group * period, before)
  reference <- start - 1 - anticipation
  places <- setdiff(sort(unique(d$period)), reference)
  names <- paste0("e", places - start)
  names <- gsub("-", "m", names)
  for (i in seq_along(places)) d[[names[i]]] <- d$group * (d$period == places[i])
  leads <- lm(reformulate(c(names, if (covariate) "x", "factor(unit)", "factor(period)"), "y"), d)
  list(id = id, start = start, anticipation = anticipation, covariate = covariate,
       data = as.list(d[, c("unit", "period", "cluster", "treated", "x", "y")]),
       models = list(
         model("two_way", two, kept, c("treated", x)),
         model("group_by_period", group, kept, c("(Intercept)", "group", "post", x, "group:post"),
               c("CR0", "CR1", "CR1S", "CR2", "CR3")),
         model("drift", drift, before, c("(Intercept)", "group", "period", "group:period"),
               c("CR0", "CR1", "CR1S", "CR2", "CR3")),
         c(model("leads", leads, d, names, "CR2"),
           list(times = places - start,
                joint = if (sum(places < reference)) htz(leads, d, names[places < reference])))))
}

dose <- function(id, d) {
  two <- lm(y ~ treated + factor(unit) + factor(period), d)
  list(id = id, data = as.list(d[, c("unit", "period", "cluster", "treated", "x", "y")]),
       models = list(model("two_way", two, d, "treated")))
}

areas <- rep(1:11, times = c(2, 3, 1, 4, 2, 2, 3, 1, 2, 3, 2))
cases <- list(
  common("made-14x6", made(1, 14, 6, 4, 1:6), 4),
  common("made-few-treated", made(2, 12, 8, 6, 1:2), 6, covariate = FALSE),
  common("made-people-in-areas", made(3, 25, 5, 4, c(1, 4, 6, 9), areas), 4),
  common("made-anticipation", made(4, 20, 7, 6, 1:9), 6, anticipation = 1),
  dose("mortality-internal", mortality("Internal")),
  dose("mortality-suicide", mortality("Suicide")))
write(toJSON(cases, digits = I(15), auto_unbox = TRUE, na = "null", null = "null"), "cases.json")
