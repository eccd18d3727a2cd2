/** Whether an update has anything to write: TypeORM leaves fields alone that are undefined, and refuses to update none. */
export function hasChanges(changes: object): boolean {
  return Object.values(changes).some((value) => value !== undefined);
}
