/** Every entity of the schema, named one by one: a glob would not survive the build. */
export const entities: readonly (new () => object)[] = [];
