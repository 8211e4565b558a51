import type { Field } from '../api/entities';
import type { Thing } from '../api/store';

/** What a thing is called in lists: a name, a name by language, or a person's name. */
export function nameOf(thing: Thing, language: string): string {
  const name = thing.name;
  if (typeof name === 'string' && name) return name;
  if (name && typeof name === 'object') {
    const words = name as Record<string, string>;
    return words[language] ?? words.en ?? words.ru ?? thing.id;
  }
  const person = [thing.firstName, thing.lastName].filter(Boolean).join(' ');
  return person || String(thing.login ?? thing.id);
}

/** The value at `wrapup.seconds`. */
export function valueAt(thing: Record<string, unknown>, path: string): unknown {
  let at: unknown = thing;
  for (const key of path.split('.'))
    at = at && typeof at === 'object' ? (at as Record<string, unknown>)[key] : undefined;
  return at;
}

/** `wrapup` of `wrapup.seconds`. */
export function rootOf(path: string): string {
  return path.split('.')[0] ?? path;
}

/** Makes the places between that nested fields are typed into: `texts.ru` of `texts.ru.title`. */
export function withPlaces(values: Record<string, unknown>, fields: readonly Field[]): typeof values {
  for (const field of fields) {
    let at = values;
    for (const key of field.name.split('.').slice(0, -1)) {
      at[key] ??= {};
      at = at[key] as Record<string, unknown>;
    }
    if (field.kind === 'languages') at[field.name.split('.').at(-1) ?? ''] ??= {};
    if (field.kind !== 'rows') continue;
    for (const row of (valueAt(values, field.name) as Record<string, unknown>[] | undefined) ?? [])
      withPlaces(row, field.fields ?? []);
  }
  return values;
}

/** What the abilities of a thing allow. */
export function may(thing: Thing, ability: string): boolean {
  return Array.isArray(thing.abilities) && thing.abilities.includes(ability);
}
