/** A move that the transition table of a lifecycle does not have. Always a fault of ours: nobody outside can name states. */
export class IllegalMoveError extends Error {
  override readonly name = 'IllegalMoveError';

  constructor(
    readonly thing: string,
    readonly from: string,
    readonly to: string,
  ) {
    super(`A ${thing} cannot go from ${from} to ${to}`);
  }
}

/** A lifecycle: which states follow which. */
export interface StateMachine<State extends string> {
  /** What goes through these states, as error texts name it. */
  readonly thing: string;
  readonly states: readonly State[];
  /** Whether the table has the move. A state never follows itself. */
  canMove(from: State, to: State): boolean;
  /** Returns `to`. @throws IllegalMoveError when the table does not have the move. */
  move(from: State, to: State): State;
  /** Whether nothing follows. */
  isTerminal(state: State): boolean;
  /** The states from which `to` may be entered: what an UPDATE names in its `where`. */
  statesBefore(to: State): readonly State[];
}

/** Builds a lifecycle from its table `state → states that may follow`. The table decides; nothing else compares states. */
export function stateMachine<State extends string>(thing: string, table: Readonly<Record<State, readonly State[]>>): StateMachine<State> {
  const states = Object.keys(table) as State[];
  const canMove = (from: State, to: State): boolean => table[from].includes(to);
  return {
    thing,
    states,
    canMove,
    move(from, to) {
      if (!canMove(from, to)) throw new IllegalMoveError(thing, from, to);
      return to;
    },
    isTerminal: (state) => table[state].length === 0,
    statesBefore: (to) => states.filter((from) => canMove(from, to)),
  };
}
