/** What workerpool runs. */

import workerpool from 'workerpool';

workerpool.worker({ increment: (x) => x + 1 });
