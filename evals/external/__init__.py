"""Public data sets, read in place: what is found, whether answers are given or withheld, what the checker believes."""
