# Unseen cases for time to event: what a report would print of four data sets of the package
# survival, what each route makes of it (arithmetic of its own), and the hazard ratio of the people
# themselves. R 4.2.2, survival 3.5-3, jsonlite. Run in this folder: Rscript regenerate.R
suppressMessages({
  library(survival)
  library(jsonlite)
})

one <- function(id, time, status, arm1, at) {
  d <- data.frame(time = time, status = status, arm = as.numeric(arm1))
  d <- d[complete.cases(d), ]
  cox <- coxph(Surv(time, status) ~ arm, d, ties = "breslow")
  b <- unname(coef(cox))
  se <- sqrt(vcov(cox)[1, 1])
  rank <- survdiff(Surv(time, status) ~ arm, d)
  o <- rank$obs[2:1]
  oe <- rank$obs[2] - rank$exp[2]
  v <- rank$var[2, 2]
  n <- as.numeric(rank$n[2:1])
  p <- 2 * pnorm(-abs(oe / sqrt(v)))
  curves <- summary(survfit(Surv(time, status) ~ arm, d), times = at)$surv[2:1]
  medians <- unname(summary(survfit(Surv(time, status) ~ arm, d))$table[2:1, "median"])
  total <- sum(o)
  v_events <- total * n[1] * n[2] / sum(n)^2
  p_events <- o / n
  read_off <- p_events^2 * (2^(1 / p_events) - 1)
  greenwood <- (1 - curves) / (n * curves * log(curves)^2)
  limits <- exp(b + c(-1, 1) * qnorm(0.975) * se)
  routes <- list(
    interval = c(b, se^2), se = c(b, se^2), log_rank = c(oe / v, 1 / v),
    hr_p = c(b, (b / qnorm(1 - p / 2))^2), hr_events = c(b, 1 / v_events),
    p_events = c(sign(oe) * qnorm(1 - p / 2) / sqrt(v_events), 1 / v_events),
    survival = c(log(log(curves[1]) / log(curves[2])), sum(greenwood)),
    medians = c(log(medians[2] / medians[1]), sum(read_off / o) / log(2)^2)
  )
  list(
    id = id, told = list(
      hr = exp(b), ci_low = limits[1], ci_high = limits[2], sei = se, o_minus_e = oe, v = v,
      p_value = p, direction = if (oe < 0) "fewer" else "more", x1i = o[1], x2i = o[2], n1i = n[1],
      n2i = n[2], median1i = medians[1], median2i = medians[2], survival1i = curves[1],
      survival2i = curves[2]),
    routes = lapply(routes, function(r) list(yi = r[1], vi = r[2])),
    alone = list(
      arms = 1 / (o[1] * o[2] / total), total = 4 / total,
      medians = sum(1 / o) / log(2)^2),
    cox = list(yi = b, vi = se^2)
  )
}

cases <- list(
  one("lung", lung$time, lung$status - 1, lung$sex == 2, 300),
  one("veteran", veteran$time, veteran$status, veteran$trt == 2, 100),
  one("kidney", kidney$time, kidney$status, kidney$sex == 2, 60),
  one("leukemia", aml$time, aml$status, aml$x == "Maintained", 20)
)
writeLines(toJSON(list(software = R.version.string, cases = cases), digits = NA, auto_unbox = TRUE,
                  pretty = 1), "cases.json")
