import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, test as base, expect, type Page } from '@playwright/test';
import { type Engine, startDatabase } from './database';
import { Relay } from './relay';
import { Visitor } from './visitor';

const BINARY = process.env.PARLEY_BIN ?? join(import.meta.dirname, '../../bin/parley');

/** A whole Parley with the demo centre, for one test. */
export class Server {
  private process: ChildProcess | undefined;
  constructor(
    readonly port: number,
    private readonly data: string,
    /** Where mail is taken by SMTP. */
    readonly smtp: number,
    /** Takes the mails that go out. */
    readonly relay: Relay,
    private readonly more: string[],
  ) {}

  /** The address of a host of the demo: anna, boris, supervisor, admin, shop. */
  url(host: string, path = '/'): string {
    return `http://${host}.localhost:${this.port}${path}`;
  }

  /** What telephones on this computer dial. */
  async sip(): Promise<string> {
    const { places } = await (await fetch(`http://localhost:${this.port}/start.json`)).json();
    return places.find((one: { kind: string }) => one.kind === 'phone').url;
  }

  async start(): Promise<void> {
    const started = spawn(
      BINARY,
      [
        ...['serve', '--demo', '--data', this.data, '--listen', `:${this.port}`],
        ...['--smtp-listen', `127.0.0.1:${this.smtp}`, '--mail-relay', `127.0.0.1:${this.relay.port}`],
        ...this.more,
      ],
      { stdio: 'ignore' },
    );
    this.process = started;
    await expect
      .poll(
        () =>
          started.exitCode === null ? answers(this.port) : Promise.reject(new Error('the server ended')),
        { timeout: 30_000, intervals: [50] },
      )
      .toBe(true);
  }

  /** SIGKILL is a crash, SIGTERM an orderly end. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const ending = this.process;
    this.process = undefined;
    if (!ending || ending.exitCode !== null) return;
    const over = new Promise((done) => ending.once('exit', done));
    ending.kill(signal);
    await over;
  }

  /** Changes what is stored, for amounts that nobody can write by hand in a test's time. */
  sql(statements: string): void {
    execFileSync('sqlite3', ['-cmd', '.timeout 10000', join(this.data, 'parley.db'), statements]);
  }

  visitor(): Visitor {
    return new Visitor(this.port);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const asked = request(
      { host: '127.0.0.1', port, path: '/healthz', headers: { Host: `anna.localhost:${port}` } },
      (answer) => {
        answer.resume();
        done(answer.statusCode === 200);
      },
    );
    asked.on('error', () => done(false));
    asked.end();
  });
}

export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.on('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** What a person at the desk does, in the words of the Russian interface. */
export class Desk {
  constructor(readonly page: Page) {}

  readonly state = () => this.page.getByTitle('Выбрать состояние');
  readonly offer = () => this.page.getByRole('region', { name: /^Чат: / });
  readonly field = () => this.page.getByRole('textbox', { name: 'Сообщение' });
  readonly log = () => this.page.getByRole('log');
  readonly rows = () => this.page.getByRole('list', { name: 'Активные обращения' }).getByRole('listitem');

  async signIn(login: string, password = `${login}-demo-1`): Promise<void> {
    await this.page.getByLabel(/^Имя пользователя/).fill(login);
    await this.page.getByLabel(/^Пароль/).fill(password);
    await this.page.getByRole('button', { name: 'Войти', exact: true }).click();
  }

  async startShift(): Promise<void> {
    await this.page.getByRole('button', { name: 'Начать смену' }).click();
    await expect(this.state()).toBeVisible();
  }

  async choose(state: string): Promise<void> {
    await this.state().click();
    await this.page.getByRole('menuitem', { name: state }).click();
  }

  readonly alert = (text: string | RegExp) => this.page.getByRole('alert').filter({ hasText: text });
  readonly outcome = () => this.page.getByRole('region', { name: 'Статус и комментарий' });
  readonly bar = () => this.page.getByRole('banner');

  async say(text: string): Promise<void> {
    await this.field().fill(text);
    await this.field().press('Enter');
    await expect(this.log()).toContainText(text);
  }

  async finish(): Promise<void> {
    await this.outcome().getByRole('button', { name: 'Завершить' }).click();
  }

  async accept(): Promise<void> {
    await this.offer().getByRole('button', { name: 'Принять' }).click();
    await expect(this.field()).toBeVisible();
  }
}

/** What a project of playwright.config.ts may choose. */
export interface Options {
  /** Where the server keeps its data. */
  engine: Engine;
  /** Further settings of the server. */
  flags: string[];
}

interface Fixtures {
  server: Server;
  /** Signs somebody in on a browser of their own and makes them Ready. */
  ready: (login: string) => Promise<Desk>;
  /** A desk's page before sign-in. */
  open: (login: string, path?: string) => Promise<Desk>;
}

export const test = base.extend<Fixtures & Options>({
  engine: ['sqlite', { option: true }],
  flags: [[], { option: true }],
  server: async ({ engine, flags }, use) => {
    const data = await mkdtemp(join(tmpdir(), 'parley-e2e-'));
    const relay = new Relay();
    await relay.start();
    const database = await startDatabase(engine);
    const more = [...database.args, ...flags];
    const server = new Server(await freePort(), join(data, 'data'), await freePort(), relay, more);
    await server.start();
    await use(server);
    await server.stop();
    await database.stop();
    relay.stop();
    await rm(data, { recursive: true, force: true });
  },
  open: async ({ browser, server, locale, viewport }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (login, path = '/agentdesktop') => {
      const context = await browser.newContext({ locale, viewport, permissions: ['notifications'] });
      contexts.push(context);
      const page = await context.newPage();
      await page.goto(server.url(login, path));
      return new Desk(page);
    });
    await Promise.all(contexts.map((one) => one.close()));
  },
  ready: async ({ open }, use) => {
    await use(async (login) => {
      const desk = await open(login);
      await desk.signIn(login);
      await desk.startShift();
      await desk.choose('Готов');
      await expect(desk.state()).toContainText('Готов');
      return desk;
    });
  },
});

export { expect };
