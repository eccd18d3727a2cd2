import { connect } from 'node:net';

const HOST = '127.0.0.1';
const DEADLINE_MS = 2_000;

/** Whether somebody takes connections on this port of the loopback interface. */
export async function listens(port: number): Promise<boolean> {
  return probe(port, 'connect', () => true);
}

/** Whether somebody there speaks first (as SSH and MySQL do), in words that begin so. */
export async function speaksFirst(port: number, beginning = ''): Promise<boolean> {
  return probe(port, 'data', (data) => String(data).startsWith(beginning));
}

async function probe(port: number, event: 'connect' | 'data', judge: (data: unknown) => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port, timeout: DEADLINE_MS });
    const end = (seen: boolean): void => {
      socket.destroy();
      resolve(seen);
    };
    socket.once(event, (data: unknown) => end(judge(data)));
    for (const failure of ['timeout', 'error', 'close']) socket.once(failure, () => end(false));
  });
}
