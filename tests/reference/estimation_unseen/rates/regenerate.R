# Unseen cases for rates: every covariance of Poisson and negative binomial models, Satterthwaite's
# degrees of freedom by rows and by clusters, Dean's statistic, one-step leave-one-out moves.
# R 4.2.2, MASS 7.3-58.2, sandwich 3.0-2, clubSandwich 0.5.8, jsonlite. Run in this folder:
# Rscript regenerate.R
suppressMessages({
  library(MASS)
  library(sandwich)
  library(clubSandwich)
  library(jsonlite)
})

made <- function(n, sizes, theta, share, rate, effect, spread) {
  cluster <- rep(seq_along(sizes), sizes)[seq_len(n)]
  treated <- as.numeric(cluster %% round(1 / share) == 0)
  exposure <- round(exp(rnorm(n, log(500), spread)), 1)
  age <- round(runif(n, 20, 90), 1)
  region <- sample(c("east", "north", "west"), n, replace = TRUE)
  common <- if (is.infinite(theta)) 1 else rgamma(length(sizes), 12, 12)[cluster]
  mu <- exposure * rate * exp(effect * treated + 0.004 * (age - 50) + 0.2 * (region == "west")) * common
  events <- if (is.infinite(theta)) rpois(n, mu) else rnbinom(n, mu = mu, size = theta)
  data.frame(events = events, exposure = exposure, treated = treated, age = age, region = region,
             cluster = cluster)
}

# never stopped early, so that weights are those of the last step
all_steps <- glm.control(epsilon = 1e-300, maxit = 50)

fitted_by <- function(model, d, formula, with_clusters) {
  fit <- if (model == "poisson") {
    suppressWarnings(glm(formula, poisson, d, control = all_steps))
  } else {
    suppressWarnings(glm.nb(formula, d, control = all_steps))
  }
  se <- function(v) unname(sqrt(diag(v)))
  phi <- sum(residuals(fit, "pearson")^2) / fit$df.residual
  bread_model <- summary(fit, dispersion = 1)$cov.unscaled
  rows <- seq_len(nrow(d))
  cov <- list(model = list(se = se(bread_model)), quasi = list(se = se(phi * bread_model)))
  for (k in c("HC0", "HC1", "HC2", "HC3")) cov[[k]] <- list(se = se(vcovHC(fit, type = k)))
  cov$HC2$df <- coef_test(fit, vcov = "CR2", cluster = rows, test = "Satterthwaite")$df
  if (with_clusters) for (k in c("CR0", "CR1", "CR1S", "CR2")) {
    v <- vcovCR(fit, d$cluster, type = k)
    cov[[k]] <- list(se = se(as.matrix(v)))
    if (k %in% c("CR1", "CR2")) {
      cov[[k]]$df <- coef_test(fit, vcov = v, test = "Satterthwaite")$df
    }
  }
  out <- list(model = model, terms = names(coef(fit)), b = unname(coef(fit)),
              loglik = as.numeric(logLik(fit)), deviance = deviance(fit),
              pearson_dispersion = phi, cov = cov)
  if (model == "poisson") {
    mu <- fitted(fit)
    h <- hatvalues(fit)
    out$dean <- sum((d$events - mu)^2 - d$events + h * mu) / sqrt(2 * sum(mu^2))
    out$zeros <- sum(exp(-mu))
  } else {
    out$theta <- fit$theta
    out$zeros <- sum((1 + fitted(fit) / fit$theta)^(-fit$theta))
  }
  # of working residuals; influence() takes deviance residuals instead
  push <- weights(fit, "working") * residuals(fit, "working") / (1 - hatvalues(fit))
  out$moves <- unname(drop(model.matrix(fit) %*% bread_model[, "treated"]) * push)
  out
}

one <- function(id, d, formula, models, with_clusters = TRUE) {
  list(id = id, formula = deparse(formula[[3]]), data = as.list(d),
       models = lapply(models, fitted_by, d = d, formula = formula, with_clusters = with_clusters))
}

set.seed(20261126)
both <- c("poisson", "negative_binomial")
cases <- list(
  one("areas-30", made(30, rep(1, 30), 8, 1 / 2, 0.02, -0.3, 0.7),
      events ~ treated + offset(log(exposure)), both, with_clusters = FALSE),
  one("clusters-60", made(60, rep(c(3, 7, 5), 4), 4, 1 / 3, 0.02, 0.2, 0.5),
      events ~ treated + age + offset(log(exposure)), both),
  one("words-90", made(90, rep(c(2, 4, 6, 8, 10), 3), 2, 1 / 2, 0.01, -0.5, 1),
      events ~ treated + age + region + offset(log(exposure)), both),
  one("rare-150", made(150, rep(10, 15), 1.5, 1 / 3, 0.001, 0.4, 0.4),
      events ~ treated + offset(log(exposure)), both),
  one("no-more-than-chance", made(40, rep(4, 10), Inf, 1 / 2, 0.01, 0, 0.3),
      events ~ treated + offset(log(exposure)), "poisson"),
  one("large-counts", made(20, rep(2, 10), 50, 1 / 2, 20, -0.1, 0.3),
      events ~ treated + offset(log(exposure)), both)
)
writeLines(toJSON(list(software = R.version.string, cases = cases), digits = NA, auto_unbox = TRUE,
                  pretty = 1), "cases.json")
