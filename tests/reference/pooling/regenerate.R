# Unseen cases for pooling: other estimators, influence and profile-likelihood intervals.
# R 4.2.2, metafor 3.8-1, jsonlite. Run in this folder: Rscript regenerate.R
library(metafor)
library(jsonlite)
# metafor's thresholds are absolute, so they follow the scale of the data
tight <- function(d) {
  list(threshold = 1e-12 * median(d$vi), maxiter = 20000, tol = 1e-13, stepadj = 0.5)
}

datasets <- function() {
  set.seed(20261125)
  made <- lapply(c(2, 3, 5, 9, 17, 40), function(k) {
    vi <- 10^runif(k, -3, -0.5)
    list(id = paste0("made-k", k), yi = rnorm(k, 0.3, sqrt(vi + 0.05)), vi = vi)
  })
  homogeneous <- list(id = "made-homogeneous", yi = rnorm(7, 1e3, 1e-3), vi = runif(7, 4e-6, 9e-6))
  skewed <- list(id = "made-large-units", yi = rexp(12, 1e-4), vi = runif(12, 1e5, 1e7))
  # as they are printed in the file, so that no reader has other digits
  lapply(c(made, list(homogeneous, skewed)), function(d) {
    list(id = d$id, yi = signif(d$yi, 12), vi = signif(d$vi, 8))
  })
}

pooled <- function(d, method, test) {
  r <- rma(d$yi, d$vi, method = method, test = test, control = tight(d))
  list(method = method, test = test, b = c(r$b), se = r$se, tau2 = r$tau2, se_tau2 = r$se.tau2,
       I2 = r$I2, H2 = r$H2, ci_lb = r$ci.lb, ci_ub = r$ci.ub, pval = r$pval)
}

deletion <- function(d, method, test) {
  r <- rma(d$yi, d$vi, method = method, test = test, control = tight(d))
  i <- influence(r)
  list(method = method, test = test, rstudent = i$inf$rstudent, dffits = i$inf$dffits,
       cook = i$inf$cook.d, cov_ratio = i$inf$cov.r, tau2_without = i$inf$tau2.del,
       q_without = i$inf$QE.del, hat = i$inf$hat, dfbetas = i$dfbs[[1]],
       influential = i$is.infl)
}

likelihood <- function(d, method) {
  r <- rma(d$yi, d$vi, method = method, control = tight(d))
  ci <- confint(r, type = "PL", control = list(tol = 1e-14, tau2.max = 100 * var(d$yi)))$random
  list(method = method, low = ci[1, 2], high = ci[1, 3], i2_low = ci[3, 2], i2_high = ci[3, 3])
}

cases <- lapply(datasets(), function(d) {
  estimators <- c("HE", "HS", "SJ", "EB", "DL", "PM", "REML", "ML")
  c(d, list(
    pooled = unlist(lapply(estimators, function(m) {
      lapply(c("z", "knha", "adhoc"), function(t) pooled(d, m, t))
    }), recursive = FALSE),
    influence = if (length(d$yi) > 2) list(
      deletion(d, "REML", "z"), deletion(d, "REML", "knha"), deletion(d, "DL", "knha"))
      else list(),
    profile_likelihood = if (length(d$yi) > 2) list(likelihood(d, "REML"), likelihood(d, "ML"))
      else list()
  ))
})
write(toJSON(cases, digits = I(17), auto_unbox = TRUE, pretty = TRUE, na = "null"), "cases.json")
