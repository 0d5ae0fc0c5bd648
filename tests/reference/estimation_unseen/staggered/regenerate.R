# Unseen cases for staggered adoption, by two routes that share no code with each other:
#  "saturated": lm with unit and period effects and a dummy for every treated cohort and period but
#               its base (Sun and Abraham 2021), averages as contrasts with clubSandwich's CR2;
#  "by_hand":   every ATT(g, t) from means, its influence function unit by unit (Callaway and
#               Sant'Anna 2021), averages and their errors from these.
# R 4.2.2, clubSandwich 0.5.8, jsonlite. Run in this folder: Rscript regenerate.R
library(clubSandwich)
library(jsonlite)

made <- function(seed, starts, periods, growth) {
  set.seed(seed)
  d <- expand.grid(period = seq_len(periods), unit = seq_along(starts))[, c("unit", "period")]
  d$start <- starts[d$unit]
  d$treated <- as.numeric(!is.na(d$start) & d$period >= d$start)
  level <- rnorm(length(starts), 20, 4)
  effect <- ifelse(d$treated == 1, 1 + growth * (d$period - d$start) + 0.2 * d$start, 0)
  d$y <- round(level[d$unit] + 0.8 * d$period + effect + rnorm(nrow(d), 0, 1.5), 2)
  d
}

# Any seat-belt law, US states 1983-97 but two states whose law lapsed; two starts have one state.
belts <- function() {
  data("USSeatBelts", package = "AER", envir = environment())
  d <- USSeatBelts[!(USSeatBelts$state %in% c("ND", "OR")), ]
  law <- as.numeric(d$enforce != "no")
  d <- data.frame(unit = as.character(d$state), period = as.numeric(as.character(d$year)),
                  treated = law, y = round(log(d$fatalities), 6))
  first <- tapply(ifelse(d$treated > 0, d$period, Inf), d$unit, min)
  d$start <- as.numeric(first[d$unit])
  d$start[!is.finite(d$start)] <- NA
  d
}

cells_of <- function(d, comparison, anticipation) {
  y <- tapply(d$y, list(d$unit, d$period), mean)
  start <- tapply(d$start, d$unit, function(s) s[1])[rownames(y)]
  periods <- as.numeric(colnames(y))
  n <- nrow(y)
  out <- list()
  for (g in sort(unique(as.numeric(start[!is.na(start)])))) {
    base <- g - 1 - anticipation
    if (!(base %in% periods)) next
    for (t in setdiff(periods, base)) {
      late <- is.na(start) | (comparison == "not_yet_treated" & start > max(t, base) + anticipation)
      control <- late & (is.na(start) | start != g)
      treated <- !is.na(start) & start == g
      if (sum(control) < 2) next
      change <- y[, as.character(t)] - y[, as.character(base)]
      psi <- numeric(n)
      psi[treated] <- (change[treated] - mean(change[treated])) / sum(treated)
      psi[control] <- psi[control] - (change[control] - mean(change[control])) / sum(control)
      out <- c(out, list(list(g = g, t = t, att = mean(change[treated]) - mean(change[control]),
                              size = sum(treated), psi = psi)))
    }
  }
  list(cells = out, start = start)
}

# One average with cells weighing `share` times the units of their cohort.
average <- function(found, share) {
  att <- sapply(found$cells, `[[`, "att")
  g <- sapply(found$cells, `[[`, "g")
  size <- sapply(found$cells, `[[`, "size")
  weight <- share * size / sum(share * size)
  estimate <- sum(weight * att)
  psi <- Reduce(`+`, Map(function(w, cell) w * cell$psi, weight, found$cells))
  for (i in seq_along(att)) {
    inside <- !is.na(found$start) & found$start == g[i]
    psi[inside] <- psi[inside] + share[i] * (att[i] - estimate) / sum(share * size)
  }
  list(estimate = estimate, psi = psi)
}

averages <- function(found) {
  g <- sapply(found$cells, `[[`, "g")
  time <- sapply(found$cells, `[[`, "t") - g
  after <- as.numeric(time >= 0)
  per_cohort <- after / tapply(after, g, sum)[as.character(g)]
  per_cohort[after == 0] <- 0
  shares <- list(group = per_cohort, simple = after)
  for (c in unique(g[after == 1])) shares[[paste("started", c)]] <- after * (g == c)
  for (e in sort(unique(time))) shares[[sprintf("%+d", as.integer(e))]] <- as.numeric(time == e)
  out <- lapply(shares, function(share) average(found, share))
  late <- out[grepl("^\\+", names(out))]
  out$dynamic <- list(estimate = mean(sapply(late, `[[`, "estimate")),
                      psi = Reduce(`+`, lapply(late, `[[`, "psi")) / length(late))
  list(out = out, shares = shares)
}

by_hand <- function(d, comparison, anticipation) {
  a <- averages(cells_of(d, comparison, anticipation))$out
  list(comparison = comparison, anticipation = anticipation, terms = I(names(a)),
       estimate = unname(sapply(a, `[[`, "estimate")),
       se = unname(sapply(a, function(x) sqrt(sum(x$psi^2)))))
}

# Never-treated comparison only: there the saturated coefficients are the ATT(g, t).
saturated <- function(d, anticipation) {
  found <- cells_of(d, "never_treated", anticipation)
  names <- sapply(found$cells, function(cell) paste0("c", cell$g, "_", cell$t))
  for (i in seq_along(names)) {
    cell <- found$cells[[i]]
    d[[names[i]]] <- as.numeric(!is.na(d$start) & d$start == cell$g & d$period == cell$t)
  }
  fit <- lm(reformulate(c(names, "factor(unit)", "factor(period)"), "y"), d)
  stopifnot(max(abs(coef(fit)[names] - sapply(found$cells, `[[`, "att"))) < 1e-9)
  v <- as.matrix(vcovCR(fit, cluster = d$unit, type = "CR2"))[names, names]
  size <- sapply(found$cells, `[[`, "size")
  a <- averages(found)
  contrast <- lapply(a$shares, function(share) share * size / sum(share * size))
  late <- contrast[grepl("^\\+", names(contrast))]
  contrast$dynamic <- Reduce(`+`, late) / length(late)
  list(anticipation = anticipation, terms = names(contrast),
       estimate = unname(sapply(contrast, function(w) sum(w * coef(fit)[names]))),
       se = unname(sapply(contrast, function(w) sqrt(c(t(w) %*% v %*% w)))))
}

two_way <- function(d) unname(coef(lm(y ~ treated + factor(unit) + factor(period), d))["treated"])

case <- function(id, d, hands, saturations = list()) {
  list(id = id, data = as.list(d[, c("unit", "period", "treated", "y")]), two_way = two_way(d),
       by_hand = lapply(hands, function(h) by_hand(d, h[[1]], h[[2]])),
       saturated = lapply(saturations, function(s) saturated(d, s)))
}

all <- list(list("not_yet_treated", 0), list("never_treated", 0), list("not_yet_treated", 1),
            list("never_treated", 1))
cases <- list(
  case("made-never", made(11, c(rep(3, 5), rep(4, 3), rep(6, 4), rep(NA, 7)), 7, 0.6), all,
       list(0, 1)),
  case("made-all-adopt", made(12, rep(c(3, 4, 6, 8), c(4, 5, 3, 6)), 8, 1), all[c(1, 3)]),
  case("made-one-start", made(13, c(rep(4, 6), rep(NA, 8)), 6, 0.3), all, list(0, 1)),
  case("made-always", made(14, c(1, 1, rep(3, 4), rep(5, 4), rep(NA, 6)), 6, 0.5), all[1:2]),
  case("seat-belts", belts(), all[c(1, 3)]))
write(toJSON(cases, digits = I(15), auto_unbox = TRUE, na = "null", null = "null"), "cases.json")
