import type { Json, JsonInput } from '../json/json.js';

/** One thing that is wrong with an input, as clients see it (contract: auth-admin 1.6). The order of the keys is that of the wire. */
export interface ValidationIssue {
  /** Stable kind, such as `missing` or `string_too_short`. */
  readonly type: string;
  /** Where: `path`, `query` or `body`, then field names, list indexes and labels of union branches. */
  readonly loc: Location;
  readonly msg: string;
  /** The offending value; for `missing` what encloses it. */
  readonly input: JsonInput;
  readonly ctx?: { readonly [name: string]: JsonInput };
}

/** A path into the request. */
export type Location = readonly (string | number)[];

/** What `Schema.check` returns when it has added an issue. */
export const INVALID: unique symbol = Symbol('invalid');
export type Invalid = typeof INVALID;

/** A location while values are being checked: a linked list, because most places are never printed. */
export interface Place {
  readonly parent: Place | undefined;
  readonly step: string | number;
}

/** The place below another. */
export function below(parent: Place | undefined, step: string | number): Place {
  return { parent, step };
}

/** The place of a location. */
export function placeOf(location: Location): Place | undefined {
  return location.reduce<Place | undefined>(below, undefined);
}

/** The location of a place. */
export function locationOf(place: Place | undefined): Location {
  const steps: (string | number)[] = [];
  for (let at = place; at !== undefined; at = at.parent) steps.push(at.step);
  return steps.reverse();
}

/** So many issues of one input are told. A list of a million bad items needs no answer with a million entries, each naming its item. */
export const MAX_ISSUES = 1000;

/** What a check writes its findings to. */
export class IssueList {
  readonly issues: ValidationIssue[] = [];

  /** Notes an issue, unless there are enough. Returns `INVALID`, so that a check can end with it. */
  add(type: string, place: Place | undefined, msg: string, input: JsonInput, ctx?: ValidationIssue['ctx']): Invalid {
    if (this.issues.length >= MAX_ISSUES) return INVALID;
    const loc = locationOf(place);
    this.issues.push(ctx === undefined ? { type, loc, msg, input } : { type, loc, msg, input, ctx });
    return INVALID;
  }

  /** Takes over what another list holds, as far as there is room. */
  addAll(found: IssueList): Invalid {
    this.issues.push(...found.issues.slice(0, MAX_ISSUES - this.issues.length));
    return INVALID;
  }

  /** Notes that a rule of our own, told by its text, is broken. */
  addRule(text: string, place: Place | undefined, input: Json): Invalid {
    return this.add('value_error', place, `Value error, ${text}`, input, { error: {} });
  }
}
