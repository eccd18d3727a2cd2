import { integer, optionalText } from '../variable-kinds.js';

/** Where a worker runs local attempts. */
export const placeVariables = {
  place: optionalText({
    name: 'FRACTAL_PLACE',
    description: 'Name of the place (machine, boot, process namespace) where this worker runs local attempts. Unset: the host name.',
  }),
  placeSilentSeconds: integer({
    name: 'FRACTAL_PLACE_SILENT_SECONDS',
    byDefault: 600,
    min: 1,
    description: 'A job says so when no worker served its place for this many seconds.',
  }),
  placeLostSeconds: integer({
    name: 'FRACTAL_PLACE_LOST_SECONDS',
    byDefault: 86_400,
    min: 1,
    description: 'Attempts on a place that no worker served for this many seconds are lost.',
  }),
} as const;
