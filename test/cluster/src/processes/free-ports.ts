import { isPortFree } from '@fractal-server/embedded';
import { randomInt } from 'node:crypto';

/** Below the range from which Linux takes ports for outgoing connections (32768 and up): nobody takes one by chance. */
const FIRST = 20_000;
const LAST = 32_000;

/** So many TCP ports of the loopback interface on which nobody listens now. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(FIRST, LAST);
    if (!ports.has(port) && (await isPortFree(port))) ports.add(port);
  }
  return [...ports];
}

/** One such port. */
export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port as number;
}
