/** What the server sends for an error: RFC 9457 with our code and, for a wrong field, its name. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  /** Stable, `PAR-0003`. */
  code?: string;
  /** The first wrong field, as in the request's JSON (`skills[0].level`). */
  field?: string;
  errors?: { field?: string; location?: string; message?: string; code?: string }[];
  /** Values for the words of the code: a limit, a name, a time. */
  args?: Record<string, string | number>;
}

/** An answer that says no. `code` is always set: without one from the server it follows from the status. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Problem;
  /** Message of the server by field name, without a leading `body.`. */
  readonly fields: Record<string, string>;

  constructor(status: number, problem: Problem) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code ?? codeOf(status);
    this.problem = problem;
    this.fields = fieldsOf(problem);
  }
}

/** The network did not carry the request or its answer; whether it was done is not known. */
export class NetworkError extends Error {
  readonly code = 'PAR-1007';
  constructor(cause: unknown) {
    super('no connection to the server', { cause });
    this.name = 'NetworkError';
  }
}

function codeOf(status: number): string {
  switch (status) {
    case 401:
      return 'PAR-0009';
    case 403:
      return 'PAR-1006';
    case 404:
      return 'PAR-0002';
    case 409:
      return 'PAR-0005';
    case 429:
      return 'PAR-0006';
    case 502:
    case 503:
    case 504:
      return 'PAR-0011';
    default:
      return status >= 500 ? 'PAR-0007' : 'PAR-0010';
  }
}

function fieldsOf(problem: Problem): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const error of problem.errors ?? []) {
    const name = plainField(error.field ?? error.location);
    if (name && !(name in fields)) fields[name] = error.message ?? problem.detail ?? '';
  }
  const first = plainField(problem.field);
  if (first && !(first in fields))
    fields[first] = String(problem.args?.reason ?? problem.detail ?? problem.title ?? '');
  return fields;
}

/** `body.skills[0].level` → `skills.0.level`, the way forms name it. */
function plainField(name: string | undefined): string {
  return (name ?? '').replace(/^body\.?/, '').replace(/\[(\d+)\]/g, '.$1');
}
