"""numpy's side of the cases in bench/suites/numeric-exact.ts."""

TASKS = {}
