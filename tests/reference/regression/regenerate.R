# Unseen cases for meta-regression: every estimator and test, contrasts, predictions, leverages,
# subgroups, and effects with a whole covariance matrix.
# R 4.2.2, metafor 3.8-1, metadat 1.2-0, jsonlite. Run in this folder: Rscript regenerate.R
library(metafor)
library(metadat)
library(jsonlite)

# metafor's thresholds are absolute, so they follow the scale of the data
tight <- function(d) {
  list(threshold = 1e-13 * median(d$vi), maxiter = 50000, tol = 1e-14 * median(d$vi),
       tau2.max = 1e4 * var(d$yi))
}

# as they are printed in the file, so that no reader has other digits
printed <- function(d) {
  d$yi <- signif(d$yi, 12)
  d$vi <- signif(d$vi, 8)
  d
}

made <- function(k, unit, offset, slope) {
  arm <- sample(c("app", "book", "call"), k, replace = TRUE)
  dose <- round(runif(k, 0, 10), 1)
  vi <- unit^2 * 10^runif(k, -2.5, -0.5)
  yi <- offset + unit * (slope * dose + 0.4 * (arm == "call")) + rnorm(k, 0, sqrt(vi + unit^2 / 20))
  printed(data.frame(yi = yi, vi = vi, arm = arm, dose = dose))
}

datasets <- function() {
  set.seed(20261125)
  bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
  bcg <- printed(data.frame(yi = c(bcg$yi), vi = c(bcg$vi), arm = bcg$alloc, dose = bcg$ablat))
  list(
    list(id = "bcg", formula = ~ dose + arm, data = bcg),
    list(id = "bcg-interaction", formula = ~ arm * dose, data = bcg),
    list(id = "made-k9", formula = ~ arm, data = made(9, 1, 0, 0.05)),
    list(id = "made-k30", formula = ~ dose * arm, data = made(30, 1, -2, 0.1)),
    list(id = "made-k60-quadratic", formula = ~ dose + I(dose^2), data = made(60, 1, 0, 0.02)),
    list(id = "made-large-units", formula = ~ dose + arm, data = made(20, 1e6, 3e6, 0.2)),
    list(id = "made-tiny-units", formula = ~ dose + arm, data = made(20, 1e-5, 0, 0.2)),
    list(id = "made-no-heterogeneity", formula = ~ dose,
         data = printed(data.frame(yi = 0.1 * (1:12) + rep(c(0.05, -0.05), 6), vi = rep(c(0.1, 0.3, 0.2), 4),
                                   arm = "app", dose = 1:12)))
  )
}

fitted_case <- function(d, X, method, test, level) {
  r <- suppressWarnings(rma(d$yi, d$vi, mods = unname(X)[, -1, drop = FALSE], method = method, test = test,
                            level = level, control = tight(d)))
  p <- ncol(X)
  L <- rbind(c(0, 1, rep(0, p - 2)), c(1, rep(0.5, p - 1)))
  joint <- anova(r, X = L)
  shifted <- anova(r, X = L, rhs = c(0.1, -0.2) * sqrt(median(d$vi)))
  several <- anova(r, btt = 2:min(3, p))
  at <- unname(rbind(colMeans(X), X[1, ]))
  new <- predict(r, newmods = at[, -1, drop = FALSE])
  out <- list(method = method, test = test, level = level, b = c(r$beta), se = r$se, stat = r$zval,
              pval = r$pval, ci_lb = r$ci.lb, ci_ub = r$ci.ub, vcov = vcov(r), tau2 = r$tau2,
              se_tau2 = r$se.tau2, I2 = r$I2, H2 = r$H2, R2 = r$R2, QE = r$QE, QE_df = r$k - r$p,
              QEp = r$QEp, QM = r$QM, QM_df = r$QMdf, QMp = r$QMp,
              rows = L,
              row_b = c(joint$Xb), row_se = joint$se, row_p = joint$pval, row_QM = joint$QM,
              row_QMp = joint$QMp, rhs = c(0.1, -0.2) * sqrt(median(d$vi)), rhs_QM = shifted$QM,
              rhs_QMp = shifted$QMp, btt = 2:min(3, p), btt_QM = several$QM, btt_QMp = several$QMp,
              at = at, pred = new$pred, pred_se = new$se, pred_ci_lb = new$ci.lb,
              pred_ci_ub = new$ci.ub)
  if (test == "z") out <- c(out, list(weights_pct = c(weights(r)), hat = c(hatvalues(r))))
  if (method != "EE") {
    ci <- confint(r, level = level, control = list(tol = 1e-15 * median(d$vi), maxiter = 50000,
                                    tau2.max = 1e6 * median(d$vi)))$random
    out <- c(out, list(pred_pi_lb = new$pi.lb, pred_pi_ub = new$pi.ub,
                       tau2_ci = c(ci[1, 2], ci[1, 3])))
  }
  out
}

cases <- lapply(datasets(), function(s) {
  d <- s$data
  X <- model.matrix(s$formula, data = d)
  methods <- c("EE", "DL", "HE", "HS", "SJ", "PM", "EB", "REML", "ML")
  grid <- rbind(expand.grid(test = c("z", "knha"), method = methods, stringsAsFactors = FALSE),
                expand.grid(test = c("t", "adhoc"), method = c("EE", "REML"), stringsAsFactors = FALSE))
  list(id = s$id, formula = deparse(s$formula), yi = d$yi, vi = d$vi, arm = d$arm, dose = d$dose,
       X = unname(X), terms = colnames(X),
       fits = Map(function(m, t) fitted_case(d, X, m, t, if (t == "t") 90 else 95),
                  grid$method, grid$test, USE.NAMES = FALSE))
})

# Years counted from 0 cost metafor up to half its digits (its normal equations are not centred), so
# every regression on the year in the main reference is fitted again with years from their mean.
years <- lapply(list.files(file.path("..", "meta"), "json$", full.names = TRUE), function(file) {
  doc <- fromJSON(file, simplifyVector = FALSE)
  on_year <- function(a) Filter(function(m) m$formula == "~year", a$meta_regression)
  analyses <- Filter(function(a) length(on_year(a)) > 0, doc$analyses)
  lapply(analyses, function(a) {
    m <- on_year(a)[[1]]
    rows <- unlist(m$row_index_1based)
    d <- data.frame(yi = unlist(a$yi[rows]), vi = unlist(a$vi[rows]))
    year <- sapply(m$X, function(x) x[[2]])
    origin <- round(mean(year))
    X <- cbind(1, year - origin)
    grid <- list(c("EE", "z"), c("DL", "z"), c("REML", "z"), c("REML", "knha"))
    list(id = doc$id, measure = a$measure, origin = origin,
         fits = lapply(grid, function(g) {
           r <- rma(d$yi, d$vi, mods = X[, 2], method = g[1], test = g[2],
                    control = tight(d))
           list(method = g[1], test = g[2], slope = r$beta[2], se = r$se[2], stat = r$zval[2],
                pval = r$pval[2], ci_lb = r$ci.lb[2], ci_ub = r$ci.ub[2], vcov = r$vb[2, 2],
                tau2 = r$tau2, se_tau2 = r$se.tau2, I2 = r$I2, H2 = r$H2, R2 = r$R2, QE = r$QE,
                QEp = r$QEp, QM = r$QM, QMp = r$QMp)
         }))
  })
})

apart <- function(d, method, test) {
  fits <- lapply(split(d, d$arm), function(g) {
    rma(g$yi, g$vi, method = method, test = test, control = tight(d))
  })
  b <- sapply(fits, function(r) c(r$beta))
  se <- sapply(fits, function(r) r$se)
  # each against the first
  C <- cbind(-1, diag(length(b) - 1))
  QM <- c(t(C %*% b) %*% solve(C %*% diag(se^2) %*% t(C)) %*% (C %*% b))
  list(method = method, test = test, names = names(fits), b = unname(b), se = unname(se),
       tau2 = unname(sapply(fits, function(r) r$tau2)), QM = QM,
       QMp = pchisq(QM, length(b) - 1, lower.tail = FALSE))
}

subgroups <- local({
  set.seed(8)
  d <- made(24, 1, 0, 0)
  list(yi = d$yi, vi = d$vi, groups = d$arm,
       apart = list(apart(d, "REML", "z"), apart(d, "REML", "knha"), apart(d, "DL", "z")),
       together = lapply(list(c("REML", "z"), c("REML", "knha"), c("DL", "adhoc")), function(g) {
         r <- rma(yi, vi, mods = ~ arm, data = d, method = g[1], test = g[2], control = tight(d))
         cells <- predict(r, newmods = rbind(c(0, 0), c(1, 0), c(0, 1)))
         pair <- anova(r, X = rbind(c(0, -1, 0), c(0, 0, -1), c(0, 1, -1)))
         list(method = g[1], test = g[2], b = cells$pred, se = cells$se, ci_lb = cells$ci.lb,
              ci_ub = cells$ci.ub, tau2 = r$tau2, QM = r$QM, QMp = r$QMp,
              difference = c(pair$Xb), difference_se = pair$se, difference_p = pair$pval)
       }))
})

correlated <- local({
  set.seed(11)
  k <- 16
  vi <- signif(10^runif(k, -2, -0.5), 6)
  V <- signif(vcalc(vi, cluster = rep(1:6, length.out = k), obs = seq_len(k), rho = 0.5), 10)
  V <- (V + t(V)) / 2
  dose <- round(runif(k, 0, 5), 1)
  yi <- signif(0.2 + 0.1 * dose + rnorm(k, 0, sqrt(vi + 0.1)), 10)
  X <- cbind(1, dose)
  # the optimiser of rma.mv stops early, so tau2 is the root of the score, and rma.mv does the rest
  score <- function(tau2, m) {
    W <- solve(V + tau2 * diag(k))
    P <- W - W %*% X %*% solve(t(X) %*% W %*% X) %*% t(X) %*% W
    c(t(yi) %*% P %*% P %*% yi) - sum(diag(if (m == "REML") P else W))
  }
  fits <- lapply(c("REML", "ML"), function(m) {
    tau2 <- uniroot(score, c(0, 10), m = m, tol = 1e-16, maxiter = 10000)$root
    lapply(c("z", "t"), function(t) {
      r <- rma.mv(yi, V, mods = dose, random = ~ 1 | id, sigma2 = tau2, method = m, test = t,
                  data = data.frame(id = seq_len(k)), sparse = FALSE)
      list(method = m, test = t, tau2 = tau2, b = c(r$beta), se = r$se, pval = r$pval, QE = r$QE,
           QEp = r$QEp, QM = r$QM, QMp = r$QMp)
    })
  })
  fixed <- rma.mv(yi, V, mods = dose, method = "EE")
  list(yi = yi, V = unname(V), X = unname(X), fits = unlist(fits, recursive = FALSE),
       fixed = list(b = c(fixed$beta), se = fixed$se, vcov = unname(vcov(fixed)), QE = fixed$QE,
                    QEp = fixed$QEp, QM = fixed$QM, QMp = fixed$QMp, hat = c(hatvalues(fixed))))
})

write(toJSON(list(cases = cases, years = unlist(years, recursive = FALSE), subgroups = subgroups,
                  correlated = correlated),
             digits = I(17), auto_unbox = TRUE, na = "null"), "cases.json")
