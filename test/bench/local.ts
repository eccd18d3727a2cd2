import { run as runImages } from './images.js';
import { run as runJobs } from './jobs.js';

/** Everything that is measured on the local backend: jobs against `xargs`, then a dataset of 100,000 images over HTTP. */
export async function run(): Promise<void> {
  await runJobs([]);
  await runImages([]);
}
