/** Sends requests as one user, who logs in when that is needed. */
export class BenchClient {
  private token = '';
  private tokenUntil = 0;

  constructor(
    private readonly url: string,
    private readonly email: string,
    private readonly password: string,
  ) {}

  /** Sends one request; throws when the answer is no success. */
  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers = {
      Authorization: `Bearer ${await this.freshToken()}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    };
    const sent = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(`${this.url}${path}`, { method, headers, ...(sent === undefined ? {} : { body: sent }) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 500)}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** Tokens are short-lived; a new one costs a password check, so it is asked for rarely. */
  private async freshToken(): Promise<string> {
    if (Date.now() < this.tokenUntil) return this.token;
    const form = new URLSearchParams({ username: this.email, password: this.password });
    const answer = (await (await fetch(`${this.url}/auth/token/login/`, { method: 'POST', body: form })).json()) as {
      access_token: string;
    };
    this.token = answer.access_token;
    this.tokenUntil = Date.now() + 120_000;
    return this.token;
  }
}
