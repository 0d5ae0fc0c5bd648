# Unseen cases for trials of people: every covariance and its degrees of freedom, three adjustments,
# missing outcomes and baselines, blocks, sites, odds and risk ratios, Lee's bounds.
# R 4.2.2, sandwich 3.0-2, clubSandwich 0.5.8, metafor 3.8-1, numDeriv, jsonlite.
# Run in this folder: Rscript regenerate.R
library(sandwich)
library(clubSandwich)
library(metafor)
library(numDeriv)
library(jsonlite)

# Columns as they were collected; NA is not known.
datasets <- function() {
  set.seed(20261125)
  n <- 47
  skewed <- data.frame(
    arm = sample(rep(c("new", "old"), c(15, 32))),
    before = round(rnorm(n, 50, 9), 1),
    place = sample(c("coast", "hill", "town"), n, replace = TRUE)
  )
  skewed$y <- round(10 + 0.6 * skewed$before + 4 * (skewed$arm == "new") +
                      ifelse(skewed$arm == "new", 6, 2) * (rexp(n) - 1), 2)
  skewed$y[c(4, 17, 30, 41)] <- NA
  skewed$before[c(9, 30)] <- NA

  n <- 160
  binary <- data.frame(arm = rbinom(n, 1, 0.5), block = rep(1:5, each = 32), age = round(runif(n, 18, 80)))
  binary$ill <- rbinom(n, 1, 0.3)
  binary$y <- rbinom(n, 1, plogis(-1.5 + 0.7 * binary$arm + 0.02 * binary$age + 0.5 * binary$ill))
  binary$y[sample(n, 12)] <- NA

  n <- 90
  large <- data.frame(arm = rep(0:1, c(60, 30)), x1 = 1e6 + round(rnorm(n), 3), x2 = round(rt(n, 3), 3))
  large$y <- round(1e6 + 3 * large$x1 - 2 * large$x2 + 5 * large$arm + rnorm(n), 3)

  n <- 120
  sites <- data.frame(arm = rbinom(n, 1, 0.4), site = sample(letters[1:9], n, replace = TRUE), x = round(rnorm(n), 2))
  sites$y <- round(2 + sites$arm + 0.5 * sites$x + rnorm(9)[match(sites$site, letters)] + rnorm(n), 2)

  list(
    list(id = "skewed", data = skewed, intervention = "new", covariates = c("before", "place")),
    list(id = "binary", data = binary, intervention = 1, covariates = c("age", "ill"), blocks = "block"),
    list(id = "large", data = large, intervention = 1, covariates = c("x1", "x2")),
    list(id = "sites", data = sites, intervention = 1, covariates = "x", clusters = "site")
  )
}

# Columns as they enter a model: words as indicators of all but the first, all less their means.
columns <- function(set, d) {
  expanded <- list()
  for (name in set$covariates) {
    x <- d[[name]]
    if (is.character(x)) {
      for (level in sort(unique(x))[-1]) expanded[[paste(name, level)]] <- as.numeric(x == level)
    } else expanded[[name]] <- x
  }
  for (level in sort(unique(d[[set$blocks %||% "none"]]))[-1])
    expanded[[paste("block", level)]] <- as.numeric(d[[set$blocks]] == level)
  as.data.frame(lapply(expanded, function(x) x - mean(x)), optional = TRUE)
}
`%||%` <- function(a, b) if (is.null(a)) b else a

table_of <- function(fit, kind, cluster) {
  x <- model.matrix(fit); n <- nrow(x)
  by_rows <- c(HC0 = "CR0", HC1 = "CR0", HC2 = "CR2", HC3 = "CR3")
  if (kind == "const") return(list(se = sqrt(diag(vcov(fit)))))
  if (kind %in% names(by_rows)) {
    test <- coef_test(fit, vcov = vcovCR(fit, cluster = seq_len(n), type = by_rows[[kind]]), test = "Satterthwaite")
    return(list(se = sqrt(diag(vcovHC(fit, type = kind))), df = test$df_Satt))
  }
  v <- vcovCR(fit, cluster = cluster, type = kind)
  out <- list(se = sqrt(diag(as.matrix(v))))
  if (kind %in% c("CR0", "CR1", "CR2")) out$df <- coef_test(fit, vcov = v, test = "Satterthwaite")$df_Satt
  out
}

# The log odds and risk ratios of adjusted risks, by numerical gradients.
ratios <- function(fit, v) {
  b <- coef(fit)
  f <- list(OR = function(b) qlogis(b[1] + b[2]) - qlogis(b[1]), RR = function(b) log((b[1] + b[2]) / b[1]))
  lapply(f, function(g) {
    slope <- grad(function(a) g(a), b)
    list(yi = unname(g(b)), se = sqrt(drop(t(slope) %*% v %*% slope)))
  })
}

lee <- function(y, treated, everybody) {
  kept <- c(sum(treated), sum(!treated)) / c(sum(everybody), sum(!everybody))
  if (kept[1] == kept[2]) return(NULL)
  more <- if (kept[1] > kept[2]) treated else !treated
  rest <- mean(y[!more]); y <- sort(y[more]); m <- length(y) * min(kept) / max(kept)
  first <- function(y) { k <- floor(m); (sum(y[seq_len(k)]) + (m - k) * c(y, 0)[k + 1]) / m }
  d <- c(first(y), first(rev(y))) - rest
  sort(if (kept[1] > kept[2]) d else -d)
}

apart <- function(x, treated) {
  if (all(x %in% 0:1)) {
    e <- escalc("OR", ai = sum(x[treated]), n1i = sum(treated), ci = sum(x[!treated]), n2i = sum(!treated), add = 0)
    return(c(e$yi) / 1.65)
  }
  e <- escalc("SMD", m1i = mean(x[treated]), sd1i = sd(x[treated]), n1i = sum(treated),
              m2i = mean(x[!treated]), sd2i = sd(x[!treated]), n2i = sum(!treated))
  c(e$yi)
}

analysed <- function(set) {
  everybody <- set$data$arm == set$intervention
  keep <- complete.cases(set$data[c("y", set$covariates)])
  d <- set$data[keep, ]
  treated <- d$arm == set$intervention
  x <- columns(set, d)
  y <- d$y
  own <- data.frame(y = y, treated = as.numeric(treated), check.names = FALSE)
  fits <- list(none = lm(y ~ treated, own))
  both <- cbind(own, x)
  plain <- paste0("`", names(x), "`", collapse = " + ")
  fits$ancova <- lm(as.formula(paste("y ~ treated +", plain)), both)
  fits$interacted <- lm(as.formula(paste("y ~ treated +", plain, "+ treated:(", plain, ")")), both)
  kinds <- c("const", "HC0", "HC1", "HC2", "HC3", if (!is.null(set$clusters)) c("CR0", "CR1", "CR1S", "CR2", "CR3"))
  cluster <- if (is.null(set$clusters)) NULL else d[[set$clusters]]
  s <- sqrt(((sum(treated) - 1) * var(y[treated]) + (sum(!treated) - 1) * var(y[!treated])) / (length(y) - 2))
  results <- lapply(names(fits), function(name) {
    fit <- fits[[name]]
    cov <- setNames(lapply(kinds, function(kind) lapply(table_of(fit, kind, cluster), unname)), kinds)
    v <- if (is.null(cluster)) vcovHC(fit, type = "HC2") else as.matrix(vcovCR(fit, cluster = cluster, type = "CR2"))
    out <- list(adjustment = name, terms = gsub("`", "", names(coef(fit))), b = unname(coef(fit)),
                dfbetas = max(abs(dfbetas(fit)[, "treated"])),
                df_resid = df.residual(fit), sigma = sigma(fit), r2 = summary(fit)$r.squared, cov = cov)
    if (all(y %in% 0:1)) out$ratios <- ratios(fit, v)
    else {
      h <- length(y) - 2
      j <- exp(lgamma(h / 2) - lgamma((h - 1) / 2)) / sqrt(h / 2)
      g <- j * coef(fit)[["treated"]] / s
      out$smd <- list(yi = g, vi = j^2 * v["treated", "treated"] / s^2 + g^2 / (2 * h))
    }
    out
  })
  test <- t.test(y[treated], y[!treated])
  list(id = set$id, columns = as.list(set$data), intervention = set$intervention,
       covariates = I(set$covariates), blocks = set$blocks, clusters = set$clusters,
       assigned = c(sum(everybody), sum(!everybody)), analysed = c(sum(treated), sum(!treated)),
       welch = list(se = test$stderr, df = test$parameter, pval = test$p.value, ci = test$conf.int),
       baseline = lapply(columns(set, d)[!grepl("^block", names(x))], function(v) {
         # less their means again: back to 0 and 1 where they were
         v <- v - min(v); apart(if (length(unique(v)) == 2) as.numeric(v > 0) else v, treated)
       }),
       lee = lee(y, treated, everybody), models = results)
}

lines <- sapply(datasets(), function(set) {
  toJSON(analysed(set), digits = I(15), auto_unbox = TRUE, na = "null", null = "null")
})
writeLines(paste0("[\n", paste(lines, collapse = ",\n"), "\n]"), "cases.json")
