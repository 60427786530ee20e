/** The first module of a worker that is a child process. */

import { type Identity, takeWorkerRole } from '../internal/identity.ts';
import { WorkerCell } from '../internal/protocol.ts';
import { attachSegment } from '../internal/segment.ts';
import { leaveLastWords } from './last-words.ts';
import { startLoop } from './loop.ts';
import { watchParent } from './parent-watch.ts';
import { PipeChannel } from './pipe-channel.ts';

// The terminal's Ctrl-C reaches every process of the group: what becomes of a worker is its pool's affair.
process.on('SIGINT', () => {});
watchParent();

// See `ProcessBackend.start`. They are no arguments of the user's.
const [id, name, parent, shares] = process.argv.splice(2);
takeWorkerRole(Number(id), String(name), JSON.parse(String(parent)) as Identity);
const channel = new PipeChannel();
leaveLastWords((note) => channel.note(note));
// Without a segment the cells are this process's own: the pool neither sees nor changes them.
const memory = shares === 'shared' ? attachSegment() : undefined;
const cells = memory?.cells ?? new Int32Array(WorkerCell.length);
startLoop(channel, cells, Number(id), String(name), memory?.ring);
