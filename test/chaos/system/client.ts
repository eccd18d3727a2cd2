import { setTimeout as sleep } from 'node:timers/promises';

/** An answer that says that the request was understood and refused. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
  ) {
    super(`${status}: ${detail}`);
    this.name = 'Refused';
  }
}

/** An answer that must not be given whatever is away: only 503 says "try again". */
export interface WrongAnswer {
  readonly request: string;
  readonly status: number;
  readonly text: string;
}

const RETRY_MS = 100;
const REQUEST_DEADLINE_MS = 10_000;

/**
 * A client of several API processes that expects them to die: it asks the next one, again and again, until one answers. A request that is
 * repeated may have been done the first time: `post` is for what may be refused then.
 */
export class Client {
  private token = '';
  private next = 0;

  constructor(
    private readonly addresses: readonly string[],
    private readonly credentials: { readonly email: string; readonly password: string },
    private readonly wrongAnswers: WrongAnswer[],
  ) {}

  async get<T>(path: string): Promise<T> {
    return this.repeat<T>('GET', path);
  }

  async post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.repeat<T>('POST', path, body);
  }

  async patch<T>(path: string, body: unknown): Promise<T> {
    return this.repeat<T>('PATCH', path, body);
  }

  /** Until an answer comes that is no 503. @throws Refused */
  private async repeat<T>(method: string, path: string, body?: unknown, deadlineMs = 120_000): Promise<T> {
    const end = Date.now() + deadlineMs;
    for (;;) {
      const answer = await this.once(method, path, body);
      if (answer !== undefined) {
        if (answer.status < 300) return (answer.text === '' ? undefined : JSON.parse(answer.text)) as T;
        if (answer.status === 401) await this.logIn();
        else if (answer.status !== 503) throw new Refused(answer.status, answer.text);
      }
      if (Date.now() > end) throw new Error(`${method} ${path} was not answered for ${deadlineMs} ms`);
      await sleep(RETRY_MS);
    }
  }

  private async logIn(): Promise<void> {
    const { email, password } = this.credentials;
    const body = new URLSearchParams({ username: email, password });
    const answer = await this.fetch('POST', '/auth/token/login/', { body });
    if (answer === undefined || answer.status === 503) return;
    if (answer.status !== 200) throw new Refused(answer.status, answer.text);
    this.token = (JSON.parse(answer.text) as { access_token: string }).access_token;
  }

  private async once(method: string, path: string, body: unknown): Promise<{ status: number; text: string } | undefined> {
    return this.fetch(method, path, {
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** @returns undefined when nobody answered */
  private async fetch(method: string, path: string, init: RequestInit): Promise<{ status: number; text: string } | undefined> {
    this.next = (this.next + 1) % this.addresses.length;
    try {
      const signal = AbortSignal.timeout(REQUEST_DEADLINE_MS);
      const response = await fetch(`${this.addresses[this.next]}${path}`, { method, signal, ...init });
      const text = await response.text();
      if (response.status >= 500 && response.status !== 503)
        this.wrongAnswers.push({ request: `${method} ${path}`, status: response.status, text });
      return { status: response.status === 500 ? 503 : response.status, text };
    } catch {
      return undefined;
    }
  }
}
