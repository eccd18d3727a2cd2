/** What was done to the system, in order. */
export interface Deed {
  /** Milliseconds since the record was begun. */
  readonly at: number;
  readonly scenario: string;
  /** For example `SIGKILL worker lane3/1`. */
  readonly what: string;
  /** Whether a process was killed by it (or stopped past its lease), which is what the suite counts. */
  readonly isKill: boolean;
}

/** Keeps and prints what is done to the system, so that a failure tells its story. */
export class Record {
  readonly deeds: Deed[] = [];
  scenario = '';
  private readonly begin = Date.now();

  constructor(private readonly print: (line: string) => void) {}

  kill(what: string): void {
    this.note(what, true);
  }

  do(what: string): void {
    this.note(what, false);
  }

  /** Number of kills so far, of one scenario or of all. */
  kills(scenario?: string): number {
    return this.deeds.filter((deed) => deed.isKill && (scenario === undefined || deed.scenario === scenario)).length;
  }

  private note(what: string, isKill: boolean): void {
    const at = Date.now() - this.begin;
    this.deeds.push({ at, scenario: this.scenario, what, isKill });
    this.print(`${(at / 1000).toFixed(2).padStart(8)} s  ${isKill ? String(this.kills()).padStart(4) : '    '}  ${what}`);
  }
}
