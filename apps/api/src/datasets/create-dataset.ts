import { insertDataset, nextDatasetId, type Database, type Dataset, type Project, type User } from '@fractal-server/database';
import { DomainError, joinZarrDir, pythonRepr, sanitizeName } from '@fractal-server/domain';
import { projectNotFound } from '../projects/project-access.js';

/** A dataset to create. */
export interface WantedDataset {
  readonly name: string;
  /** One of the caller's project folders; null: the first of them. */
  readonly projectDir: string | null;
  /** Folder below it; null: one named after project and dataset. */
  readonly zarrSubfolder: string | null;
}

/**
 * Creates a dataset without images. Its folder is fixed now and never follows a change of names.
 *
 * @throws DomainError forbidden when the project folder is not one of the caller's; notFound
 */
export async function createDataset(
  database: Database,
  caller: Pick<User, 'projectDirs'>,
  project: Project,
  { name, projectDir, zarrSubfolder }: WantedDataset,
): Promise<Dataset> {
  if (projectDir !== null && !caller.projectDirs.includes(projectDir)) {
    const text = `You are not allowed to use dataset.project_dir=${pythonRepr(projectDir)}.`;
    throw new DomainError('forbidden', 'dataset.foreign_project_dir', text);
  }
  const base = projectDir ?? caller.projectDirs[0];
  if (base === undefined) throw new DomainError('refused', 'user.no_project_dir', 'You have no project folder.');
  const id = await nextDatasetId(database);
  const zarrDir = joinZarrDir(base, zarrSubfolder ?? defaultSubfolder(project, { id, name }));
  const stored = await insertDataset(database, { id, name, projectId: project.id, zarrDir });
  if (stored === null) throw projectNotFound();
  return stored;
}

function defaultSubfolder(project: Project, dataset: Pick<Dataset, 'id' | 'name'>): string {
  return `fractal/${project.id}_${sanitizeName(project.name)}/${dataset.id}_${sanitizeName(dataset.name)}`;
}
