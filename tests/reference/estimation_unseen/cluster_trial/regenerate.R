# Unseen cases for trials of clusters and for the random-intercept model: cluster-robust covariances
# with their degrees of freedom, REML and ML, Kenward and Roger, cluster means, and the spread among
# people of any cluster by whole matrices.
# R 4.2.2, clubSandwich 0.5.8, lme4 1.1-31, nlme 3.1-162, pbkrtest 0.5.2, numDeriv, jsonlite.
# Run in this folder: Rscript regenerate.R
library(clubSandwich)
library(lme4)
library(nlme)
library(pbkrtest)
library(numDeriv)
library(jsonlite)

made <- function(sizes, treated, icc, effect, digits = 2, within = FALSE) {
  g <- rep(seq_along(sizes), sizes)
  n <- length(g)
  d <- data.frame(cluster = paste0("c", g), arm = treated[g], x = round(rnorm(n), 3), w = round(rnorm(length(sizes)), 3)[g])
  if (within) d$arm <- rbinom(n, 1, 0.5)
  d$y <- round(20 + effect * d$arm + 1.5 * d$x - d$w + rnorm(length(sizes), 0, 3 * sqrt(icc))[g] +
                 rnorm(n, 0, 3 * sqrt(1 - icc)), digits)
  d[sample(n), ]
}

datasets <- function() {
  set.seed(20261125)
  nine <- made(c(3, 8, 15, 4, 22, 9, 5, 12, 7), c(1, 0, 1, 0, 1, 0, 1, 0, 0), 0.3, 1)
  nine$y[c(2, 11, 40)] <- NA
  four <- made(c(30, 12, 25, 18), c(1, 1, 0, 0), 0.2, 2)
  twenty <- made(sample(5:40, 20), rep(1:0, 10), 0.1, 1)
  twenty$block <- (as.integer(substring(twenty$cluster, 2)) - 1) %/% 10
  twenty$y <- as.numeric(twenty$y > 20.5)
  lopsided <- made(c(60, 3, 3, 4, 2, 50, 5, 3, 2, 4), c(1, 1, 1, rep(0, 7)), 0.15, 1)
  small <- made(rep(12, 14), rep(0:1, 7), 0.02, 0.5)
  far <- made(rep(c(6, 10), 6), rep(0:1, each = 6), 0.25, 3)
  far$y <- far$y + 1e5
  within <- made(sample(4:15, 8), rep(0, 8), 0.4, 1, within = TRUE)
  list(
    list(id = "nine", data = nine, covariates = "x"),
    list(id = "four", data = four, covariates = character()),
    list(id = "twenty-binary-blocks", data = twenty, covariates = c("x", "w"), blocks = "block"),
    list(id = "lopsided", data = lopsided, covariates = "w"),
    list(id = "small-icc", data = small, covariates = "x"),
    list(id = "far-from-zero", data = far, covariates = c("x", "w")),
    list(id = "assigned-within", data = within, covariates = c("x", "w"), within = TRUE)
  )
}

columns <- function(set, d) {
  x <- lapply(d[set$covariates], function(v) v - mean(v))
  if (!is.null(set$blocks)) for (level in sort(unique(d[[set$blocks]]))[-1]) {
    v <- as.numeric(d[[set$blocks]] == level)
    x[[paste("block", level)]] <- v - mean(v)
  }
  if (length(x)) as.data.frame(x, optional = TRUE) else d[character()]
}

# lme4's own deviance, whose search stops where it is flat in its last digits, at the root of its
# slope in theta (by Richardson's extrapolation).
polished <- function(formula, d, reml) {
  parts <- lFormula(formula, d, REML = reml)
  deviance <- do.call(mkLmerDevfun, parts)
  near <- optimizeLmer(deviance)$par
  root <- uniroot(function(theta) grad(deviance, theta), near * c(0.98, 1.02), tol = 1e-15, extendInt = "upX")$root
  found <- list(par = root, fval = deviance(root), conv = 0, message = "")
  mkMerMod(environment(deviance), found, parts$reTrms, fr = parts$fr)
}

mixed <- function(formula, d, fixed) {
  lapply(c(REML = TRUE, ML = FALSE), function(reml) {
    fit <- polished(formula, d, reml)
    v <- as.data.frame(VarCorr(fit))$vcov
    out <- list(b = unname(fixef(fit)), se = unname(sqrt(diag(as.matrix(vcov(fit))))),
                var_cluster = v[1], var_residual = v[2], loglik = as.numeric(logLik(fit)))
    if (reml) {
      adjusted <- vcovAdj(fit)
      p <- length(fixef(fit))
      df <- sapply(seq_len(p), function(j) get_Lb_ddf(fit, as.numeric(seq_len(p) == j)))
      out$kenward_roger <- list(se = unname(sqrt(diag(as.matrix(adjusted)))), df = df)
    }
    out
  })
}

# sigma_T^2 of E sd^2 = f^2 sigma_T^2 and the degrees of freedom of sd^2, by whole matrices.
total <- function(y, treated, cluster, icc) {
  n <- length(y)
  v <- (1 - icc) * diag(n) + icc * outer(cluster, cluster, "==")
  q <- diag(n) - outer(treated, treated, "==") / ave(rep(1, n), treated, FUN = sum)
  qv <- q %*% v
  s2 <- drop(t(y) %*% q %*% y) / (n - 2)
  list(sd = sqrt(s2), factor = sqrt(sum(diag(qv)) / (n - 2)), df = sum(diag(qv))^2 / sum(diag(qv %*% qv)))
}

analysed <- function(set) {
  d <- set$data[complete.cases(set$data), ]
  x <- columns(set, d)
  both <- cbind(data.frame(y = d$y, treated = d$arm), x)
  terms <- paste0("`", c("treated", names(x)), "`", collapse = " + ")
  fit <- lm(as.formula(paste("y ~", terms)), both)
  kinds <- c("CR0", "CR1", "CR1S", "CR2", "CR3")
  cov <- sapply(kinds, function(kind) {
    v <- vcovCR(fit, cluster = d$cluster, type = kind)
    out <- list(se = unname(sqrt(diag(as.matrix(v)))))
    if (kind %in% c("CR0", "CR1", "CR2")) out$df <- coef_test(fit, vcov = v, test = "Satterthwaite")$df_Satt
    out
  }, simplify = FALSE)
  grouped <- cbind(both, cluster = d$cluster)
  formula <- as.formula(paste("y ~", terms, "+ (1 | cluster)"))
  out <- list(id = set$id, columns = as.list(set$data), covariates = I(set$covariates), blocks = set$blocks,
              within = isTRUE(set$within), n = nrow(d), terms = gsub("`", "", names(coef(fit))), b = unname(coef(fit)), cov = cov,
              mixed = mixed(formula, grouped),
              nlme_loglik = as.numeric(logLik(lme(as.formula(paste("y ~", gsub("`block 1`", "block1", terms))),
                                                  setNames(grouped, sub("block 1", "block1", names(grouped))),
                                                  random = ~ 1 | cluster))))
  if (out$within) return(out)
  alone <- polished(y ~ treated + (1 | cluster), grouped, TRUE)
  v <- as.data.frame(VarCorr(alone))$vcov
  icc <- v[1] / sum(v)
  means <- tapply(d$y, d$cluster, mean)
  arms <- tapply(d$arm, d$cluster, mean)[names(means)]
  test <- t.test(means[arms == 1], means[arms == 0])
  same <- t.test(means[arms == 1], means[arms == 0], var.equal = TRUE)
  c(out, list(icc = icc, total = total(d$y, d$arm, d$cluster, icc),
              welch = list(diff = unname(test$estimate[1] - test$estimate[2]), se = test$stderr, df = unname(test$parameter), pval = test$p.value),
              pooled = list(se = same$stderr, df = unname(same$parameter), pval = same$p.value)))
}

lines <- sapply(datasets(), function(set) {
  toJSON(analysed(set), digits = I(15), auto_unbox = TRUE, na = "null", null = "null")
})
writeLines(paste0("[\n", paste(lines, collapse = ",\n"), "\n]"), "cases.json")
