"""Several effects a unit: their covariance, levels of variance, robust standard errors."""
