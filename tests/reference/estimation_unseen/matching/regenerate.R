# Unseen cases for matched comparisons: the score, weighted and augmented means with a covariance
# from estimating equations, pairs by MatchIt with errors by survey and sandwich, balance.
# R 4.2.2, MatchIt 4.5.1, survey 4.1-1, sandwich 3.0-2, numDeriv, jsonlite. Run in this folder:
# Rscript regenerate.R
suppressMessages({
  library(MatchIt)
  library(survey)
  library(sandwich)
  library(numDeriv)
  library(jsonlite)
})

made <- function(n, binary, clustered) {
  cluster <- if (clustered) rep(seq_len(n / 8), each = 8) else NULL
  common <- if (clustered) rnorm(n / 8)[cluster] else 0
  a <- round(rnorm(n) + 0.3 * common, 4)
  b <- round(rnorm(n), 4)
  g <- sample(c("low", "mid", "top"), n, replace = TRUE)
  treated <- rbinom(n, 1, plogis(-0.4 + 0.6 * a - 0.4 * b + 0.3 * (g == "mid") + 0.3 * common))
  eta <- 0.5 + 0.8 * a + 0.4 * b - 0.5 * (g == "top") + 0.6 * treated + 0.4 * common
  y <- if (binary) rbinom(n, 1, plogis(eta - 0.5)) else round(eta + rnorm(n), 4)
  d <- data.frame(treated = treated, y = y, a = a, b = b, g = g)
  if (clustered) d$cluster <- cluster
  d
}

# sandwich of stacked equations, with numerical derivatives and the factor of a regression
solved <- function(equations, theta, cluster) {
  scores <- equations(theta)
  n <- nrow(scores)
  k <- length(theta)
  slopes <- jacobian(function(t) colSums(equations(t)), theta)
  summed <- rowsum(scores, cluster)
  groups <- nrow(summed)
  factor <- groups / (groups - 1) * (n - 1) / (n - k)
  v <- solve(slopes) %*% crossprod(summed) %*% t(solve(slopes)) * factor
  m <- theta[k - 1:0]
  v <- v[k - 1:0, k - 1:0]
  list(means = m, cov = v, effect = m[1] - m[2], se = sqrt(v[1, 1] + v[2, 2] - 2 * v[1, 2]))
}

by_score <- function(d, formula, cluster) {
  d$t <- d$treated
  fit <- suppressWarnings(glm(formula, binomial, d, control = glm.control(1e-300, 50)))
  x <- model.matrix(fit)
  p <- ncol(x)
  gamma <- unname(coef(fit))
  w <- function(e, estimand) {
    if (estimand == "ATT") list(d$t, (1 - d$t) * e / (1 - e)) else list(d$t / e, (1 - d$t) / (1 - e))
  }
  out <- list(gamma = gamma, terms = names(coef(fit)))
  for (estimand in c("ATT", "ATE")) {
    ww <- w(fitted(fit), estimand)
    m <- sapply(ww, function(one) weighted.mean(d$y, one))
    out[[paste0("weighting_", estimand)]] <- solved(function(t) {
      v <- w(plogis(drop(x %*% t[1:p])), estimand)
      cbind(x * (d$t - plogis(drop(x %*% t[1:p]))), v[[1]] * (d$y - t[p + 1]), v[[2]] * (d$y - t[p + 2]))
    }, c(gamma, m), cluster)
    target <- if (estimand == "ATT") d$t else rep(1, nrow(d))
    b <- lapply(c(1, 0), function(arm) unname(lm.fit(x[d$t == arm, ], d$y[d$t == arm])$coefficients))
    m <- sapply(1:2, function(i) {
      f <- drop(x %*% b[[i]])
      sum(target * f + ww[[i]] * (d$y - f)) / sum(target)
    })
    out[[paste0("doubly_robust_", estimand)]] <- solved(function(t) {
      e <- plogis(drop(x %*% t[1:p]))
      f <- list(drop(x %*% t[p + 1:p]), drop(x %*% t[2 * p + 1:p]))
      v <- w(e, estimand)
      mu <- t[3 * p + 1:2]
      cbind(x * (d$t - e), x * (d$t * (d$y - f[[1]])), x * ((1 - d$t) * (d$y - f[[2]])),
            target * (f[[1]] - mu[1]) + v[[1]] * (d$y - f[[1]]),
            target * (f[[2]] - mu[2]) + v[[2]] * (d$y - f[[2]]))
    }, c(gamma, b[[1]], b[[2]], m), cluster)
  }
  out
}

by_pairs <- function(d, formula, outcome) {
  # MatchIt 4.5.1 as built here truncates differences of scores to whole numbers when it looks for
  # the nearest (with link = "linear.logit" it goes past its caliper), so logits are in millionths
  logit <- 1e6 * predict(suppressWarnings(glm(formula, binomial, d, control = glm.control(1e-300, 50))))
  m <- matchit(formula, d, method = "nearest", distance = logit, m.order = "largest", caliper = 0.2)
  md <- match.data(m)
  crude <- svyglm(y ~ treated, svydesign(ids = ~subclass, weights = ~1, data = md))
  adjusted <- lm(outcome, md)
  plain <- lm(y ~ treated, md)
  se <- function(fit) sqrt(vcovCL(fit, md$subclass, type = "HC1")["treated", "treated"])
  s <- summary(m, standardize = TRUE)
  list(
    pairs = sum(md$treated), caliper = unname(m$caliper) / 1e6,
    crude = unname(coef(crude)["treated"]), crude_survey_se = unname(SE(crude)["treated"]),
    crude_se = se(plain), adjusted = unname(coef(adjusted)["treated"]), adjusted_se = se(adjusted),
    before = list(names = rownames(s$sum.all), difference = unname(s$sum.all[, "Std. Mean Diff."]),
                  ratio = unname(s$sum.all[, "Var. Ratio"])),
    after = list(difference = unname(s$sum.matched[, "Std. Mean Diff."]),
                 ratio = unname(s$sum.matched[, "Var. Ratio"]))
  )
}

one <- function(id, d, covariates) {
  right <- paste(covariates, collapse = " + ")
  score <- as.formula(paste("treated ~", right))
  cluster <- if (is.null(d$cluster)) seq_len(nrow(d)) else d$cluster
  list(id = id, covariates = I(covariates), data = as.list(d),
       score = by_score(d, score, cluster),
       matching = by_pairs(d, score, as.formula(paste("y ~ treated +", right))))
}

set.seed(20261127)
data(lalonde)
job <- data.frame(treated = lalonde$treat, y = lalonde$re78, age = lalonde$age, educ = lalonde$educ,
                  race = as.character(lalonde$race), married = lalonde$married,
                  re74 = lalonde$re74, re75 = lalonde$re75)
cases <- list(
  one("lalonde", job, c("age", "educ", "race", "married", "re74", "re75")),
  one("made-120", made(120, FALSE, FALSE), c("a", "b", "g")),
  one("made-yes-no", made(400, TRUE, FALSE), c("a", "b", "g")),
  one("made-clusters", made(320, FALSE, TRUE), c("a", "b", "g"))
)
writeLines(toJSON(list(software = R.version.string, cases = cases), digits = NA, auto_unbox = TRUE),
           "cases.json")
