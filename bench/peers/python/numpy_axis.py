"""numpy's side of the cases in bench/suites/numeric-axis.ts."""

TASKS = {}
