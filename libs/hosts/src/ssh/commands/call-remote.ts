import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { ClientChannel } from 'ssh2';
import { CallLimits } from '../../call-limits.js';
import { HostConnectionLost, HostRefused } from '../../errors.js';
import type { CallOptions } from '../../host.js';
import { withinMs } from '../../within-ms.js';
import { BoundedOutput } from '../../local/bounded-output.js';
import type { LaneKind } from '../connection/lanes.js';
import type { OpenChannel, RemoteExit } from '../connection/open-channel.js';
import type { SshConnection } from '../connection/ssh-connection.js';
import { AfterMarker } from './after-marker.js';

/** How long nothing has to arrive after a command's end before the server is asked whether that was all. */
const QUIET_MS = 500;
/** Between TERM and KILL of a command that is given up, and then until it is left alone. */
const KILL_AFTER_MS = 1_000;

/** A command for the login shell of a host, with its streams. */
export interface RemoteCall {
  /** For messages. */
  readonly call: string;
  /** Text for the login shell; it prints the marker first. */
  readonly command: string;
  readonly marker: string;
  readonly lane: LaneKind;
  /** Standard input. Where absent, the command has to close its own: the channel's stays open so that signals can be sent. */
  readonly source?: Readable | undefined;
  /** Takes the command's output. When it fails, the command is given up with its error. */
  readonly sink: Writable;
  /** Bytes kept of the end of stderr. */
  readonly maxStderrBytes: number;
}

/** How a remote command ended, and what it complained about. */
export interface RemoteEnd extends RemoteExit {
  readonly stderr: Buffer;
  readonly stderrTruncated: boolean;
}

/** Run a command on the host until all of its output has gone into the sink. @throws HostUnavailable, HostCallTimedOut, HostCallAborted */
export async function callRemote(connection: SshConnection, remote: RemoteCall, options: CallOptions): Promise<RemoteEnd> {
  const limits = new CallLimits(remote.call, options);
  try {
    return await connection.onChannel(
      remote.call,
      remote.command,
      remote.lane,
      limits,
      async (open) => await converse(connection, open, remote, limits),
    );
  } finally {
    limits.end();
    remote.source?.destroy();
    remote.sink.destroy();
  }
}

async function converse(connection: SshConnection, open: OpenChannel, remote: RemoteCall, limits: CallLimits): Promise<RemoteEnd> {
  const { channel, exit, closed } = open;
  const output = new AfterMarker(remote.marker);
  const stderr = new BoundedOutput(remote.maxStderrBytes, 'end');
  channel.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
  const stored = finished(remote.sink);
  stored.catch(() => undefined);
  channel.pipe(output).pipe(remote.sink);
  try {
    const arrived = untilAllArrived(connection, remote.sink, output, open, Promise.all([stored, closed]));
    await limits.race(Promise.race([arrived, failureOf(stored), feed(remote.source, channel)]));
  } catch (error) {
    if (limits.over !== null) {
      throw limits.error(!(await endCommand(open)));
    }
    throw open.lost ? cut(connection, remote) : error;
  }
  const ended = await exit;
  if (ended === null || open.lost) {
    throw cut(connection, remote);
  }
  if (!output.seen) {
    throw notRun(connection.name, output.noise, stderr.bytes());
  }
  return { ...ended, stderr: stderr.bytes(), stderrTruncated: stderr.truncated };
}

async function failureOf(stored: Promise<unknown>): Promise<never> {
  return await new Promise((_, reject) => {
    stored.catch(reject);
  });
}

/** Send standard input and close it; settles only when the source fails. */
async function feed(source: Readable | undefined, channel: ClientChannel): Promise<never> {
  return await new Promise((_, reject) => {
    source?.once('error', reject).pipe(channel);
  });
}

/**
 * The end of a command is told before the rest of its output arrives, and the end of the output never where a process that was left behind
 * holds it open. So: where nothing more comes, the server is asked something; what it had to send has arrived before its answer.
 */
async function untilAllArrived(
  connection: SshConnection,
  sink: Writable,
  output: AfterMarker,
  { channel, exit }: OpenChannel,
  all: Promise<unknown>,
): Promise<void> {
  await exit;
  for (;;) {
    const before = output.passed;
    if (await withinMs(all, QUIET_MS)) {
      return;
    }
    await connection.roundTrip();
    if (output.passed === before && channel.readableLength + output.writableLength + output.readableLength + sink.writableLength === 0) {
      channel.unpipe(output);
      output.end();
      await finished(sink);
      return;
    }
  }
}

/** True when the command is known to have ended. Signals reach it only while its standard input is open. */
async function endCommand({ channel, exit }: OpenChannel): Promise<boolean> {
  if (!channel.writable) {
    return false;
  }
  channel.signal('TERM');
  if (!(await withinMs(exit, KILL_AFTER_MS))) {
    channel.signal('KILL');
    if (!(await withinMs(exit, KILL_AFTER_MS))) {
      return false;
    }
  }
  return (await exit) !== null;
}

function cut({ name }: SshConnection, { call }: RemoteCall): HostConnectionLost {
  return new HostConnectionLost(name, call, 'before all of its output arrived');
}

function notRun(host: string, noise: string, stderr: Buffer): HostRefused {
  const said = `${noise}\n${stderr.toString('utf8')}`.trim().slice(0, 500);
  return new HostRefused(`The login shell of ${host} runs no commands${said === '' ? '' : `; it said: ${said}`}`);
}
