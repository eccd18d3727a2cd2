/** An answer of the API that is not a success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly detail: unknown,
    request: string,
  ) {
    super(`${request} was answered with ${status}: ${typeof detail === 'string' ? detail : JSON.stringify(detail)}`);
  }
}

type Query = Readonly<Record<string, string | number | boolean>>;

const DEADLINE_MS = 30_000;
const FORM = 'application/x-www-form-urlencoded';

/** The calls of the HTTP API that the demo makes, as a client of anybody's would make them. */
export class ApiClient {
  private token = '';

  private constructor(
    private readonly address: string,
    private readonly credentials: { readonly username: string; readonly password: string },
  ) {}

  /** @throws ApiError when the credentials are refused */
  static async logIn(address: string, email: string, password: string): Promise<ApiClient> {
    const client = new ApiClient(address, { username: email, password });
    await client.renewToken();
    return client;
  }

  async get<T>(path: string, query: Query = {}): Promise<T> {
    return this.send<T>('GET', path, query);
  }

  async post<T>(path: string, body: unknown, query: Query = {}): Promise<T> {
    return this.send<T>('POST', path, query, JSON.stringify(body), 'application/json');
  }

  async patch<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>('PATCH', path, {}, JSON.stringify(body), 'application/json');
  }

  async postForm<T>(path: string, form: Readonly<Record<string, string>>, query: Query = {}): Promise<T> {
    return this.send<T>('POST', path, query, new URLSearchParams(form).toString(), FORM);
  }

  /** Tokens live for three minutes by default: shorter than the demo may take. */
  private async renewToken(): Promise<void> {
    const body = new URLSearchParams(this.credentials).toString();
    this.token = '';
    const { access_token: token } = await this.sendOnce<{ access_token: string }>('POST', '/auth/token/login/', {}, body, FORM);
    this.token = token;
  }

  private async send<T>(...request: Parameters<ApiClient['sendOnce']>): Promise<T> {
    try {
      return await this.sendOnce<T>(...request);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      await this.renewToken();
      return this.sendOnce<T>(...request);
    }
  }

  private async sendOnce<T>(method: string, path: string, query: Query, body?: string, contentType?: string): Promise<T> {
    const url = new URL(path, this.address);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const response = await fetch(url, {
      method,
      headers: {
        ...(this.token === '' ? {} : { authorization: `Bearer ${this.token}` }),
        ...(contentType === undefined ? {} : { 'content-type': contentType }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiError(response.status, detailOf(text), `${method} ${path}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}

function detailOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { detail?: unknown }).detail ?? text;
  } catch {
    return text;
  }
}
