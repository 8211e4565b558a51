// A telephone on the customer's table: baresip with a tone for a voice, a record
// of what it hears, and a hand on its keys.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { freePort } from './fixture';
import { tone } from './tone';

const RATE = 8_000;

interface Happening {
  /** CALL_ESTABLISHED, CALL_CLOSED, CALL_DTMF_START … */
  type: string;
  /** The reason, the digit. */
  param: string;
}

export class Telephone {
  private happened: Happening[] = [];
  private hand: Socket | undefined;

  private constructor(
    private readonly home: string,
    private readonly process: ChildProcess,
    /** Where it can be called: host and port. */
    readonly address: string,
  ) {}

  /** Starts one whose voice is a tone. */
  static withNumber(number: string, hz: number): Promise<Telephone> {
    return Telephone.start('baresip', `<sip:${number}@127.0.0.1>;regint=0;audio_codecs=PCMU/8000/1\n`, hz);
  }

  /** Starts one as a line of a shell says, which makes its own account. */
  static typed(line: string, hz: number): Promise<Telephone> {
    return Telephone.start(line, '', hz);
  }

  private static async start(line: string, accounts: string, hz: number): Promise<Telephone> {
    const home = await mkdtemp(join(tmpdir(), 'parley-phone-'));
    const control = await freePort();
    const port = await freePort();
    await writeFile(join(home, 'tone.wav'), tone(hz, RATE, 120));
    await writeFile(join(home, 'contacts'), '');
    await writeFile(join(home, 'accounts'), accounts);
    await writeFile(
      join(home, 'config'),
      [
        ...[`sip_listen 127.0.0.1:${port}`, 'net_interface 127.0.0.1', `module_path ${modules()}`],
        ...['g711.so', 'aufile.so', 'aubridge.so', 'sndfile.so'].map((name) => `module ${name}`),
        ...['account.so', 'menu.so', 'ctrl_tcp.so'].map((name) => `module_app ${name}`),
        ...[`ctrl_tcp_listen 127.0.0.1:${control}`, `audio_source aufile,${home}/tone.wav`],
        ...['audio_player aubridge,nil', `snd_path ${home}`, ''],
      ].join('\n'),
    );
    const started = spawn('sh', ['-c', `exec ${line.replace('baresip', `baresip -f ${home}`)}`], {
      stdio: 'ignore',
    });
    const phone = new Telephone(home, started, `127.0.0.1:${port}`);
    await expect.poll(() => phone.reach(control), { message: 'baresip listens' }).toBe(true);
    return phone;
  }

  dial(address: string): void {
    this.tell('dial', address);
  }

  /** Takes the call that rings. */
  accept(): void {
    this.tell('accept', '');
  }

  hangUp(): void {
    this.tell('hangup', '');
  }

  /** Presses keys; the far end gets them as RFC 4733 events. */
  press(digits: string): void {
    for (const digit of digits) this.tell('sndcode', digit);
  }

  /** The parameters of all that happened of a type so far. */
  heard(type: string): string[] {
    return this.happened.filter((one) => one.type === type).map((one) => one.param);
  }

  /** The share of a frequency in what came in the last half second (Goertzel), 0 to 1. */
  async share(hz: number): Promise<number> {
    const pcm = await this.last();
    const c = 2 * Math.cos((2 * Math.PI * hz) / RATE);
    let [s1, s2, energy] = [0, 0, 0];
    for (const x of pcm) {
      [s1, s2] = [x + c * s1 - s2, s1];
      energy += x * x;
    }
    return energy === 0 ? 0 : (2 * (s1 * s1 + s2 * s2 - c * s1 * s2)) / (energy * pcm.length);
  }

  /** The mean square root of the last half second, 0 to 32767. */
  async loudness(): Promise<number> {
    const pcm = await this.last();
    return Math.sqrt(pcm.reduce((sum, x) => sum + x * x, 0) / Math.max(1, pcm.length));
  }

  /** Switches the telephone off, which hangs up: a server that stops waits for calls that go on. */
  async end(): Promise<void> {
    this.hand?.destroy();
    if (this.process.exitCode === null) {
      const over = new Promise((done) => this.process.once('exit', done));
      this.process.kill('SIGTERM');
      await over;
    }
    await rm(this.home, { recursive: true, force: true });
  }

  // What was heard last; the newest call's file stands last.
  private async last(): Promise<number[]> {
    const name = (await readdir(this.home))
      .filter((one) => /^dump-.*-dec\.wav$/.test(one))
      .sort()
      .at(-1);
    if (!name) return [];
    const wav = (await readFile(join(this.home, name))).subarray(44);
    const all = Math.floor(wav.length / 2);
    const n = Math.min(RATE / 2, all);
    return Array.from({ length: n }, (_, at) => wav.readInt16LE((all - n + at) * 2));
  }

  // Commands and news are netstrings of JSON.
  private tell(command: string, params: string): void {
    const text = JSON.stringify({ command, params });
    this.hand?.write(`${Buffer.byteLength(text)}:${text},`);
  }

  private reach(port: number): Promise<boolean> {
    return new Promise((done) => {
      const hand = connect(port, '127.0.0.1');
      hand.once('connect', () => {
        this.hand = hand;
        done(true);
      });
      hand.on('error', () => done(false));
      let kept = Buffer.alloc(0);
      hand.on('data', (some) => {
        kept = Buffer.concat([kept, some]);
        for (;;) {
          const colon = kept.indexOf(':');
          const end = colon + 1 + Number(kept.subarray(0, Math.max(0, colon)).toString());
          if (colon < 0 || kept.length <= end) return;
          const told = JSON.parse(kept.subarray(colon + 1, end).toString()) as Partial<Happening>;
          if (told.type) this.happened.push({ type: told.type, param: told.param ?? '' });
          kept = kept.subarray(end + 1); // and the comma
        }
      });
    });
  }
}

function modules(): string {
  const all = ['/usr/lib', ...readdirSync('/usr/lib').map((one) => `/usr/lib/${one}`)];
  const found = all.map((one) => `${one}/baresip/modules`).find((one) => existsSync(one));
  if (!found) throw new Error('baresip has no modules: scripts/deps installs it');
  return found;
}
