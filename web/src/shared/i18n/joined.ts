type Both<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer I) => void ? I : never;

/** Words kept in several files as one: groups of the same name hold the words of all files. */
export function joined<Parts extends readonly object[]>(...parts: Parts): Both<Parts[number]> {
  const all: Record<string, unknown> = {};
  for (const part of parts)
    for (const [key, words] of Object.entries(part)) {
      const known = all[key];
      all[key] = known && typeof known === 'object' ? joined(known, words) : words;
    }
  return all as Both<Parts[number]>;
}
