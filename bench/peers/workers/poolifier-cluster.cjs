/**
 * What poolifier runs in child processes. CommonJS: a module that is loaded asynchronously misses
 * the pool's first message, and then the pool waits for ever.
 */

const { ClusterWorker } = require('poolifier');

module.exports = new ClusterWorker({
  increment: (x) => x + 1,
  advance: ({ id, name }) => ({ id: id + 1, name }),
});
