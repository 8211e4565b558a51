import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from '@/shared/api.gen';
import { randomId } from '@/shared/lib/ids';
import { ApiError, NetworkError, type Problem } from './errors';

const KEY = 'Idempotency-Key';

/**
 * What every request of the desktop has in common: the mark that defends
 * against forged requests, and for a command a key of its own, so that sending
 * it again after a lost answer does nothing twice. Errors are thrown.
 */
export const manners: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', document.documentElement.lang || 'en');
    if (request.method === 'GET') return request;
    request.headers.set('X-Parley', '1');
    if (!request.headers.has(KEY)) request.headers.set(KEY, randomId());
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) throw new ApiError(response.status, await problemOf(response));
  },
  onError({ error }) {
    if (error instanceof ApiError) return undefined;
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    return new NetworkError(error);
  },
};

/** The server's API, typed by its OpenAPI document. Use with `done`. */
export const api = createClient<paths>({ baseUrl: '/' });
api.use(manners);

/**
 * The answer's body; what went wrong is thrown as ApiError or NetworkError.
 *
 *     const team = await done(api.GET('/api/teams/{id}', { params: { path: { id } } }));
 */
export async function done<T>(answer: Promise<{ data?: T; error?: unknown }>): Promise<NonNullable<T>> {
  const { data } = await answer;
  return data as NonNullable<T>;
}

/**
 * Headers of one command that may be sent more than once, as after PAR-1007:
 * make them when the person acts, and give the same ones to each attempt.
 */
export function commandOnce(): { [KEY]: string } {
  return { [KEY]: randomId() };
}

/** Sends a file as the request's body, with progress, which fetch cannot tell. */
export function upload<T>(
  url: string,
  file: Blob,
  options: { key?: string; onProgress?: (part: number) => void; signal?: AbortSignal } = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.responseType = 'json';
    request.setRequestHeader('Accept-Language', document.documentElement.lang || 'en');
    request.setRequestHeader('X-Parley', '1');
    request.setRequestHeader(KEY, options.key ?? randomId());
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.upload.onprogress = (event) => options.onProgress?.(event.loaded / Math.max(1, event.total));
    request.onload = () => {
      if (request.status < 400) resolve(request.response as T);
      else reject(new ApiError(request.status, (request.response ?? {}) as Problem));
    };
    request.onerror = () => reject(new NetworkError(null));
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    options.signal?.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

async function problemOf(response: Response): Promise<Problem> {
  try {
    return (await response.json()) as Problem;
  } catch {
    return { status: response.status, title: response.statusText }; // a proxy's own page
  }
}
