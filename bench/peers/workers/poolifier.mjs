/** What poolifier runs. */

import { ThreadWorker } from 'poolifier';

// biome-ignore lint/style/noDefaultExport: poolifier's own form
export default new ThreadWorker((x) => x + 1);
