/** Where orval's client sends to: its own fetch knows neither the address nor the token. */
export const settings = { baseUrl: "", token: "" };

export async function shopFetch<T>(path: string, options: RequestInit): Promise<T> {
  const headers = new Headers(options.headers);
  headers.set("Authorization", `Bearer ${settings.token}`);
  const answer = await fetch(settings.baseUrl + path, { ...options, headers });
  const text = await answer.text();
  const data: unknown = text ? JSON.parse(text) : undefined;
  return { data, status: answer.status, headers: answer.headers } as T;
}
