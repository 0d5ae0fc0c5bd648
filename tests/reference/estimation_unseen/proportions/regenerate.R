# Unseen cases for two proportions: score intervals at three levels, tests, ratios; and logistic
# regression with risks standardised over everybody, its covariance by numerical derivatives.
# R 4.2.2, sandwich 3.0-2, metafor 3.8-1, numDeriv, jsonlite. Run in this folder: Rscript regenerate.R
library(sandwich)
library(metafor)
library(numDeriv)
library(jsonlite)

wilson <- function(x, n, level) as.numeric(suppressWarnings(prop.test(x, n, conf.level = level, correct = FALSE))$conf.int)

# Newcombe 1998, method 10, from R's own score intervals.
newcombe <- function(t, level) {
  p <- c(t$x1 / t$n1, t$x2 / t$n2)
  a <- wilson(t$x1, t$n1, level); b <- wilson(t$x2, t$n2, level)
  p[1] - p[2] + c(-sqrt((p[1] - a[1])^2 + (b[2] - p[2])^2), sqrt((a[2] - p[1])^2 + (p[2] - b[1])^2))
}

table_of <- function(t) {
  m <- matrix(c(t$x1, t$n1 - t$x1, t$x2, t$n2 - t$x2), 2, byrow = TRUE)
  chi <- suppressWarnings(chisq.test(m, correct = FALSE)); yates <- suppressWarnings(chisq.test(m))
  none <- min(chi$expected) == 0
  effects <- lapply(c(OR = "OR", RR = "RR", RD = "RD"), function(measure) {
    e <- escalc(measure, ai = t$x1, n1i = t$n1, ci = t$x2, n2i = t$n2)
    list(yi = c(e$yi), vi = c(e$vi))
  })
  list(x1 = t$x1, n1 = t$n1, x2 = t$x2, n2 = t$n2, expected = min(chi$expected),
       chisq = if (!none) unname(chi$statistic), chisq_p = if (!none) chi$p.value,
       yates = if (!none) unname(yates$statistic), fisher_p = fisher.test(m)$p.value, effects = effects,
       intervals = lapply(c(0.8, 0.95, 0.99), function(level) {
         list(level = level, newcombe = newcombe(t, level), wilson_1 = wilson(t$x1, t$n1, level), wilson_2 = wilson(t$x2, t$n2, level))
       }))
}

tables <- function() {
  list(list(x1 = 56, n1 = 70, x2 = 48, n2 = 80), list(x1 = 9, n1 = 10, x2 = 3, n2 = 10), list(x1 = 5, n1 = 56, x2 = 0, n2 = 29),
       list(x1 = 10, n1 = 10, x2 = 20, n2 = 20), list(x1 = 1, n1 = 4000, x2 = 30000, n2 = 90000), list(x1 = 4, n1 = 9, x2 = 4, n2 = 9),
       list(x1 = 2, n1 = 2, x2 = 0, n2 = 300))
}

logistic <- function() {
  set.seed(20261125)
  n <- 240
  d <- data.frame(arm = rbinom(n, 1, 0.4), age = round(runif(n, 20, 70)), sex = sample(c("f", "m"), n, replace = TRUE))
  d$y <- rbinom(n, 1, plogis(-2 + 0.8 * d$arm + 0.03 * d$age - 0.4 * (d$sex == "m")))
  d$y[c(5, 60, 61)] <- NA
  k <- d[complete.cases(d), ]
  fit <- glm(y ~ arm + I(age - mean(age)) + I((sex == "m") - mean(sex == "m")), binomial, k, epsilon = 1e-14)
  x <- model.matrix(fit)
  risks <- function(b) sapply(c(1, 0), function(a) { z <- x; z[, "arm"] <- a; mean(plogis(z %*% b)) })
  each <- sapply(c(1, 0), function(a) { z <- x; z[, "arm"] <- a; plogis(z %*% coef(fit)) })
  # stacked estimating equations: those of the fit, and risk minus mean
  u <- sweep(each, 2, colMeans(each)) + estfun(fit) %*% bread(fit) %*% t(jacobian(risks, coef(fit)))
  v <- crossprod(u) / nrow(k)^2
  p <- colMeans(each)
  ratio <- function(g) { s <- grad(g, p); list(yi = g(p), se = sqrt(drop(t(s) %*% v %*% s))) }
  list(columns = as.list(d), terms = c("(Intercept)", "treated", "age", "sex m"), b = unname(coef(fit)), se = unname(sqrt(diag(vcov(fit)))),
       p = p, se_p = sqrt(diag(v)), RD = ratio(function(p) p[1] - p[2]), OR = ratio(function(p) diff(rev(qlogis(p)))),
       RR = ratio(function(p) log(p[1] / p[2])))
}

lines <- c(sapply(tables(), function(t) toJSON(table_of(t), digits = I(15), auto_unbox = TRUE, na = "null", null = "null")))
rows <- toJSON(logistic(), digits = I(15), auto_unbox = TRUE, na = "null", null = "null")
writeLines(paste0("{\"tables\": [\n", paste(lines, collapse = ",\n"), "\n],\n\"logistic\": ", rows, "}"), "cases.json")
