# Unseen cases for one group before and after: paired t tests, Welch's, changes as effect sizes.
# R 4.2.2, metafor 3.8-1, jsonlite. Run in this folder: Rscript regenerate.R
library(metafor)
library(jsonlite)

datasets <- function() {
  set.seed(20261125)
  n <- 23
  gaps <- data.frame(before = round(rnorm(n, 30, 6), 1))
  gaps$after <- round(8 + 0.7 * gaps$before + rnorm(n, 0, 4), 1)
  gaps$before[c(3, 19)] <- NA
  gaps$after[c(3, 8, 14)] <- NA
  three <- data.frame(before = c(4.1, 5.2, 3.3), after = c(5.0, 5.1, 4.8))
  large <- data.frame(before = 1e5 + round(rnorm(40, 0, 20), 2))
  large$after <- large$before + round(rnorm(40, 3, 5), 2)
  falling <- data.frame(before = round(rexp(60, 1 / 12), 2))
  falling$after <- round(0.4 * falling$before + rexp(60, 1 / 4), 2)
  list(list(id = "gaps", data = gaps), list(id = "three", data = three), list(id = "large", data = large),
       list(id = "falling", data = falling))
}

numbers <- function(test, diff) {
  list(diff = diff, se = test$stderr, df = unname(test$parameter), pval = test$p.value, ci = as.numeric(test$conf.int))
}

size <- function(measure, ...) {
  e <- escalc(measure, ...)
  list(yi = c(e$yi), vi = c(e$vi))
}

analysed <- function(set) {
  d <- set$data[complete.cases(set$data), ]
  b <- d$before; a <- d$after; n <- nrow(d); r <- cor(b, a)
  every_b <- na.omit(set$data$before); every_a <- na.omit(set$data$after)
  welch <- t.test(every_a, every_b, conf.level = 0.9)
  same <- t.test(every_a, every_b, var.equal = TRUE, conf.level = 0.9)
  apart <- mean(every_a) - mean(every_b)
  glass <- function(sd, n1) { j <- exp(lgamma(n1 / 2) - lgamma((n1 - 1) / 2)) / sqrt(n1 / 2)
    g <- j * apart / sd
    list(yi = g, vi = j^2 * welch$stderr^2 / sd^2 + g^2 / (2 * n1)) }
  df <- length(every_a) + length(every_b) - 2
  pooled <- sqrt(((length(every_a) - 1) * var(every_a) + (length(every_b) - 1) * var(every_b)) / df)
  lost <- set$data$before[!is.na(set$data$before) & is.na(set$data$after)]
  list(id = set$id, before = set$data$before, after = set$data$after, n = n, ri = r,
       paired = numbers(t.test(a, b, paired = TRUE), mean(a - b)),
       SMCR_before = size("SMCR", m1i = mean(a), m2i = mean(b), sd1i = sd(b), ni = n, ri = r),
       SMCR_after = size("SMCR", m1i = mean(a), m2i = mean(b), sd1i = sd(a), ni = n, ri = r),
       SMCC = size("SMCC", m1i = mean(a), m2i = mean(b), sd1i = sd(a), sd2i = sd(b), ni = n, ri = r),
       unpaired = list(level = 0.9, welch = numbers(welch, apart), pooled_variance = numbers(same, apart),
                       before = glass(sd(every_b), length(every_b) - 1), after = glass(sd(every_a), length(every_a) - 1),
                       pooled = glass(pooled, df)),
       lost = if (length(lost) > 1) size("SMD", m1i = mean(lost), sd1i = sd(lost), n1i = length(lost),
                                         m2i = mean(b), sd2i = sd(b), n2i = n)$yi)
}

lines <- sapply(datasets(), function(set) {
  toJSON(analysed(set), digits = I(15), auto_unbox = TRUE, na = "null", null = "null")
})
writeLines(paste0("[\n", paste(lines, collapse = ",\n"), "\n]"), "cases.json")
