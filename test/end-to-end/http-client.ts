/** A client of the API for whole-system tests: JSON in, JSON out, an error for every answer that is no success. */
export class HttpClient {
  private constructor(
    private readonly address: string,
    private readonly email: string,
    private readonly password: string,
    private token = '',
  ) {}

  static async logIn(address: string, email: string, password: string): Promise<HttpClient> {
    const client = new HttpClient(address, email, password);
    await client.renewToken();
    return client;
  }

  async get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  async post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.send<T>('POST', path, body);
  }

  async patch<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>('PATCH', path, body);
  }

  /** Any request, whatever its answer. */
  async request(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly text: string }> {
    const response = await this.fetch(method, path, body);
    if (response.status !== 401) return { status: response.status, text: await response.text() };
    await this.renewToken();
    const repeated = await this.fetch(method, path, body);
    return { status: repeated.status, text: await repeated.text() };
  }

  private async renewToken(): Promise<void> {
    const body = new URLSearchParams({ username: this.email, password: this.password });
    const response = await fetch(`${this.address}/auth/token/login/`, { method: 'POST', body });
    if (!response.ok) throw new Error(`log-in was answered with ${response.status}: ${await response.text()}`);
    this.token = ((await response.json()) as { access_token: string }).access_token;
  }

  private async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, text } = await this.request(method, path, body);
    if (status >= 400) throw new Error(`${method} ${path} was answered with ${status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  private async fetch(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.address}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}
