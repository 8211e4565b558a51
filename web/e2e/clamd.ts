import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';

/** The harmless content that scanners take for a virus, put together so that this file is none. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTI', 'VIRUS-TEST-FILE!$H+H*'].join(
  '',
);

/** The largest content it takes. */
export const STREAM_MAX = 100_000;

/** A real clamd with a database of one signature. It does not run until `start`. */
export class Clamd {
  private process: ChildProcess | undefined;
  private constructor(private readonly home: string) {}

  static async make(): Promise<Clamd> {
    const home = await mkdtemp(join(tmpdir(), 'clamd-'));
    await mkdir(join(home, 'db'));
    await writeFile(
      join(home, 'db', 'own.hdb'),
      '44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n',
    );
    await writeFile(
      join(home, 'clamd.conf'),
      `LocalSocket ${home}/s\nDatabaseDirectory ${home}/db\nForeground yes\nStreamMaxLength ${STREAM_MAX}\n`,
    );
    return new Clamd(home);
  }

  get setting(): string {
    return `unix:${this.home}/s`;
  }

  async start(): Promise<void> {
    this.process = spawn('/usr/sbin/clamd', ['--config-file', join(this.home, 'clamd.conf')], {
      stdio: 'ignore',
    });
    await expect.poll(() => this.listens(), { message: 'clamd listens', timeout: 30_000 }).toBe(true);
  }

  /** It takes what is asked and says nothing, until `resume`. */
  pause(): void {
    this.process?.kill('SIGSTOP');
  }

  resume(): void {
    this.process?.kill('SIGCONT');
  }

  async end(): Promise<void> {
    if (this.process && this.process.exitCode === null) {
      const over = once(this.process, 'exit');
      this.process.kill('SIGKILL');
      await over;
    }
    await rm(this.home, { recursive: true, force: true });
  }

  private listens(): Promise<boolean> {
    return new Promise((done) => {
      const socket = connect(join(this.home, 's'));
      socket.on('error', () => done(false));
      socket.on('connect', () => {
        socket.destroy();
        done(true);
      });
    });
  }
}
