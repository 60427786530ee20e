/** A child process that says one thing. With nothing left to do, it ends. */

process.send(process.pid);
