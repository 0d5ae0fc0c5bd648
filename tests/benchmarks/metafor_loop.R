# Times metafor over the subjects of a CSV file (subject, yi, vi) and prints milliseconds.
# Rscript metafor_loop.R FILE pool|report
suppressPackageStartupMessages(library(metafor))
arguments <- commandArgs(trailingOnly = TRUE)
rows <- read.csv(arguments[1])
subjects <- split(rows, rows$subject)
one <- function(s) rma(s$yi, s$vi, method = "REML", test = "knha")
report <- function(s) {
  fit <- one(s)
  predict(fit)
  confint(fit)
  leave1out(fit)
}
work <- if (arguments[2] == "report") report else one
taken <- system.time(for (s in subjects) suppressWarnings(try(work(s), silent = TRUE)))
cat(taken[["elapsed"]] * 1000, "\n")
