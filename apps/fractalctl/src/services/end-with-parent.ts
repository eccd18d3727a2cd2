/**
 * Loaded into a child process before its own code: when the parent dies without stopping it, the channel to it closes, and the child ends
 * as if it had been asked to.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
