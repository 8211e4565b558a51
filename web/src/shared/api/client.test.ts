import createClient from 'openapi-fetch';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { commandOnce, done, manners } from './client';
import { ApiError, NetworkError } from './errors';

// biome-ignore lint/suspicious/noExplicitAny: a client without a document
const client = createClient<any>({
  baseUrl: 'http://desk.test',
  fetch: (request: Request) => fetch(request),
});
client.use(manners);

const requests: Request[] = [];
function answer(make: () => Response | Promise<Response>) {
  vi.stubGlobal('fetch', async (request: Request) => {
    requests.push(request);
    return make();
  });
}
const problem = (status: number, body: object) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json' } });

afterEach(() => {
  requests.length = 0;
  vi.unstubAllGlobals();
});

describe('requests', () => {
  test('[M-42] a command carries its own key and the mark against forgery; a question does not', async () => {
    answer(() => Response.json({ ok: true }));
    await done(client.POST('/api/x' as never, { body: {} } as never));
    await done(client.POST('/api/x' as never, { body: {} } as never));
    await done(client.GET('/api/x' as never, {} as never));
    const [first, second, question] = requests;
    expect(first?.headers.get('X-Parley')).toBe('1');
    expect(first?.headers.get('Idempotency-Key')).toMatch(/^[0-9a-f-]{36}$/);
    expect(second?.headers.get('Idempotency-Key')).not.toBe(first?.headers.get('Idempotency-Key'));
    expect(question?.headers.get('Idempotency-Key')).toBeNull();
  });

  test('[M-42] a command sent again keeps its key', async () => {
    answer(() => Response.json({}));
    const headers = commandOnce();
    for (const _ of [1, 2]) await done(client.POST('/api/x' as never, { body: {}, headers } as never));
    expect(requests[0]?.headers.get('Idempotency-Key')).toBe(requests[1]?.headers.get('Idempotency-Key'));
  });
});

describe('errors', () => {
  const fail = async (make: () => Response | Promise<Response>) => {
    answer(make);
    return done(client.POST('/api/x' as never, { body: {} } as never)).then(
      () => {
        throw new Error('it went well');
      },
      (error: unknown) => error as ApiError,
    );
  };

  test('[X-3] a problem is thrown with its code and its fields, named as a form names them', async () => {
    const error = await fail(() =>
      problem(422, {
        code: 'PAR-0001',
        detail: 'must be set',
        field: 'name',
        errors: [{ field: 'body.skills[0].level', message: '0 to 100' }],
      }),
    );
    expect(error).toBeInstanceOf(ApiError);
    expect(error.code).toBe('PAR-0001');
    expect(error.fields).toEqual({ name: 'must be set', 'skills.0.level': '0 to 100' });
  });

  test('[X-3] an answer of something in between still gets a code', async () => {
    expect((await fail(() => new Response('<html>', { status: 502 }))).code).toBe('PAR-0011');
    expect((await fail(() => new Response('', { status: 401 }))).code).toBe('PAR-0009');
    expect((await fail(() => new Response('', { status: 418 }))).code).toBe('PAR-0010');
  });

  test('[X-4] no network is PAR-1007, not an error of the server', async () => {
    const error = await fail(() => Promise.reject(new TypeError('failed to fetch')));
    expect(error).toBeInstanceOf(NetworkError);
    expect(error.code).toBe('PAR-1007');
  });
});
