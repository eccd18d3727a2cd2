import { isAlive, relatePlace, type CallOptions, type Commands, type Place } from '@fractal-server/hosts';
import { readClaim, type Claim } from '../claim/claim.js';
import type { Owner } from '../claim/owner.js';
import { readEndMarker, type EndMarker } from '../results/end-marker.js';

/** What one look at a local attempt showed. It says nothing about units; see `readProgress`. */
export type AttemptSight =
  /** nobody has the claim: a runner may still come */
  | { readonly state: 'unclaimed' }
  /** a worker has the claim: it never runs */
  | { readonly state: 'revoked' }
  /** its runner lives */
  | { readonly state: 'running'; readonly owner: Owner }
  /** the end marker is there: every process of it has ended */
  | { readonly state: 'ended'; readonly owner: Owner; readonly marker: EndMarker }
  /**
   * The runner died without an end marker. `runner died`: units may still run, `endAttempt` ends them. `place restarted`: the machine was booted
   * or the container made anew, nothing runs; every unit without a result counts as started, since the last lines may not have reached the disk.
   */
  | { readonly state: 'lost'; readonly owner: Owner; readonly reason: 'runner died' | 'place restarted' }
  /** it belongs to another place: nothing is known, and nothing may be concluded */
  | { readonly state: 'unknown'; readonly owner: Owner };

/**
 * Look at an attempt of this place.
 *
 * @param knownOwner the owner stored when the attempt was seen claimed: it counts when a task has removed the attempt's folder
 * @throws HostFileError, ClaimUnreadable, EndMarkerUnreadable
 */
export async function observeAttempt(
  host: Commands,
  folder: string,
  here: Place,
  options: CallOptions,
  knownOwner: Owner | null = null,
): Promise<AttemptSight> {
  const owner = ownerOf(await readClaim(host, folder, options), knownOwner);
  if (owner === 'open') {
    return { state: 'unclaimed' };
  }
  if (owner === 'revoked') {
    return { state: 'revoked' };
  }
  // First the process, then the marker: the other way round, a runner that ends in between would look lost.
  const relation = relatePlace(owner.place, here);
  const alive = relation === 'same' && isAlive(owner);
  const marker = await readEndMarker(folder);
  if (marker !== null) {
    return { state: 'ended', owner, marker };
  }
  if (relation === 'elsewhere') {
    return { state: 'unknown', owner };
  }
  if (relation === 'earlier') {
    return { state: 'lost', owner, reason: 'place restarted' };
  }
  return alive ? { state: 'running', owner } : { state: 'lost', owner, reason: 'runner died' };
}

function ownerOf(claim: Claim, knownOwner: Owner | null): Owner | 'open' | 'revoked' {
  if (claim.kind === 'owned') {
    return claim.owner;
  }
  return knownOwner ?? claim.kind;
}
