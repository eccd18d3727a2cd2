/** Which accounting records are meant: those that pass every condition given. Bounds are inclusive. */
export interface AccountingFilter {
  readonly userId: number | null;
  readonly timestampMin: string | null;
  readonly timestampMax: string | null;
}

/** The conditions on user and time, as parameters `$1`, `$2`, `$3` of a statement. */
export const ACCOUNTING_CONDITIONS = /* sql */ `
  ($1::integer is null or user_id = $1)
  and ($2::timestamptz is null or "timestamp" >= $2)
  and ($3::timestamptz is null or "timestamp" <= $3)`;

/** The values of `ACCOUNTING_CONDITIONS`. */
export function accountingParameters({ userId, timestampMin, timestampMax }: AccountingFilter): readonly unknown[] {
  return [userId, timestampMin, timestampMax];
}
