import { boolean, integer, lenientModel, list, nullable, required, string, type Infer } from '@fractal-server/domain';

const placeHealthRead = lenientModel('PlaceHealth', {
  /** Name of the place whose workers have left a file. */
  place: required(string()),
  /** When they did so last. */
  probed_at: required(string()),
  /** Whether the API sees the file. */
  is_shared: required(boolean()),
  /** Why it does not. */
  reason: required(nullable(string())),
});

/** Whether the API and the workers of a resource see the same folder of jobs. */
export const siteHealthRead = lenientModel('ResourceHealth', {
  resource_id: required(integer()),
  jobs_local_dir: required(string()),
  /** `shared`, `not shared`, or `unknown`: no worker has left anything within the last hour. */
  status: required(string()),
  places: required(list(placeHealthRead)),
});
export type SiteHealthRead = Infer<typeof siteHealthRead>;
