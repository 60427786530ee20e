/** What workerpool runs. */

import workerpool from 'workerpool';

workerpool.worker({
  increment: (x) => x + 1,
  advance: ({ id, name }) => ({ id: id + 1, name }),
});
