/** The fields of the API's answers that the demo reads. */

export interface ResourceRead {
  readonly name: string;
  readonly tasks_python_config: { readonly versions: Readonly<Record<string, string>> };
}

export interface TaskGroupRead {
  readonly pkg_name: string;
  readonly version: string;
  readonly active: boolean;
  readonly venv_path: string | null;
}

export interface ActivityRead {
  readonly id: number;
  readonly pkg_name: string;
  readonly version: string;
  readonly status: 'pending' | 'ongoing' | 'OK' | 'failed';
  readonly timestamp_started: string;
  readonly log: string | null;
}

export interface DatasetRead {
  readonly id: number;
  readonly zarr_dir: string;
}

export interface WorkflowRead {
  readonly id: number;
  readonly task_list: readonly { readonly id: number; readonly task: { readonly name: string } }[];
}

export interface JobRead {
  readonly id: number;
  readonly status: 'submitted' | 'done' | 'failed';
  readonly log: string | null;
  readonly working_dir: string | null;
  readonly working_dir_user: string | null;
}

export interface ExplanationRead {
  readonly text: string;
  readonly waits: readonly { readonly text: string }[];
}

export interface RunRead {
  readonly num_submitted_units: number;
  readonly num_done_units: number;
  readonly num_failed_units: number;
}

export interface ImageRead {
  readonly zarr_url: string;
  readonly origin: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly types: Readonly<Record<string, boolean>>;
}
