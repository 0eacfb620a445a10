type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The fields that are defined. */
export const defined = <T extends object>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
