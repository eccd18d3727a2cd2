/**
 * A finite float as Python's `repr` and `json` print it: always with a point or an exponent, the exponent from 1e16 up and below 1e-4,
 * signed and of at least two digits (`1.0`, `1e+16`, `1.5e-07`). The digits are the shortest that read back as the same number, in both
 * languages.
 */
export function formatPythonFloat(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude >= 1e16 || magnitude < 1e-4)) {
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  const text = String(value);
  return Number.isInteger(value) ? `${text}.0` : text;
}
