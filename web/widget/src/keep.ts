// The browser's memory of one entry: localStorage (or a tab's sessionStorage),
// or plain memory where the browser forbids it or it is full. Nothing here may
// ever throw.

export class Keep {
  readonly #memory = new Map<string, string>();
  readonly #prefix: string;

  readonly #storage: Storage | null;

  constructor(key: string, storage: Storage | null) {
    this.#storage = storage;

    this.#prefix = `parley:${key}:`;
  }

  get(name: string): string | null {
    const held = this.#memory.get(name);
    if (held !== undefined) return held;
    try {
      return this.#storage?.getItem(this.#prefix + name) ?? null;
    } catch {
      return null;
    }
  }

  set(name: string, value: string): void {
    try {
      if (!this.#storage) throw new Error('no storage');
      this.#storage.setItem(this.#prefix + name, value);
      this.#memory.delete(name);
    } catch {
      this.#memory.set(name, value);
    }
  }

  drop(name: string): void {
    this.#memory.delete(name);
    try {
      this.#storage?.removeItem(this.#prefix + name);
    } catch {
      // nothing was kept, so nothing is left
    }
  }

  /** Names that begin with start, sorted. */
  names(start: string): string[] {
    const found = new Set<string>();
    for (const name of this.#memory.keys()) if (name.startsWith(start)) found.add(name);
    try {
      const s = this.#storage;
      for (let i = 0; s && i < s.length; i++) {
        const full = s.key(i) ?? '';
        if (full.startsWith(this.#prefix + start)) found.add(full.slice(this.#prefix.length));
      }
    } catch {
      // only what memory holds
    }
    return [...found].sort();
  }

  read<T>(name: string): T | null {
    try {
      return JSON.parse(this.get(name) ?? 'null') as T | null;
    } catch {
      return null;
    }
  }

  write(name: string, value: unknown): void {
    this.set(name, JSON.stringify(value));
  }
}

/** What the browser lets this page have. */
export function storage(kind: 'localStorage' | 'sessionStorage'): Storage | null {
  try {
    return window[kind];
  } catch {
    return null;
  }
}
