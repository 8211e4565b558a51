import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export type Engine = 'sqlite' | 'postgres';

export interface Database {
  /** Arguments that name it; none for the file in the data folder. */
  args: string[];
  stop: () => Promise<void>;
}

/** Starts what a server stores its data in: a file, or a PostgreSQL server of its own. */
export async function startDatabase(engine: Engine): Promise<Database> {
  if (engine === 'sqlite') return { args: [], stop: async () => {} };
  const started = spawn('go', ['run', './tools/postgres'], {
    cwd: join(import.meta.dirname, '../..'),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const over = once(started, 'exit');
  const lines = createInterface({ input: started.stdout });
  const [address] = await Promise.race([
    once(lines, 'line') as Promise<[string]>,
    over.then(() => Promise.reject(new Error('PostgreSQL did not start'))),
  ]);
  return {
    args: ['--database', address],
    stop: async () => {
      started.stdin.end();
      await over;
    },
  };
}
