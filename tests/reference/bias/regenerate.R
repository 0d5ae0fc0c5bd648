# Reference cases for small-study effects, selection models and pooled tables.
# R 4.2.2, metafor 3.8-1, jsonlite. Run in this folder: Rscript regenerate.R
# Fits that metafor refuses or cannot finish are kept with its message in `error`.
suppressMessages(library(metafor))
library(jsonlite)

put <- function(cases, file) {
  write(toJSON(cases, digits = I(17), auto_unbox = TRUE, pretty = FALSE, na = "null"), file)
}
tried <- function(what, expr) {
  said <- NULL
  found <- tryCatch(
    withCallingHandlers(expr, warning = function(w) {
      said <<- c(said, conditionMessage(w)); invokeRestart("muffleWarning")
    }),
    error = function(e) list(error = gsub("\n", " ", conditionMessage(e)))
  )
  c(what, found, if (length(said)) list(warnings = I(said)))
}
tight <- function(vi) {
  list(threshold = 1e-13 * median(vi), maxiter = 20000, tol = 1e-14, stepadj = 0.5)
}
# as they are printed, so that no reader has other digits
printed <- function(d) {
  d$yi <- signif(d$yi, 12); d$vi <- signif(d$vi, 9); d
}

# --- pooled tables -------------------------------------------------------------------------------

tables <- function() {
  set.seed(1985)
  made <- lapply(list(c(3, 0.3), c(8, 0.05), c(25, 0.01), c(1, 0.4), c(6, 0.6)), function(s) {
    k <- s[1]; n1 <- sample(10:400, k, TRUE); n2 <- sample(10:400, k, TRUE)
    ai <- rbinom(k, n1, s[2]); ci <- rbinom(k, n2, pmin(0.95, s[2] * 1.4))
    list(ai = ai, bi = n1 - ai, ci = ci, di = n2 - ci)
  })
  c(made, list(
    # no event, or nothing else, in either group of some tables
    list(ai = c(0, 3, 10, 0, 5), bi = c(20, 17, 0, 15, 9), ci = c(0, 1, 12, 2, 8), di = c(25, 30, 0, 18, 4)),
    # nobody had an event in group 1: no finite odds or risk ratio
    list(ai = c(0, 0, 0), bi = c(50, 60, 40), ci = c(2, 1, 3), di = c(50, 58, 42)),
    # groups of very unlike size
    list(ai = c(1, 2, 4), bi = c(9, 20, 6), ci = c(300, 12, 150), di = c(4000, 900, 220)),
    # |sum(ai - E)| above 1/2 but not by much
    list(ai = c(5, 7), bi = c(45, 33), ci = c(4, 6), di = c(46, 34))
  ))
}
rates <- function() {
  set.seed(2008)
  made <- lapply(c(2, 7, 18), function(k) {
    t1 <- round(runif(k, 20, 900), 1); t2 <- round(runif(k, 20, 900), 1)
    list(x1i = rpois(k, t1 * 0.03), t1i = t1, x2i = rpois(k, t2 * 0.05), t2i = t2)
  })
  c(made, list(
    list(x1i = c(0, 4, 0), t1i = c(100.5, 88, 31), x2i = c(0, 9, 3), t2i = c(77, 101.25, 60)),
    list(x1i = c(0, 0), t1i = c(10, 20), x2i = c(3, 1), t2i = c(12, 25))
  ))
}
mh <- function(r) {
  list(b = c(r$b), se = r$se, z = r$zval, pval = r$pval, ci_lb = r$ci.lb, ci_ub = r$ci.ub,
       QE = r$QE, QEp = r$QEp, I2 = r$I2, H2 = r$H2, MH = r$MH, MHp = r$MHp, BD = r$BD, BDp = r$BDp,
       TA = r$TA, TAp = r$TAp, k = r$k, k_yi = r$k.yi, k_pos = r$k.pos)
}
of_table <- function(d) {
  fits <- lapply(c("OR", "RR", "RD"), function(m) lapply(c(TRUE, FALSE), function(correct) {
    tried(list(measure = m, correct = correct, level = 90),
          mh(rma.mh(ai, bi, ci, di, data = as.data.frame(d), measure = m, correct = correct, level = 90)))
  }))
  pooled <- tried(list(), {
    r <- rma.peto(ai, bi, ci, di, data = as.data.frame(d))
    list(b = c(r$b), se = r$se, z = r$zval, pval = r$pval, ci_lb = r$ci.lb, ci_ub = r$ci.ub,
         QE = r$QE, QEp = r$QEp, I2 = r$I2, H2 = r$H2, k_yi = r$k.yi)
  })
  list(rows = d, mantel_haenszel = unlist(fits, recursive = FALSE), peto = pooled)
}
of_rates <- function(d) {
  fits <- lapply(c("IRR", "IRD"), function(m) lapply(c(TRUE, FALSE), function(correct) {
    tried(list(measure = m, correct = correct, level = 90),
          mh(rma.mh(x1i = x1i, t1i = t1i, x2i = x2i, t2i = t2i, data = as.data.frame(d), measure = m,
                    correct = correct, level = 90)))
  }))
  list(rows = d, mantel_haenszel = unlist(fits, recursive = FALSE))
}
put(list(tables = lapply(tables(), of_table), rates = lapply(rates(), of_rates)), "tables.json")

# --- asymmetry and trim and fill -----------------------------------------------------------------

funnels <- function() {
  set.seed(1997)
  made <- lapply(c(3, 4, 5, 7, 9, 12, 17, 23, 31, 48, 80), function(k) {
    vi <- runif(k, 0.02, 0.7)^2
    slope <- sample(c(-2, -0.7, 0, 0.7, 2), 1)
    list(id = paste0("made-k", k), yi = 0.2 + slope * sqrt(vi) + rnorm(k, 0, sqrt(vi + 0.02)), vi = vi)
  })
  published <- lapply(1:6, function(i) {
    vi <- runif(60, 0.05, 0.6)^2; yi <- rnorm(60, 0.15 * (-1)^i, sqrt(vi + 0.01))
    seen <- (-1)^i * yi / sqrt(vi) > 1.64 | runif(60) < 0.25
    list(id = paste0("published-", i), yi = yi[seen], vi = vi[seen])
  })
  vi <- rep(c(0.01, 0.02, 0.05, 0.1), each = 3)
  ties <- list(list(id = "tied-variances", yi = rnorm(12, 0.1 + sqrt(vi), sqrt(vi)), vi = vi),
               list(id = "tied-studies", yi = rep(c(0.1, 0.4, 0.35, 0.9), 2), vi = rep(c(0.01, 0.02, 0.03, 0.2), 2)))
  scaled <- list(list(id = "thousands", yi = 1e6 + 300 * rnorm(14), vi = 1e4 * rexp(14)),
                 list(id = "millionths", yi = 1e-6 * rnorm(11), vi = 1e-13 * rexp(11)))
  lapply(c(made, published, ties, scaled), printed)
}
regression <- function(d, model) {
  tried(list(model = model), {
    if (model == "lm") {
      r <- regtest(d$yi, d$vi, model = "lm")
      s <- coef(summary(r$fit))
      list(slope = s[2, 1], slope_se = s[2, 2], stat = r$zval, df = r$dfs, pval = r$pval, limit = r$est,
           limit_ci = c(r$ci.lb, r$ci.ub), tau2 = 0)
    } else {
      r <- rma(d$yi, d$vi, mods = sqrt(d$vi), method = model, control = tight(d$vi))
      list(slope = r$b[2], slope_se = r$se[2], stat = r$zval[2], df = NA, pval = r$pval[2], limit = r$b[1],
           limit_ci = c(r$ci.lb[1], r$ci.ub[1]), tau2 = r$tau2)
    }
  })
}
filling <- function(d, method, estimator, side) {
  tried(list(method = method, estimator = estimator, asked = if (is.null(side)) NA else side), {
    r <- rma(d$yi, d$vi, method = method, control = tight(d$vi))
    t <- if (is.null(side)) trimfill(r, estimator = estimator, control = tight(d$vi))
         else trimfill(r, estimator = estimator, side = side, control = tight(d$vi))
    list(side = t$side, k0 = t$k0, se_k0 = t$se.k0, p_k0 = t$p.k0, filled_yi = I(as.numeric(t$yi.f[t$fill])),
         filled_vi = I(as.numeric(t$vi.f[t$fill])), b = c(t$b), se = t$se, tau2 = t$tau2)
  })
}
of_funnel <- function(d) {
  rank <- tried(list(), { r <- suppressWarnings(ranktest(d$yi, d$vi)); list(tau = r$tau[[1]], pval = r$pval) })
  c(d, list(
    egger = lapply(c("lm", "EE", "DL", "PM", "ML", "REML"), function(m) regression(d, m)),
    rank = rank,
    trimfill = unlist(lapply(c("EE", "DL", "PM", "REML"), function(m)
      unlist(lapply(c("L0", "R0", "Q0"), function(e)
        lapply(list(NULL, "left", "right"), function(s) filling(d, m, e, s))), recursive = FALSE)),
      recursive = FALSE)))
}
put(lapply(funnels(), of_funnel), "funnels.json")

# --- selection models ----------------------------------------------------------------------------

# the data sets of ../meta, and constructed ones in which selection was at work
selected <- function() {
  files <- sort(list.files("../meta", "[.]json$", full.names = TRUE))
  real <- unlist(lapply(files, function(f) {
    doc <- fromJSON(f, simplifyVector = FALSE)
    lapply(Filter(function(a) !is.null(a$yi), doc$analyses), function(a) {
      known <- !vapply(a$yi, is.null, TRUE)
      list(id = paste(doc$id, a$measure), yi = unlist(a$yi[known]), vi = unlist(a$vi[known]))
    })
  }), recursive = FALSE)
  set.seed(2016)
  made <- lapply(1:24, function(i) {
    n <- c(12, 25, 60, 120)[1 + i %% 4]; vi <- runif(n, 0.05, 0.5)^2
    yi <- rnorm(n, c(0, 0.2, 0.5)[1 + i %% 3], sqrt(vi + c(0, 0.01, 0.09, 0.3)[1 + (i - 1) %/% 6]))
    seen <- yi / sqrt(vi) > 1.96 | runif(n) < c(0.1, 0.3, 0.7)[1 + (i - 1) %/% 9]
    printed(list(id = paste0("made-", i), yi = yi[seen], vi = vi[seen]))
  })
  c(real, made)
}
# metafor's optimisers stop at different places, so the highest is taken
optimisers <- list(
  list(optimizer = "nlminb"),
  list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-14, maxit = 2000),
  list(optimizer = "optim", optmethod = "Nelder-Mead", reltol = 1e-14, maxit = 20000)
)
highest <- function(r, steps, alternative) {
  said <- NULL
  fits <- lapply(optimisers, function(control) tryCatch(
    selmodel(r, type = "stepfun", steps = steps, alternative = alternative, control = control),
    error = function(e) { said <<- conditionMessage(e); NULL }
  ))
  fits <- Filter(Negate(is.null), fits)
  if (!length(fits)) stop(said)
  fits[[which.max(vapply(fits, function(s) c(s$ll), 0))]]
}
fit <- function(d, steps, alternative, intervals) {
  tried(list(alternative = alternative, steps = I(steps)), {
    r <- rma(d$yi, d$vi, method = "ML", control = tight(d$vi))
    s <- highest(r, steps, alternative)
    found <- list(b = c(s$b), se = s$se, pval = s$pval, ci_lb = s$ci.lb, ci_ub = s$ci.ub, tau2 = s$tau2,
                  se_tau2 = s$se.tau2, delta = I(s$delta[-1]), se_delta = I(s$se.delta[-1]),
                  ll = c(s$ll), LRT = s$LRT, LRTp = s$LRTp, k = I(s$ptable$k), ml_tau2 = r$tau2)
    if (intervals) found$profile <- tried(list(), {
      control <- list(tol = 1e-12, maxiter = 5000)
      # metafor looks for the ends of delta between a tenth and ten times of it unless told
      wide <- c(control, vc.min = 1e-4 * s$delta[2], vc.max = 99.9)
      tau2 <- confint(s, tau2 = TRUE, control = control)
      delta <- confint(s, delta = 2, control = wide)
      # a sign says that the end lies beyond what is given
      list(tau2 = tau2$random[1, 2:3], tau2_beyond = c(tau2$lb.sign, tau2$ub.sign),
           delta = delta$random[1, 2:3], delta_beyond = c(delta$lb.sign, delta$ub.sign))
    })
    found
  })
}
of_selected <- function(d) {
  z <- d$yi / sqrt(d$vi)
  p <- list(greater = pnorm(z, lower.tail = FALSE), less = pnorm(z))
  fits <- list()
  for (alternative in names(p)) for (steps in list(0.025, c(0.025, 0.5), c(0.005, 0.05, 0.5))) {
    within <- table(cut(p[[alternative]], c(0, steps, 1), include.lowest = TRUE))
    if (all(within > 0) && length(z) > 2 + length(steps)) {
      intervals <- length(steps) == 1 && length(z) < 60
      fits <- c(fits, list(fit(d, steps, alternative, intervals)))
    }
  }
  own <- if (grepl("^made", d$id)) d else list(id = d$id)
  c(own, list(fits = fits))
}
kept <- Filter(function(c) length(c$fits) > 0, lapply(selected(), of_selected))
put(kept, "selection.json")
