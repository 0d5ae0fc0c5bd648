# Effect sizes of fresh data by metafor, for every measure, rule for zeros and variance.
# Run: Rscript regenerate.R > cases.json    (R 4.2.2, metafor 3.8-1, jsonlite)

suppressPackageStartupMessages({library(metafor); library(jsonlite)})
set.seed(20261125)

k <- 12
p1 <- c(runif(k - 6, 0.05, 0.6), 0, 0.2, 0, 1, 0.9, 0.3)
p2 <- c(runif(k - 6, 0.05, 0.6), 0.3, 0, 0, 0.8, 1, 0.4)
n1 <- c(sample(8:400, k - 6), 14, 23, 31, 12, 9, 25000)
n2 <- c(sample(8:400, k - 6), 17, 20, 29, 15, 11, 31000)
ai <- rbinom(k, n1, p1); ci <- rbinom(k, n2, p2)
tables <- data.frame(ai = ai, bi = n1 - ai, ci = ci, di = n2 - ci)
tables <- rbind(tables,
  data.frame(ai = c(10, 0, 2.5), bi = c(0, 6, 7.5), ci = c(13, 0, 4), di = c(0, 9, 3.25)))

rates <- data.frame(
  x1i = c(rpois(6, 12), 0, 5, 0, 311), t1i = c(round(runif(6, 50, 900), 1), 40, 61.5, 33, 91250),
  x2i = c(rpois(6, 15), 4, 0, 0, 402), t2i = c(round(runif(6, 50, 900), 1), 52, 70.2, 35, 88410))

ni <- c(sample(10:300, 6), 18, 25, 40, 5)
proportions <- data.frame(xi = c(rbinom(6, ni[1:6], 0.3), 0, 25, 1, 4), ni = ni)

correlations <- data.frame(
  ri = c(round(runif(7, -0.8, 0.9), 3), 0, 0.999, -0.95), ni = c(sample(6:200, 7), 50, 12, 4))

m <- 9
means <- data.frame(
  m1i = round(runif(m, 8, 30), 2), sd1i = c(round(runif(m - 1, 1, 9), 2), 0.4),
  n1i = c(sample(4:80, m - 3), 2, 150, 64),
  m2i = round(runif(m, 8, 30), 2), sd2i = c(round(runif(m - 1, 1, 9), 2), 2.2),
  n2i = c(sample(4:80, m - 3), 2, 210, 51))
means <- rbind(means, data.frame(m1i = c(-4, 7), sd1i = c(2, 3), n1i = c(30, 12),
                                 m2i = c(-6, 7), sd2i = c(1.5, 0), n2i = c(25, 14)))

changes <- data.frame(
  m1i = round(runif(9, 20, 40), 1), m2i = round(runif(9, 15, 40), 1),
  sd1i = round(runif(9, 2, 11), 2), sd2i = round(runif(9, 2, 11), 2),
  ni = c(sample(5:90, 7), 3, 200), ri = c(round(runif(7, 0.1, 0.95), 2), 0, -0.3))

data <- list(tables = tables, rates = rates, proportions = proportions,
             correlations = correlations, means = means, changes = changes)

cases <- list()
case <- function(name, measure, vtype = "LS", ...) {
  options <- list(...)
  arguments <- c(list(measure = measure, data = NULL, vtype = vtype), data[[name]], options)
  arguments$data <- NULL
  found <- suppressWarnings(do.call(escalc, arguments))
  cases[[length(cases) + 1]] <<- c(
    list(data = name, measure = measure, vtype = vtype), options,
    list(yi = as.numeric(found$yi), vi = as.numeric(found$vi)))
}
zeros <- c("only0", "all", "if0all", "none")

for (measure in c("OR", "RR", "RD", "PETO", "AS", "OR2DN"))
  for (to in zeros) for (drop00 in c(FALSE, TRUE)) {
    case("tables", measure, to = to, drop00 = drop00)
    if (to != "none") case("tables", measure, to = to, drop00 = drop00, add = 0.25)
  }
for (vtype in c("UB", "AV")) for (drop00 in c(FALSE, TRUE))
  case("tables", "RD", vtype, to = "only0", drop00 = drop00)
for (measure in c("IRR", "IRD", "IRSD"))
  for (to in zeros) for (drop00 in c(FALSE, TRUE)) {
    case("rates", measure, to = to, drop00 = drop00)
    if (to != "none") case("rates", measure, to = to, drop00 = drop00, add = 0.25)
  }
for (measure in c("PR", "PLO", "PAS", "PFT"))
  for (to in zeros) {
    case("proportions", measure, to = to)
    if (to != "none") case("proportions", measure, to = to, add = 0.25)
  }
for (vtype in c("UB", "AV")) case("proportions", "PR", vtype, to = "only0")
case("proportions", "PLO", "AV", to = "only0")
case("correlations", "COR"); case("correlations", "COR", "AV"); case("correlations", "ZCOR")
for (vtype in c("LS", "LS2", "UB", "AV")) case("means", "SMD", vtype)
case("means", "SMDH")
for (vtype in c("LS", "HO")) case("means", "MD", vtype)
for (vtype in c("LS", "HO", "AV", "AVHO")) case("means", "ROM", vtype)
for (measure in c("MC", "SMCC", "SMCR", "SMCRH")) case("changes", measure)
for (measure in c("SMCC", "SMCR")) case("changes", measure, "LS2")

# Conversions: metafor's measures OR2DL and OR2DN, D2ORL and D2ORN, and its transformations.
odds <- escalc("OR", ai = ai, bi = bi, ci = ci, di = di, data = tables[1:6, ])
in_sd <- escalc("OR2DL", ai = ai, bi = bi, ci = ci, di = di, data = tables[1:6, ])
in_cox <- escalc("OR2DN", ai = ai, bi = bi, ci = ci, di = di, data = tables[1:6, ])
risk <- c(0.02, 0.1, 0.25, 0.5, 0.8, 0.97)
differences <- c(-1.2, -0.4, 0, 0.1, 0.75, 2.5)
conversions <- list(
  odds = list(yi = as.numeric(odds$yi), vi = as.numeric(odds$vi)),
  SMD = list(yi = as.numeric(in_sd$yi), vi = as.numeric(in_sd$vi)),
  COX = list(yi = as.numeric(in_cox$yi), vi = as.numeric(in_cox$vi)),
  baseline_risk = risk,
  RR = log(transf.logortorr(as.numeric(odds$yi), risk)),
  RD = transf.logortord(as.numeric(odds$yi), risk),
  differences = differences,
  COR = transf.dtorpb(differences),
  ZCOR = transf.rtoz(transf.dtorpb(differences)),
  MD = transf.dtomd(differences, 12.5))

cat(toJSON(list(
  software = "R 4.2.2, metafor 3.8-1", data = lapply(data, as.list), cases = cases,
  conversions = conversions), digits = I(17), auto_unbox = TRUE, na = "null", pretty = FALSE))
