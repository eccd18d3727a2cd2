/** What is needed of an output stream. */
export interface Output {
  readonly isTTY?: boolean;
  /** Width of a terminal. */
  readonly columns?: number;
  write(text: string): unknown;
}

/** One line of a table that changes while people look at it. */
export interface LiveLine {
  /** Changes only when something has happened: decides whether a log gets the line again. */
  readonly state: string;
  /** What is shown, with everything that runs along (a clock, say). */
  readonly text: string;
}

/** Lines that are redrawn in place on a terminal; elsewhere (a file, CI) each is written again when its state changes. */
export class LiveLines {
  private shown: readonly LiveLine[] = [];

  constructor(private readonly output: Output) {}

  show(lines: readonly LiveLine[]): void {
    if (this.output.isTTY === true) this.redraw(lines);
    else this.append(lines);
    this.shown = lines;
  }

  private redraw(lines: readonly LiveLine[]): void {
    const up = this.shown.length === 0 ? '' : `\u001b[${this.shown.length}A`;
    this.output.write(up + lines.map(({ text }) => `\u001b[2K${this.fit(text)}\n`).join(''));
  }

  /** A line that the terminal broke in two would be one too many when the cursor goes up again. */
  private fit(text: string): string {
    const { columns } = this.output;
    return columns === undefined || columns < 1 || text.length < columns ? text : `${text.slice(0, columns - 2)}…`;
  }

  private append(lines: readonly LiveLine[]): void {
    lines.forEach((line, index) => {
      if (line.state !== '' && line.state !== this.shown[index]?.state) this.output.write(`${line.text}\n`);
    });
  }
}
