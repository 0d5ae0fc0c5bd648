# Unseen cases for synthetic control: weights by quadprog (Goldfarb and Idnani's dual method) of
#   min |X w - x1|^2 + ridge |w|^2,  w >= 0, sum w = 1,  ridge = 1e-8 rows * mean (X - x1)^2,
# every donor as a placebo, p-values by the ratio of root mean squared gaps, leave-one-out effects.
# R 4.2.2, quadprog 1.5-8, jsonlite. Run in this folder: Rscript regenerate.R
library(quadprog)
library(jsonlite)

made <- function(seed, donors, periods, start, effect, covariates) {
  set.seed(seed)
  path <- apply(matrix(rnorm(2 * periods), 2), 1, cumsum)
  load <- matrix(runif(2 * (donors + 1), 0, 2), donors + 1)
  load[1, ] <- colMeans(load[2:4, ])
  y <- 40 + load %*% t(path) + rnorm((donors + 1) * periods, 0, 0.5)
  y[1, start:periods] <- y[1, start:periods] + effect
  d <- expand.grid(period = seq_len(periods), unit = seq_len(donors + 1))[, c("unit", "period")]
  d$treated <- as.numeric(d$unit == 1 & d$period >= start)
  d$y <- round(c(t(y)), 3)
  d$x <- if (covariates) round(load[d$unit, 1] + rnorm(nrow(d), 0, 0.1), 3) else 0
  d
}

weights <- function(X, x1) {
  scale <- mean((X - x1)^2)
  D <- crossprod(X) / scale + 1e-8 * nrow(X) * diag(ncol(X))
  A <- cbind(rep(1, ncol(X)), diag(ncol(X)))
  w <- solve.QP(D, crossprod(X, x1) / scale, A, c(1, rep(0, ncol(X))), meq = 1)$solution
  w[abs(w) < 1e-9] <- 0
  w / sum(w)
}

case <- function(id, d, start, covariates) {
  y <- matrix(d$y, nrow = max(d$unit), byrow = TRUE)
  before <- start - 1
  rows <- t(y[, 1:before])
  if (covariates) {
    x <- matrix(d$x, nrow = max(d$unit), byrow = TRUE)
    mean_x <- rowMeans(x[, 1:before])
    rows <- rbind(rows / sqrt(mean(apply(rows, 1, var))), mean_x / sd(mean_x))
  }
  gap <- function(unit, donors) {
    w <- weights(rows[, donors], rows[, unit])
    list(w = w, gaps = y[unit, ] - c(w %*% y[donors, ]))
  }
  donors <- 2:nrow(y)
  own <- gap(1, donors)
  others <- lapply(donors, function(j) gap(j, setdiff(donors, j))$gaps)
  after <- start:ncol(y)
  ratio <- function(g, side) {
    late <- if (side == 0) g[after] else pmax(side * g[after], 0)
    sqrt(mean(late^2)) / sqrt(mean(g[1:before]^2))
  }
  p <- sapply(c(both = 0, rise = 1, fall = -1), function(side) {
    mean(c(1, sapply(others, ratio, side) >= ratio(own$gaps, side)))
  })
  used <- donors[own$w > 0.005]
  without <- sapply(used, function(j) mean(gap(1, setdiff(donors, j))$gaps[after]))
  list(id = id, start = start, covariates = covariates, data = as.list(d), weights = own$w,
       gaps = own$gaps, effect = mean(own$gaps[after]), p = as.list(p),
       variance = mean(sapply(others, function(g) mean(g[after]))^2),
       without = range(without), placebo_gaps = unname(others))
}

cases <- list(
  case("more-periods-than-donors", made(21, 12, 26, 21, 3, FALSE), 21, FALSE),
  case("more-donors-than-periods", made(22, 24, 12, 9, -4, FALSE), 9, FALSE),
  case("with-a-covariate", made(23, 20, 18, 13, 2, TRUE), 13, TRUE),
  case("no-effect", made(24, 19, 24, 17, 0, FALSE), 17, FALSE))
write(toJSON(cases, digits = I(15), auto_unbox = TRUE, na = "null", null = "null"), "cases.json")
