/** The kinds of computational resources. */
export const RESOURCE_TYPES = ['local', 'slurm_sudo', 'slurm_ssh'] as const;
export type ResourceType = (typeof RESOURCE_TYPES)[number];

/** A resource type as the texts of the contract write it. */
export function resourceTypeInTexts(type: string): string {
  return `<ResourceType.${type.toUpperCase()}: '${type}'>`;
}
