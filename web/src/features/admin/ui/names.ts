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

/** Puts a value at a path of a plain object, making what stands between. */
export function putAt(into: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop();
  let at = into;
  for (const key of keys) {
    const next = at[key];
    if (!next || typeof next !== 'object') at[key] = {};
    at = at[key] as Record<string, unknown>;
  }
  if (last) at[last] = value;
}
