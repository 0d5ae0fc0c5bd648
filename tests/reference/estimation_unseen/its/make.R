# Cases for the time series designs that the reference does not hold. Run in this folder:
#   Rscript make.R
# R 4.2.2 with nlme 3.1-162, sandwich 3.0-2, lmtest 0.9-40, car, urca, jsonlite.
suppressPackageStartupMessages({
  library(nlme); library(sandwich); library(lmtest); library(car); library(urca); library(jsonlite)
})

# nlme stops when the likelihood moves by less than this; its defaults leave four digits of phi.
tight <- glsControl(tolerance = 1e-12, msTol = 1e-14, opt = "nlminb", msMaxIter = 500)

segments <- function(time, start) {
  data.frame(t = time, time = time - min(time) + 1, level = as.numeric(time >= start),
             trend = pmax(time - start, 0))
}

table_of <- function(b, V, df) {
  se <- sqrt(diag(V)); q <- qt(0.975, df)
  list(terms = names(b), b = unname(b), se = unname(se), df = df,
       pval = unname(2 * pt(-abs(b / se), df)), ci_lb = unname(b - q * se), ci_ub = unname(b + q * se))
}

# The effect from the start on, and the log ratio of what was seen to what would have been seen, by
# car's delta method.
effects_of <- function(b, V, trend, seen, names = c("level", "trend")) {
  at <- match(names, names(b)); b <- setNames(b[at], c("lv", "tr")); V <- unname(V[at, at])
  dimnames(V) <- list(names(b), names(b))
  effect <- sprintf("lv+%.17g*tr", mean(trend)); top <- mean(seen)
  mean_effect <- deltaMethod(b, effect, vcov. = V)
  ratio <- deltaMethod(b, sprintf("log(%.17g/(%.17g-(%s)))", top, top, effect), vcov. = V)
  list(average = mean_effect$Estimate, average_se = mean_effect$SE,
       log_ratio = ratio$Estimate, log_ratio_se = ratio$SE)
}

# Newey-West with zero scores in the periods that are missing.
nw_gaps <- function(fit, time, lag, adjust) {
  u <- matrix(0, max(time) - min(time) + 1, length(coef(fit)))
  u[time - min(time) + 1, ] <- estfun(fit)
  S <- crossprod(u)
  for (l in seq_len(lag)) {
    G <- crossprod(u[-seq_len(l), ], u[seq_len(nrow(u) - l), ])
    S <- S + (1 - l / (lag + 1)) * (G + t(G))
  }
  B <- summary(fit)$cov.unscaled; n <- nobs(fit)
  V <- B %*% S %*% B
  if (adjust) V * n / fit$df.residual else V
}

# Fits at every phi, weighted by the restricted likelihood under a flat prior on phi: dense
# matrices and Simpson's rule on phi = tanh(x).
averaged <- function(y, X, time, group = rep(1, length(time)), m = 4001, widest = atanh(0.999)) {
  x <- seq(-widest, widest, length.out = m)
  s <- c(1, rep(c(4, 2), length.out = m - 2), 1)
  n <- length(y); p <- ncol(X)
  apart <- abs(outer(time, time, "-")); same <- outer(group, group, "==")
  one <- function(phi) {
    C <- ifelse(same, phi^apart, 0)
    U <- chol(C); Xs <- backsolve(U, X, transpose = TRUE); ys <- backsolve(U, y, transpose = TRUE)
    qr_ <- qr(Xs); b <- qr.coef(qr_, ys); rss <- sum((ys - Xs %*% b)^2)
    R <- qr.R(qr_)
    ll <- -sum(log(diag(U))) - sum(log(abs(diag(R)))) - (n - p) / 2 * log(rss)
    list(ll = ll, b = b, V = chol2inv(R) * rss / (n - p))
  }
  fits <- lapply(tanh(x), one)
  ll <- sapply(fits, `[[`, "ll")
  w <- s * exp(ll - max(ll)) / cosh(x)^2; w <- w / sum(w)
  b <- Reduce(`+`, Map(function(f, w) w * f$b, fits, w))
  V <- Reduce(`+`, Map(function(f, w) w * (f$V + tcrossprod(f$b - b)), fits, w))
  list(b = setNames(drop(b), colnames(X)), V = V, phi = sum(w * tanh(x)))
}

two_step <- function(y, X, keep) {
  n <- length(y); rho <- Inf; e <- lm.fit(X, y)$residuals
  repeat {
    new <- sum(e[-1] * e[-n]) / sum(e[-n]^2)
    if (abs(new - rho) < 1e-13) break
    rho <- new
    Xs <- X[-1, ] - rho * X[-n, ]; ys <- y[-1] - rho * y[-n]
    if (keep) { Xs <- rbind(sqrt(1 - rho^2) * X[1, ], Xs); ys <- c(sqrt(1 - rho^2) * y[1], ys) }
    f <- lm.fit(Xs, ys); e <- drop(y - X %*% f$coefficients)
  }
  df <- length(ys) - ncol(X)
  V <- sum(f$residuals^2) / df * chol2inv(qr.R(f$qr)); colnames(V) <- colnames(X)
  c(table_of(f$coefficients, V, df), rho = rho)
}

gls_of <- function(formula, data, method, correlation) {
  fit <- gls(formula, data = data, method = method, correlation = correlation, control = tight)
  phi <- unname(coef(fit$modelStruct$corStruct, unconstrained = FALSE))
  c(table_of(coef(fit), fit$varBeta, nobs(fit) - length(coef(fit))),
    phi = phi, sigma = fit$sigma, loglik = as.numeric(logLik(fit)))
}

portmanteau <- function(e, lag, fitdf) Box.test(e, lag, "Ljung-Box", fitdf)$p.value

one_series <- function(id, title, source, y, time, start, seasons, cycle, lags, log = FALSE, complete = TRUE) {
  d <- cbind(segments(time, start), y = if (log) base::log(y) else y)
  d$season <- factor((time - 1) %% cycle + 1)
  for (j in 1:2) { d[[paste0("sin", j)]] <- sin(2 * pi * j * time / cycle); d[[paste0("cos", j)]] <- cos(2 * pi * j * time / cycle) }
  rhs <- switch(seasons, none = "time + level + trend", dummies = "time + level + trend + season",
                harmonics = "time + level + trend + sin1 + cos1 + sin2 + cos2")
  formula <- as.formula(paste("y ~", rhs))
  fit <- lm(formula, d); X <- model.matrix(fit); n <- nrow(d)
  auto <- floor(4 * (n / 100)^(2 / 9)); rows <- d$level == 1
  covs <- list(const = vcov(fit))
  for (k in 0:3) covs[[paste0("HC", k)]] <- vcovHC(fit, paste0("HC", k))
  for (l in unique(c(auto, lags))) {
    covs[[paste0("NW_lag", l)]] <- nw_gaps(fit, time, l, FALSE)
    covs[[paste0("NW_lag", l, "_adj")]] <- nw_gaps(fit, time, l, TRUE)
    if (complete) stopifnot(all.equal(unname(covs[[paste0("NW_lag", l, "_adj")]]),
      unname(NeweyWest(fit, lag = l, prewhite = FALSE, adjust = TRUE)), tolerance = 1e-12))
  }
  models <- list(ols = list(
    cov = lapply(covs, function(V) table_of(coef(fit), V, fit$df.residual)),
    auto_lag = auto, sigma = summary(fit)$sigma,
    effects = effects_of(coef(fit), covs[[paste0("NW_lag", auto, "_adj")]], d$trend[rows], d$y[rows])))
  models$ols$cook <- max(cooks.distance(fit))
  if (complete) {
    models$ols$dickey_fuller <- unname(ur.df(d$y[!rows], type = "trend", lags = 1)@teststat[1])
    models$ols$acf1 <- acf(resid(fit), plot = FALSE)$acf[2]
    models$ols$durbin_watson <- unname(dwtest(fit)$statistic)
    models$ols$ljung_box <- portmanteau(resid(fit), max(2, min(2 * cycle, n %/% 5)), 0)
  }
  if (seasons != "dummies") models$ols$seasons_p <- anova(fit, update(fit, . ~ . + season))$"Pr(>F)"[2]
  for (m in c("REML", "ML")) {
    models[[paste0("ar1_", tolower(m))]] <- gls_of(formula, d, m, corAR1(form = ~ t))
  }
  g <- gls(formula, d, corAR1(form = ~ t), method = "REML", control = tight)
  models$ar1_reml$effects <- effects_of(coef(g), g$varBeta, d$trend[rows], d$y[rows])
  if (complete) {
    phi <- models$ar1_reml$phi
    e <- resid(g); w <- c(e[1], (e[-1] - phi * e[-n]) / sqrt(1 - phi^2))
    models$ar1_reml$ljung_box <- portmanteau(w, max(2, min(2 * cycle, n %/% 5)), 1)
    models$prais_winsten <- two_step(d$y, X, TRUE)
    models$cochrane_orcutt <- two_step(d$y, X, FALSE)
  }
  a <- averaged(d$y, X, time)
  models$ar1 <- c(table_of(a$b, a$V, n - ncol(X)), phi = a$phi,
                  list(effects = effects_of(a$b, a$V, d$trend[rows], d$y[rows])))
  list(id = id, title = title, source = source, kind = "single", start = start, seasons = seasons,
       cycle = cycle, pairs = 2, log = log, data = list(period = time, y = y), models = models)
}

two_series <- function(id, title, source, y1, y0, time, start, seasons, cycle, log = FALSE) {
  one <- segments(time, start)
  d <- rbind(cbind(one, group = 1, raw = y1), cbind(one, group = 0, raw = y0))
  d$y <- if (log) base::log(d$raw) else d$raw
  d$season <- factor((d$t - 1) %% cycle + 1)
  rhs <- if (seasons == "none") "time + level + trend" else "time + level + trend + season"
  formula <- as.formula(paste("y ~", rhs, "+ group + time:group + level:group + trend:group"))
  fit <- lm(formula, d)
  models <- list(stacked_ols = list(cov = list()))
  for (k in c("const", paste0("HC", 0:3))) {
    V <- if (k == "const") vcov(fit) else vcovHC(fit, k)
    models$stacked_ols$cov[[k]] <- table_of(coef(fit), V, fit$df.residual)
  }
  for (m in c("REML", "ML")) {
    models[[paste0("stacked_ar1_", tolower(m))]] <- gls_of(formula, d, m, corAR1(form = ~ t | group))
  }
  X <- model.matrix(fit); a <- averaged(d$y, X, d$t, d$group)
  rows <- d$group == 1 & d$level == 1
  models$stacked_ar1 <- c(table_of(a$b, a$V, nrow(d) - ncol(X)), phi = a$phi)
  if (!log) models$stacked_ar1$effects <- effects_of(a$b, a$V, d$trend[rows], d$y[rows], c("level:group", "trend:group"))
  one$y <- d$y[d$group == 1] - d$y[d$group == 0]; one$season <- d$season[d$group == 1]
  single <- as.formula(paste("y ~", rhs))
  diff <- lm(single, one); n <- nrow(one); auto <- floor(4 * (n / 100)^(2 / 9))
  V <- NeweyWest(diff, lag = auto, prewhite = FALSE, adjust = TRUE)
  models$difference_ols <- c(table_of(coef(diff), V, diff$df.residual),
    lag = auto, acf1 = acf(resid(diff), plot = FALSE)$acf[2])
  for (m in c("REML", "ML")) {
    models[[paste0("difference_ar1_", tolower(m))]] <- gls_of(single, one, m, corAR1(form = ~ t))
  }
  X <- model.matrix(diff); a <- averaged(one$y, X, time)
  models$difference_ar1 <- c(table_of(a$b, a$V, n - ncol(X)), phi = a$phi)
  models$difference_prais_winsten <- two_step(one$y, X, TRUE)
  if (!log) models$difference_ar1$effects <- effects_of(a$b, a$V, one$trend[one$level == 1], y1[one$level == 1])
  list(id = id, title = title, source = source, kind = "pair", start = start, seasons = seasons,
       cycle = cycle, pairs = 1, log = log,
       data = list(period = d$t, y = d$raw, group = d$group), models = models)
}

months <- function(x) as.integer(round(12 * time(x))) + 1L
quarters <- function(x) as.integer(round(4 * time(x))) + 1L

set.seed(20261125)
ar <- function(n, phi, sd) as.numeric(arima.sim(list(ar = phi), n, sd = sd, n.start = 200))

gas <- window(UKgas, 1968); lake <- LakeHuron; years <- as.integer(time(lake))
kept <- !(years %in% c(1884, 1885, 1901, 1930:1933, 1951))
short <- round(40 + 0.4 * (1:24) - 5 * ((1:24) >= 13) + ar(24, 0.5, 2), 2)
long <- round(exp(4 + 0.002 * (1:180) - 0.1 * ((1:180) >= 110) + 0.15 * sin(2 * pi * (1:180) / 12) + ar(180, 0.35, 0.06)), 3)
negative <- round(60 - 0.2 * (1:48) + 4 * ((1:48) >= 25) + ar(48, -0.45, 3), 2)
holes <- sort(sample(60, 51)); gappy <- round(15 + ar(60, 0.65, 1.5) - 2 * ((1:60) >= 31), 2)[holes]

cases <- list(
  one_series("its-ukgas-log", "Quarterly gas consumption, log, season dummies", "R datasets UKgas",
    as.numeric(gas), quarters(gas), 4L * 1979L + 1L, "dummies", 4, c(1, 8), log = TRUE),
  one_series("its-nottem-harmonics", "Monthly air temperature, two pairs of waves",
    "R datasets nottem", as.numeric(window(nottem, c(1932, 1))), months(window(nottem, c(1932, 1))),
    12L * 1936L + 4L, "harmonics", 12, c(0, 12)),
  one_series("its-lakehuron-gaps", "Yearly level of a lake, eight years missing",
    "R datasets LakeHuron without 1884, 1885, 1901, 1930-1933, 1951", as.numeric(lake)[kept] - 570,
    years[kept], 1920L, "none", 5, c(1, 6), complete = FALSE),
  one_series("its-sim-gaps", "Sixty periods, nine missing", "simulated", gappy, holes, 31L, "none", 12,
    c(2), complete = FALSE),
  one_series("its-sim-24", "Twelve periods before, twelve after", "simulated", short, 1:24, 13L, "none", 4, c(1, 5)),
  one_series("its-sim-180", "Fifteen years of months", "simulated", long, 1:180, 110L, "dummies", 12, c(6)),
  one_series("its-sim-negative", "Errors that swing from period to period", "simulated", negative, 1:48, 25L,
    "none", 6, c(2)),
  two_series("cits-lung-deaths", "Deaths of men against those of women", "R datasets mdeaths, fdeaths",
    as.numeric(mdeaths), as.numeric(fdeaths), months(mdeaths), 12L * 1977L + 7L, "dummies", 12),
  two_series("cits-lung-deaths-log", "The same on the log scale", "R datasets mdeaths, fdeaths",
    as.numeric(mdeaths), as.numeric(fdeaths), months(mdeaths), 12L * 1977L + 7L, "dummies", 12, log = TRUE),
  two_series("cits-sim-30", "Thirty periods of two areas with shared shocks", "simulated",
    round(50 + 0.3 * (1:30) - 6 * ((1:30) >= 19) + (shared <- ar(30, 0.4, 2)) + ar(30, 0.4, 1), 2),
    round(44 + 0.2 * (1:30) + shared + ar(30, 0.4, 1), 2), 1:30, 19L, "none", 6)
)
for (case in cases) {
  write(toJSON(case, digits = I(15), auto_unbox = TRUE, na = "null"), paste0(case$id, ".json"))
}
