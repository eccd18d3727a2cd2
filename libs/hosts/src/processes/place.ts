import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Where a local attempt runs: the machine, its boot, its process namespace, under the name that the administrator gave to it
 * (`--place`, by default the host name). Only a worker of the same place can see the attempt's processes.
 */
export interface Place {
  readonly name: string;
  /** `/etc/machine-id`, or `host-<host name>` where there is none (containers). */
  readonly machineId: string;
  /** Changes with every boot of the machine. */
  readonly bootId: string;
  /** Such as `pid:[4026531836]`; another container has another one. */
  readonly pidNamespace: string;
}

/** How another place relates to ours. */
export type PlaceRelation =
  /** the same machine, boot and process namespace: its processes can be seen from here */
  | 'same'
  /** our own place before a reboot, or before our container was made anew: none of its processes is left */
  | 'earlier'
  /** somewhere else: nothing can be said */
  | 'elsewhere';

/** The place of this process. @param name what the administrator calls it; the host name by default */
export function readPlace(name: string = hostname()): Place {
  return {
    name,
    machineId: readMachineId(),
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    pidNamespace: readlinkSync('/proc/self/ns/pid'),
  };
}

/**
 * Compare a place seen earlier with ours. "Earlier" needs the same name as well: images of containers may share a machine id, and only
 * the administrator's word says that the worker which looks now has taken the place of the one that started the attempt.
 */
export function relatePlace(other: Place, ours: Place): PlaceRelation {
  if (other.machineId !== ours.machineId) {
    return 'elsewhere';
  }
  if (other.bootId === ours.bootId && other.pidNamespace === ours.pidNamespace) {
    return 'same';
  }
  return other.name === ours.name ? 'earlier' : 'elsewhere';
}

function readMachineId(): string {
  for (const path of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    try {
      const id = readFileSync(path, 'utf8').trim();
      if (id !== '') {
        return id;
      }
    } catch {
      // not on this machine: the next source
    }
  }
  return `host-${hostname()}`;
}
