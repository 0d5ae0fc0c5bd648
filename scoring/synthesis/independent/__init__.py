"""Independent effects, one a study: tau2 by every estimator, pooled, each study's part in it."""
