"""numpy's side of the cases in bench/suites/numeric-order.ts."""

TASKS = {}
