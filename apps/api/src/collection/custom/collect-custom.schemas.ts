import { absolutePath, command, manifest, name, nullable, optional, required, strictModel, type Infer } from '@fractal-server/domain';

const ONE_OF_BOTH = "One and only one must be set between 'package_root' and 'package_name'";

/** Tasks that are installed already (contract: api-execution 8.3). Of root and name exactly one is there. */
export const collectCustom = strictModel(
  'TaskCollectCustom',
  {
    manifest: required(manifest()),
    python_interpreter: required(absolutePath()),
    label: required(name()),
    version: required(name()),
    package_root: optional(nullable(absolutePath()), null),
    package_name: optional(nullable(command()), null),
  },
  {
    before: [
      (body) => {
        const given = [body.get('package_root'), body.get('package_name')].filter((value) => value !== undefined && value !== null);
        return given.length === 1 ? body : ONE_OF_BOTH;
      },
    ],
  },
);
export type CollectCustom = Infer<typeof collectCustom>;
