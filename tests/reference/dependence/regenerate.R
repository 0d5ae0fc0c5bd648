# Reference results for several effects a unit, and for cluster-robust covariances of lm.
# R 4.2.2, metafor 3.8-1, clubSandwich 0.5.8, jsonlite. Run in this folder: Rscript regenerate.R
#
# rma.mv is fitted by several optimizers, each of which may fail or stop early. The best of them is
# polished by Newton steps on the score of the likelihood, written out with whole k x k matrices,
# and everything reported is what metafor and clubSandwich give with sigma2 fixed at the result.
suppressMessages({library(metafor); library(clubSandwich); library(jsonlite)})

optimizers <- list(
  nlminb = list(optimizer = "nlminb"),
  bfgs = list(optimizer = "optim", optmethod = "BFGS"),
  neldermead = list(optimizer = "optim", optmethod = "Nelder-Mead", maxit = 5000, reltol = 1e-14),
  bobyqa = list(optimizer = "bobyqa")
)

# ---- the likelihood with whole matrices -------------------------------------------------------

pieces <- function(s, y, X, V, Z, restricted) {
  M <- V
  for (i in seq_along(Z)) M <- M + s[i] * tcrossprod(Z[[i]])
  W <- chol2inv(chol(M))
  P <- W - W %*% X %*% solve(t(X) %*% W %*% X, t(X) %*% W)
  T <- if (restricted) P else W
  PZ <- lapply(Z, function(z) P %*% z)
  G <- lapply(Z, tcrossprod)
  Py <- P %*% y
  score <- sapply(seq_along(Z), function(a) sum(crossprod(Z[[a]], Py)^2) - sum(T * G[[a]])) / 2
  info <- matrix(0, length(Z), length(Z))
  for (a in seq_along(Z)) for (b in seq_along(Z)) {
    info[a, b] <- t(Py) %*% G[[a]] %*% P %*% G[[b]] %*% Py -
      sum(diag(T %*% G[[a]] %*% T %*% G[[b]])) / 2
  }
  list(score = score, info = info)
}

polished <- function(s, y, X, V, Z, restricted) {
  if (!length(Z)) return(numeric(0))
  s <- pmax(s, 0)
  s[s < 1e-6 * mean(diag(V))] <- 0
  for (step in 1:50) {
    at <- pieces(s, y, X, V, Z, restricted)
    free <- s > 0 | at$score > 0
    if (!any(free)) break
    move <- solve(at$info[free, free, drop = FALSE], at$score[free])
    s[free] <- pmax(s[free] + move, 0)
    if (max(abs(move) / (s[free] + mean(diag(V)))) < 1e-15) break
  }
  at <- pieces(s, y, X, V, Z, restricted)
  stopifnot(all(s > 0 | at$score <= 0))
  s
}

# ---- one model --------------------------------------------------------------------------------

random_of <- function(levels) {
  if (setequal(levels, c("unit", "effect"))) list(~ 1 | unit / effect)
  else if (identical(levels, "unit")) list(~ 1 | unit)
  else if (identical(levels, "effect")) list(~ 1 | effect)
  else NULL
}

fit_mv <- function(d, V, X, levels, method, test, ...) {
  arguments <- list(yi = d$yi, V = V, mods = X, intercept = FALSE, data = d, method = method,
                    test = test, sparse = FALSE, ...)
  if (length(levels)) arguments$random <- random_of(levels)
  suppressWarnings(do.call(rma.mv, arguments))
}

tried <- function(d, V, X, levels, method) {
  if (!length(levels)) return(list())
  lapply(names(optimizers), function(name) {
    r <- tryCatch(fit_mv(d, V, X, levels, method, "z", control = optimizers[[name]]),
                  error = function(e) conditionMessage(e))
    if (is.character(r)) list(optimizer = name, error = r)
    else list(optimizer = name, sigma2 = r$sigma2, loglik = c(logLik(r)))
  })
}

robust_of <- function(r, cluster, kinds = c("CR0", "CR1", "CR1p", "CR1S", "CR2")) {
  out <- lapply(kinds, function(kind) {
    cov <- vcovCR(r, cluster = cluster, type = kind)
    t <- coef_test(r, vcov = cov, test = "Satterthwaite")
    ci <- conf_int(r, vcov = cov, level = 0.95)
    list(se = t$SE, df = t$df_Satt, p = t$p_Satt, ci_lb = ci$CI_L, ci_ub = ci$CI_U,
         vcov = unclass(matrix(cov, nrow(cov))))
  })
  setNames(out, kinds)
}

wald_of <- function(r, cluster, p) {
  if (p < 2) return(NULL)
  L <- diag(p)[-1, , drop = FALSE]
  w <- Wald_test(r, constraints = L, vcov = vcovCR(r, cluster = cluster, type = "CR2"),
                 test = "HTZ")
  list(F = w$Fstat, df = w$df_num, df_denom = w$df_denom, p = w$p_val)
}

inconsistency <- function(V, X, sigma2, k, p) {
  W <- solve(V)
  P <- W - W %*% X %*% solve(t(X) %*% W %*% X, t(X) %*% W)
  100 * sigma2 / (sum(sigma2) + (k - p) / sum(diag(P)))
}

model <- function(d, V, X, levels, method = "REML", test = "z", rho = NA, name = NA) {
  d$unit <- factor(d$unit, levels = unique(d$unit))
  d$effect <- factor(seq_len(nrow(d)))
  k <- nrow(X); p <- ncol(X)
  attempts <- tried(d, V, X, levels, method)
  Z <- list(unit = model.matrix(~ 0 + unit, d), effect = diag(k))[levels]
  ended <- Filter(function(a) is.null(a$error), attempts)
  start <- if (length(ended)) ended[[which.max(sapply(ended, `[[`, "loglik"))]]$sigma2 else
    rep(mean(diag(V)), length(levels))
  s <- polished(start, d$yi, X, V, Z, method == "REML")
  fixed <- function(sigma2) fit_mv(d, V, X, levels, method, test, sigma2 = sigma2)
  r <- if (length(levels)) fixed(s) else fit_mv(d, V, X, levels, method, test)
  around <- lapply(seq_along(s), function(i) {
    lapply(c(-0.02, 0.02), function(step) {
      t <- s
      t[i] <- max(0, t[i] + step * max(t[i], mean(diag(V))))
      c(logLik(fixed(t)))
    })
  })
  at <- unname(rbind(X[1, ], colMeans(X)))
  pr <- if (p == 1 && all(X == 1)) predict(r) else predict(r, newmods = at[, -1, drop = FALSE])
  list(
    name = name, levels = levels, method = method, test = test, rho = rho,
    sigma2 = s, loglik = c(logLik(r)), loglik_around = around, optimizers = attempts,
    b = c(r$beta), se = r$se, p = r$pval, ci_lb = r$ci.lb, ci_ub = r$ci.ub,
    vcov = unname(r$vb), QE = r$QE, QEp = r$QEp, QM = if (p > 1) r$QM, QMp = if (p > 1) r$QMp,
    I2 = inconsistency(V, X, s, k, p),
    weights_rowsum = if (p == 1) unname(weights(r, type = "rowsum")),
    predict = list(x = at, pred = pr$pred, se = pr$se, ci_lb = pr$ci.lb, ci_ub = pr$ci.ub,
                   pi_lb = pr$pi.lb, pi_ub = pr$pi.ub),
    robust = robust_of(r, d$unit), htz = wald_of(r, d$unit, p)
  )
}

correlated <- function(v, unit, rho) {
  S <- rho * tcrossprod(sqrt(v)) * outer(unit, unit, "==")
  diag(S) <- v
  S
}

# ---- the six files of tests/reference/meta ----------------------------------------------------

moderator <- c(bornmann2007 = "type", knapp2017 = "difficulty", konstantopoulos2011 = "year",
               satcoaching = "test", tannersmith2016 = "propmale")

shipped <- function(id) {
  doc <- fromJSON(paste0("../meta/", id, ".json"))
  rows <- doc$rows
  cluster <- doc$analyses$cluster_column[1]
  d <- data.frame(unit = as.character(rows[[cluster]]), yi = rows$yi, vi = rows$vi)
  one <- matrix(1, nrow(d), 1)
  models <- list(
    model(d, diag(d$vi), one, c("unit", "effect"), name = "three_level_diagV"),
    model(d, correlated(d$vi, d$unit, 0.6), one, c("unit", "effect"), rho = 0.6,
          name = "correlated_hierarchical"),
    model(d, correlated(d$vi, d$unit, 0.6), one, "unit", rho = 0.6, name = "correlated_only"))
  if (!is.na(moderator[id])) {
    z <- rows[[moderator[id]]]
    use <- which(!is.na(z))
    z <- z[use]
    X <- model.matrix(~ z)
    X <- unname(X[, ])
    r <- model(d[use, ], diag(d$vi[use]), X, c("unit", "effect"), name = "three_level_regression")
    models <- c(models, list(c(r, list(X = X, row_index_1based = use))))
  }
  list(id = id, models = models)
}

# ---- unseen data ------------------------------------------------------------------------------

simulated <- function(seed, sizes, tau_unit, tau_effect, rho, scale = 1, slope = 0.1) {
  set.seed(seed)
  k <- sum(sizes)
  unit <- rep(paste0("u", seq_along(sizes)), sizes)
  vi <- 10^runif(k, -2.5, -0.7)
  between <- rep(rnorm(length(sizes)), sizes)
  within <- rnorm(k)
  e <- c(t(chol(correlated(vi, unit, rho))) %*% rnorm(k))
  yi <- 0.3 + slope * within + rep(rnorm(length(sizes), 0, tau_unit), sizes) +
    rnorm(k, 0, tau_effect) + e
  d <- data.frame(unit = unit, yi = signif(scale * yi, 12), vi = signif(scale^2 * vi, 8),
                  between = signif(between, 6), within = signif(within, 6))
  d[sample(k), ]
}

random_blocks <- function(d, seed) {
  set.seed(seed)
  V <- diag(d$vi)
  for (u in unique(d$unit)) {
    own <- which(d$unit == u)
    n <- length(own)
    if (n > 1) {
      R <- cov2cor(rWishart(1, n + 3, 0.6 * diag(n) + 0.4)[, , 1])
      V[own, own] <- R * tcrossprod(sqrt(d$vi[own]))
    }
  }
  V <- signif(V, 10)
  (V + t(V)) / 2
}

unseen <- function(id, d, given = NULL) {
  one <- matrix(1, nrow(d), 1)
  X <- unname(cbind(1, d$between, d$within))
  both <- c("unit", "effect")
  V5 <- correlated(d$vi, d$unit, 0.5)
  free <- diag(d$vi)
  models <- list(
    model(d, free, one, both), model(d, free, one, both, method = "ML", test = "t"),
    model(d, V5, one, both, rho = 0.5), model(d, V5, one, "unit", rho = 0.5, test = "t"),
    model(d, V5, one, "effect", rho = 0.5), model(d, free, one, character(0)),
    model(d, V5, one, character(0), rho = 0.5))
  if (length(unique(d$unit)) > 4) models <- c(models, list(
    c(model(d, free, X, both), list(X = X)),
    c(model(d, V5, X, both, rho = 0.5, test = "t"), list(X = X)),
    c(model(d, V5, X, "unit", rho = 0.5, method = "ML"), list(X = X))))
  if (!is.null(given)) models <- c(models, list(
    model(d, given, one, both, name = "given"), 
    c(model(d, given, X, both, name = "given"), list(X = X))))
  c(list(id = id, unit = d$unit, yi = d$yi, vi = d$vi, models = models),
    if (!is.null(given)) list(V = given))
}

# ---- regressions on raw data ------------------------------------------------------------------

raw <- function(id, d, formula, weights = NULL, target = NULL) {
  d$w <- if (is.null(weights)) 1 else weights
  r <- if (is.null(weights)) lm(formula, d) else lm(formula, d, weights = w)
  X <- unname(model.matrix(r)[, ])
  kinds <- if (is.null(target)) c("CR0", "CR1", "CR1p", "CR1S", "CR2") else "CR2"
  kinds <- setdiff(kinds, if (ncol(X) >= length(unique(d$cluster))) "CR1p")
  out <- lapply(kinds, function(kind) {
    cov <- if (is.null(target)) vcovCR(r, d$cluster, kind) else
      vcovCR(r, d$cluster, kind, target = target, inverse_var = FALSE)
    t <- coef_test(r, cov, test = "Satterthwaite")
    w <- Wald_test(r, constrain_zero(2:3), cov, test = "HTZ")
    list(kind = kind, se = t$SE, df = t$df_Satt, p = t$p_Satt,
         vcov = unclass(matrix(cov, nrow(cov))),
         htz = list(F = w$Fstat, df_denom = w$df_denom, p = w$p_val))
  })
  list(id = id, X = X, y = d$y, cluster = d$cluster, weights = weights, target = target,
       b = unname(coef(r)), fits = out)
}

raw_data <- function(seed, sizes) {
  set.seed(seed)
  n <- sum(sizes)
  cluster <- rep(paste0("c", seq_along(sizes)), sizes)
  d <- data.frame(cluster = cluster, arm = rep(seq_along(sizes) %% 2, sizes),
                  age = signif(rnorm(n, 40, 9), 6), time = sample(0:3, n, TRUE))
  d$y <- signif(0.4 * d$arm + 0.02 * d$age + rep(rnorm(length(sizes)), sizes) + rnorm(n), 9)
  d[sample(n), ]
}

tall <- raw_data(11, c(3, 5, 1, 12, 7, 4, 9, 2, 6))
balanced <- raw_data(12, rep(6, 8))
set.seed(13)
w <- signif(runif(nrow(tall), 0.2, 5), 6)
target <- signif(runif(nrow(tall), 0.5, 2), 6)
regressions <- list(
  raw("lm-unbalanced", tall, y ~ arm + age), 
  raw("lm-weighted", tall, y ~ arm + age + time, weights = w),
  raw("lm-weighted-own-target", tall, y ~ arm + age, weights = w, target = target),
  raw("lm-inverse-variance", tall, y ~ arm + age, weights = w, target = signif(1 / w, 15)),
  raw("lm-cluster-dummies", balanced, y ~ age + time + cluster))

few <- simulated(4, c(2, 5, 3, 4), 0.3, 0.1, 0.5)
blocks <- simulated(5, c(1, 3, 2, 4, 6, 1, 2, 3, 5, 2), 0.2, 0.15, 0.5)
cases <- list(
  unseen("unbalanced", simulated(1, c(1, 1, 1, 2, 9, 4, 1, 3, 15, 2, 6, 1), 0.25, 0.2, 0.5)),
  unseen("one-huge", simulated(2, c(120, 2, 1, 3, 2, 4, 1, 2, 3), 0.2, 0.2, 0.5)),
  unseen("pairs", simulated(3, rep(2, 18), 0.3, 0.02, 0.5)),
  unseen("few-units", few),
  unseen("given-blocks", blocks, given = random_blocks(blocks, 6)),
  unseen("no-heterogeneity", simulated(7, c(3, 2, 4, 1, 2, 5, 3, 2), 0, 0, 0.5, slope = 0)),
  unseen("large-numbers", simulated(8, c(2, 3, 1, 4, 2, 7, 3), 0.4, 0.2, 0.5, scale = 1e5)),
  unseen("effects-differ-most", simulated(9, c(4, 3, 2, 4, 2, 1, 3, 2), 0.1, 0.4, 0.5)))

# ---- two maxima -------------------------------------------------------------------------------

# Found among random data by their two maxima; from metafor's start every optimizer ends at the
# lower one of the first two. `init` is a start from which it finds each.
two_maxima <- list(
  list(
    yi = c(-1.81, 0.791, 0.0589, -0.363, -0.254, -1.36, -0.259, -1.63, -1.56, -0.258,
      0.244, -0.364, 0.428, 0.371),
    vi = c(0.354, 1.46, 0.107, 0.57, 0.00309, 0.845, 0.0024, 0.102, 0.0859, 0.73, 0.275,
      0.546, 1.06, 0.0093),
    sizes = c(4, 3, 1, 1, 2, 3),
    init = list(c(0.632, 0), c(0.36, 0.185))),
  list(
    yi = c(-0.182, -2.43, -0.259, -1.39, -0.655, 0.836, -1.97, 0.532, -0.276, -1.98,
      -0.017, 0.522, 0.104, 0.0989, -0.0439, 0.0864, -0.0334),
    vi = c(0.023, 0.47, 0.0231, 1.33, 0.257, 0.00292, 0.94, 1.54, 0.28, 2.42, 0.00512,
      0.544, 1.03, 0.024, 0.00117, 0.413, 0.0106),
    sizes = c(1, 4, 3, 4, 1, 4),
    init = list(c(0.202, 0), c(0.109, 0.0994))),
  list(
    yi = c(7.5, -0.368, 1.55, 3.45, 0.829, 1.33, -4.21, -2.71, 0.555, -0.217),
    vi = c(0.00536, 0.0067, 0.038, 1.91, 0.0199, 0.0012, 1.55, 0.08, 0.0198, 0.00167),
    sizes = c(1, 2, 4, 1, 2),
    init = list(c(0, 9.62), c(6.39, 5.6))),
  list(
    yi = c(-0.0698, 1.32, -1.01, -0.712, -0.517, 0.932, 0.613, 0.96, 0.512, 0.133, 0.847,
      0.65),
    vi = c(0.827, 1.29, 0.539, 0.64, 2.82, 0.0124, 0.00234, 0.293, 0.00326, 0.208,
      0.00557, 2.01),
    sizes = c(1, 1, 3, 4, 3),
    init = list(c(0.298, 0.0383), c(0, 0.0381))))

basins <- function(d) {
  data <- data.frame(unit = rep(paste0("u", seq_along(d$sizes)), d$sizes), yi = d$yi, vi = d$vi)
  one <- matrix(1, nrow(data), 1)
  data$effect <- factor(seq_len(nrow(data)))
  from <- lapply(d$init, function(init) {
    data$unit <- factor(data$unit, levels = unique(data$unit))
    Z <- list(model.matrix(~ 0 + unit, data), diag(nrow(data)))
    s <- polished(init, data$yi, one, diag(data$vi), Z, TRUE)
    r <- fit_mv(data, diag(data$vi), one, c("unit", "effect"), "REML", "z", sigma2 = s)
    list(sigma2 = s, loglik = c(logLik(r)), b = c(r$beta), se = r$se)
  })
  list(yi = d$yi, vi = d$vi, unit = data$unit, maxima = from,
       optimizers = tried(data, diag(data$vi), one, c("unit", "effect"), "REML"))
}

ids <- c("bornmann2007", "edge-few-clusters-a", "knapp2017", "konstantopoulos2011", "satcoaching",
         "tannersmith2016")
keep <- function(x, file) {
  write(toJSON(x, digits = I(16), auto_unbox = TRUE, na = "null", null = "null", matrix = "rowmajor"),
        file)
}
keep(lapply(ids, shipped), "reference.json")
keep(cases, "unseen.json")
keep(regressions, "regressions.json")
keep(lapply(two_maxima, basins), "maxima.json")
