/** Where a text stands: on the server, not yet, not for a reason, or changed in two places. */
export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed' | 'conflict';

/** A version of the text, as somebody else left it on the server. */
export interface Versioned<T> {
  value: T;
  version: number;
}

export interface Store<T> {
  /** Saves over `version`; answers with the new one. */
  save: (value: T, version: number) => Promise<number>;
  /** What is on the server now, after a refusal because it changed. */
  theirs: () => Promise<Versioned<T>>;
  isConflict: (error: unknown) => boolean;
  /** Whether the same text may pass at the next attempt. */
  mayPass: (error: unknown) => boolean;
  /** Keeps in the browser what is not on the server yet; null: nothing is left to keep. */
  keep: (unsaved: Versioned<T> | null) => void;
}

export interface Status<T> {
  value: T;
  version: number;
  state: SaveState;
  error?: unknown;
  theirs?: Versioned<T>;
}

const SAVE_AFTER = 1_000;
const RETRY_AFTER = 5_000;

/**
 * Saves a text a moment after the last key, one save at a time. Every key is
 * kept in the browser first, so that a crash loses nothing; a text that changed
 * elsewhere is never written over without asking.
 */
export class Autosave<T> {
  private status: Status<T>;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | undefined;
  private dirty = false;
  private stopped = false;
  private readonly listeners = new Set<() => void>();

  constructor(
    start: Versioned<T>,
    private readonly store: Store<T>,
  ) {
    this.status = { ...start, state: 'saved' };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly get = (): Status<T> => this.status;

  change(value: T): void {
    if (this.stopped) return;
    this.dirty = true;
    this.store.keep({ value, version: this.status.version });
    if (this.status.state === 'conflict') {
      this.set({ value });
      return;
    }
    this.set({ value, state: this.running ? 'saving' : 'waiting', error: undefined });
    this.saveIn(SAVE_AFTER);
  }

  /** What the browser kept of before a crash. Written over an older version it becomes a question. */
  restore(kept: Versioned<T>): void {
    const { value, version } = this.status;
    if (kept.version === version) {
      this.change(kept.value);
      return;
    }
    this.dirty = true;
    this.set({ value: kept.value, state: 'conflict', theirs: { value, version } });
  }

  /** Saves what is not saved, and waits for what is being saved. Fails when it is not on the server afterwards. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    while ((this.dirty || this.running) && !this.stopped) {
      if (this.status.state === 'conflict') throw this.status.error ?? new Error('changed elsewhere');
      this.running ??= this.run().finally(() => {
        this.running = undefined;
      });
      await this.running;
      if (this.status.state === 'failed') throw this.status.error;
    }
  }

  /** Whether something failed because the text changed elsewhere: that is asked here then. */
  async asks(error: unknown): Promise<boolean> {
    if (this.status.state !== 'conflict' && this.store.isConflict(error)) {
      this.dirty = true;
      await this.refused(error);
    }
    return this.status.state === 'conflict';
  }

  /** The answer to a conflict: what is written here stays. */
  keepMine(): void {
    const { theirs, value } = this.status;
    if (!theirs) return;
    this.set({ version: theirs.version, state: 'waiting', theirs: undefined, error: undefined });
    this.change(value);
  }

  /** The other answer: what is written here goes. */
  takeTheirs(): void {
    const { theirs } = this.status;
    if (!theirs) return;
    this.dirty = false;
    this.store.keep(null);
    this.set({ ...theirs, state: 'saved', theirs: undefined, error: undefined });
  }

  /** The text is gone: sent, or deleted. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.store.keep(null);
  }

  private saveIn(delay: number): void {
    clearTimeout(this.timer);
    // Why it failed stands in the status.
    this.timer = setTimeout(() => void this.flush().catch(() => {}), delay);
  }

  private async run(): Promise<void> {
    const { value, version } = this.status;
    this.dirty = false;
    this.set({ state: 'saving' });
    try {
      const next = await this.store.save(value, version);
      if (this.stopped) return;
      this.store.keep(this.dirty ? { value: this.status.value, version: next } : null);
      this.set({ version: next, state: this.dirty ? 'waiting' : 'saved', error: undefined });
    } catch (error) {
      if (this.stopped) return;
      this.dirty = true;
      await this.refused(error);
    }
  }

  private async refused(error: unknown): Promise<void> {
    let reason = error;
    if (this.store.isConflict(error)) {
      try {
        const theirs = await this.store.theirs();
        if (!this.stopped) this.set({ state: 'conflict', theirs, error });
        return;
      } catch (other) {
        reason = other;
      }
    }
    if (this.stopped) return;
    this.set({ state: 'failed', error: reason });
    if (this.store.mayPass(reason)) this.saveIn(RETRY_AFTER);
  }

  private set(change: Partial<Status<T>>): void {
    this.status = { ...this.status, ...change };
    for (const listener of this.listeners) listener();
  }
}
