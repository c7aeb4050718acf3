// Requests to the daemon: a JSON answer, or a Refusal that says what the daemon said. Nothing else fetches.

import type { Problem } from "../state/wire";

/** Longest wait for an answer; every route answers from memory or from one indexed query. */
const PATIENCE_MS = 10_000;

export class Refusal extends Error {
  constructor(message: string, readonly fields: { field: string; message: string }[] = []) {
    super(message);
  }
}

export async function get<T>(path: string, patienceMs = PATIENCE_MS): Promise<T> {
  return answer<T>(path, { method: "GET" }, patienceMs);
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  return answer<T>(path, { method: "POST", headers, body: JSON.stringify(body) }, PATIENCE_MS);
}

async function answer<T>(path: string, init: RequestInit, patienceMs: number): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, cache: "no-store", signal: AbortSignal.timeout(patienceMs) });
  } catch (cause) {
    const late = cause instanceof DOMException && cause.name === "TimeoutError";
    throw new Refusal(late ? `no answer within ${patienceMs / 1000} s` : "the daemon cannot be reached");
  }
  if (!response.ok) throw await refusal(response);
  return (await response.json()) as T;
}

async function refusal(response: Response): Promise<Refusal> {
  try {
    const problem = (await response.json()) as Problem;
    return new Refusal(problem.detail ?? problem.title, problem.problems ?? []);
  } catch {
    return new Refusal(`the daemon answered ${response.status} ${response.statusText}`.trim());
  }
}

/** The sentence to show for anything thrown. */
export function why(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
