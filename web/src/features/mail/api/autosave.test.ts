import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Autosave, type Versioned } from './autosave';

const CHANGED = new Error('changed');
const OFFLINE = new Error('offline');
const REFUSED = new Error('refused');

/** A server with one text, and a browser that keeps one. */
function world(text = 'a', version = 1) {
  const server = { value: text, version };
  const kept: { now: Versioned<string> | null } = { now: null };
  let fails: Error | undefined;
  let gate: Promise<void> | undefined;
  const saves: string[] = [];
  const autosave = new Autosave<string>(
    { value: text, version },
    {
      save: async (value, seen) => {
        saves.push(value);
        await gate;
        if (fails) throw fails;
        if (seen !== server.version) throw CHANGED;
        Object.assign(server, { value, version: seen + 1 });
        return server.version;
      },
      theirs: async () => ({ ...server }),
      isConflict: (error) => error === CHANGED,
      mayPass: (error) => error === OFFLINE,
      keep: (unsaved) => {
        kept.now = unsaved;
      },
    },
  );
  return {
    autosave,
    server,
    kept,
    saves,
    fail: (error?: Error) => {
      fails = error;
    },
    /** Saves wait until the returned function is called. */
    hold: () => {
      let open = () => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return () => {
        gate = undefined;
        open();
      };
    },
  };
}

describe('autosave', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('[E-27/desk] a text is saved one second after the last key, and kept in the browser until then', async () => {
    const { autosave, server, kept, saves } = world();
    autosave.change('ab');
    await vi.advanceTimersByTimeAsync(900);
    autosave.change('abc');
    expect(kept.now).toEqual({ value: 'abc', version: 1 });
    await vi.advanceTimersByTimeAsync(999);
    expect(saves).toEqual([]);
    expect(autosave.get().state).toBe('waiting');
    await vi.advanceTimersByTimeAsync(1);
    expect(server).toEqual({ value: 'abc', version: 2 });
    expect(autosave.get()).toMatchObject({ state: 'saved', version: 2 });
    expect(kept.now).toBeNull();
  });

  test('[E-27/desk] what is typed during a save is saved after it, over the new version', async () => {
    const { autosave, server, saves, hold, kept } = world();
    const release = hold();
    autosave.change('ab');
    await vi.advanceTimersByTimeAsync(1_000);
    autosave.change('abc');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(saves).toEqual(['ab']);
    release();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(saves).toEqual(['ab', 'abc']);
    expect(server).toEqual({ value: 'abc', version: 3 });
    expect(kept.now).toBeNull();
  });

  test('[E-27/desk] without a connection it is tried again by itself', async () => {
    const { autosave, server, fail, kept } = world();
    fail(OFFLINE);
    autosave.change('ab');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(autosave.get()).toMatchObject({ state: 'failed', error: OFFLINE });
    expect(kept.now).toEqual({ value: 'ab', version: 1 });
    fail();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(server.value).toBe('ab');
    expect(autosave.get().state).toBe('saved');
  });

  test('[E-27/desk] what the server refuses is not sent again until it is changed', async () => {
    const { autosave, saves, fail } = world();
    fail(REFUSED);
    autosave.change('ab');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(saves).toEqual(['ab']);
    fail();
    autosave.change('abc');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(autosave.get().state).toBe('saved');
  });

  test('[E-27/desk] a text that changed elsewhere is not written over without asking', async () => {
    const { autosave, server, saves } = world();
    Object.assign(server, { value: 'theirs', version: 2 });
    autosave.change('mine');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(autosave.get()).toMatchObject({ state: 'conflict', theirs: { value: 'theirs', version: 2 } });
    autosave.change('mine, more');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(saves).toEqual(['mine']);
    await expect(autosave.flush()).rejects.toBe(CHANGED);
    autosave.keepMine();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(server).toEqual({ value: 'mine, more', version: 3 });
  });

  test('[E-27/desk] or it is taken as it is there', async () => {
    const { autosave, server, kept, saves } = world();
    Object.assign(server, { value: 'theirs', version: 2 });
    autosave.change('mine');
    await vi.advanceTimersByTimeAsync(1_000);
    autosave.takeTheirs();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(autosave.get()).toMatchObject({ state: 'saved', value: 'theirs', version: 2 });
    expect(kept.now).toBeNull();
    expect(saves).toEqual(['mine']);
  });

  test('[E-27/desk] after a crash the browser’s text is saved; over a newer one it becomes a question', async () => {
    const same = world();
    same.autosave.restore({ value: 'kept', version: 1 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(same.server.value).toBe('kept');
    const newer = world('newer', 3);
    newer.autosave.restore({ value: 'kept', version: 1 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(newer.autosave.get()).toMatchObject({
      state: 'conflict',
      value: 'kept',
      theirs: { value: 'newer', version: 3 },
    });
    expect(newer.saves).toEqual([]);
  });

  test('[E-30/desk] sending waits until everything is saved', async () => {
    const { autosave, server, hold } = world();
    const release = hold();
    autosave.change('ab');
    await vi.advanceTimersByTimeAsync(1_000);
    autosave.change('abc');
    const flushed = autosave.flush();
    release();
    await flushed;
    expect(server.value).toBe('abc');
  });

  test('[E-30/desk] sending waits for what is being saved already', async () => {
    const { autosave, server, hold } = world();
    const release = hold();
    autosave.change('ab');
    await vi.advanceTimersByTimeAsync(1_000); // the save is on its way
    let sent = false;
    const flushed = autosave.flush().then(() => {
      sent = true;
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toBe(false);
    release();
    await flushed;
    expect(server.value).toBe('ab');
  });

  test('[E-27/conflict] what cannot be sent because it changed elsewhere becomes a question', async () => {
    const { autosave, server } = world();
    server.value = 'theirs';
    server.version += 1;
    expect(await autosave.asks(OFFLINE)).toBe(false);
    expect(await autosave.asks(CHANGED)).toBe(true);
    expect(autosave.get()).toMatchObject({ state: 'conflict', theirs: { value: 'theirs' } });
    await expect(autosave.flush()).rejects.toBe(CHANGED);
  });

  test('[E-30/desk] nothing is sent while the last words are not on the server', async () => {
    const { autosave, fail } = world();
    fail(OFFLINE);
    autosave.change('ab');
    await expect(autosave.flush()).rejects.toBe(OFFLINE);
  });

  test('[E-33/desk] a deleted text is not saved again', async () => {
    const { autosave, saves, kept } = world();
    autosave.change('ab');
    autosave.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(saves).toEqual([]);
    expect(kept.now).toBeNull();
  });
});
