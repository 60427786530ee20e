/** What poolifier runs on threads. */

import { ThreadWorker } from 'poolifier';

// biome-ignore lint/style/noDefaultExport: poolifier's own form
export default new ThreadWorker({
  increment: (x) => x + 1,
  advance: ({ id, name }) => ({ id: id + 1, name }),
});
