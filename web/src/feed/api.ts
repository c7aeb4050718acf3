// Requests to the daemon: an answer, or a Refusal that says what the daemon said. Nothing else fetches.

import type { Problem } from "../state/wire";
import { t } from "../text/texts";

/** Longest wait for an answer; every route answers from memory or from one indexed query. */
const PATIENCE_MS = 10_000;
const FILE_PATIENCE_MS = 120_000;

export class Refusal extends Error {
  constructor(message: string, readonly status: number | null, readonly fields: { field: string; message: string }[] = []) {
    super(message);
  }
}

export async function get<T>(path: string, patienceMs = PATIENCE_MS): Promise<T> {
  return (await (await answer(path, { method: "GET" }, patienceMs)).json()) as T;
}

/** The answer word for word. */
export async function getText(path: string): Promise<string> {
  return (await answer(path, { method: "GET" }, PATIENCE_MS)).text();
}

export async function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  return (await (await answer(path, { method: "POST", headers, body: JSON.stringify(body) }, PATIENCE_MS)).json()) as T;
}

/** A file as it is; checking it may take as long as compiling it. */
export async function postFile<T>(path: string, file: Blob): Promise<T> {
  return (await (await answer(path, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file }, FILE_PATIENCE_MS)).json()) as T;
}

export async function remove(path: string): Promise<void> {
  await answer(path, { method: "DELETE" }, PATIENCE_MS);
}

async function answer(path: string, init: RequestInit, patienceMs: number): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, cache: "no-store", signal: AbortSignal.timeout(patienceMs) });
  } catch (cause) {
    const late = cause instanceof DOMException && cause.name === "TimeoutError";
    throw new Refusal(late ? t.connection.noAnswerWithin(patienceMs / 1000) : t.connection.unreachable, null);
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function refusal(response: Response): Promise<Refusal> {
  try {
    const problem = (await response.json()) as Problem;
    return new Refusal(problem.detail ?? problem.title, response.status, problem.problems ?? []);
  } catch {
    return new Refusal(t.connection.answered(`${response.status} ${response.statusText}`.trim()), response.status);
  }
}

/** The sentence to show for anything thrown. */
export function why(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
