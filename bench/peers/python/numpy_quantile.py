"""numpy's side of the cases in bench/suites/numeric-quantile.ts."""

TASKS = {}
