"""numpy: the tasks of every family."""

import numpy_axis
import numpy_exact
import numpy_order
import numpy_quantile
import numpy_reductions

FAMILIES = (numpy_reductions, numpy_order, numpy_quantile, numpy_exact, numpy_axis)
TASKS = {}
for family in FAMILIES:
    twice = TASKS.keys() & family.TASKS.keys()
    assert not twice, f"{family.__name__} names {twice} again"
    TASKS |= family.TASKS
