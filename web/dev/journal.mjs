// The make-believe daemon's journal objects: a summary from a simulated run's exchanges, or a canned one for the history.

import { median } from "./simulation.mjs";

const NEEDS = { p50: 11, p90: 64, p95: 130, p97: 219, p99: 662 };

export function journal(simulation, row) {
  const detail = simulation.details.get(row.run_id);
  const exchanges = detail?.run.exchanges ?? canned(row);
  const targets = {};
  for (const target of ["main", "mini"]) {
    const of = exchanges.filter((e) => e.target === target && !e.warm_up);
    if (of.length > 0) targets[target] = summary(of, exchanges.filter((e) => e.target === target && e.warm_up).length);
  }
  return {
    schema: 1, run_id: row.run_id, started_at: row.started_at, duration_ms: row.duration_ms, state: row.state, verdict: row.verdict, simulated: row.simulated,
    scenario: { name: row.scenario, version: "0.1.0", sha256: row.sha256, world: "dualbench:scenario@0.1.0", language: "rust" },
    params: detail?.run.params ?? { engine: "main", repetitions: 20 },
    engines: Object.fromEntries(simulation.engines.map((e) => [e.role, e])), targets,
    gpu: simulation.gpu.state === "absent" ? null : { vram_at_peak_bytes: 11.6 * 1024 ** 3, vram_max_bytes: 11.7 * 1024 ** 3, peak_at_ms: 4100, energy_j: null },
    client: { scheduler_lag_p99_us: 84.2, coalesced: 0.012 }, metrics: [], thresholds: [],
    reasons_for_null: { gpu: "no GPU: libnvidia-ml.so.1 was not found", "gpu.energy_j": "a gap of 1.2 s in the samples", "targets.main.prefill_tokens_per_second": "the engine did not say how many prompt tokens were cached" },
    ...(row.state === "failed" ? { failure: { class: "run-failed", message: "the guest trapped: out of bounds memory access", backtrace: "  0: load::run\n       at src/lib.rs:61:13" } } : { failure: null }),
  };
}

export function exchangesOf(simulation, row) {
  return simulation.details.get(row.run_id)?.run.exchanges ?? canned(row);
}

/** The samples of a run: as they came, or a canned rise of the memory for the history. */
export function samplesOf(simulation, row) {
  const series = simulation.details.get(row.run_id)?.series;
  if (simulation.gpu.state === "absent") return { simulated: row.simulated, devices: [] };
  const devices = simulation.devices.map((index) => {
    const of = series?.[index === 0 ? "gpu" : `gpu${index}`] ?? cannedSamples(row.duration_ms ?? 0);
    const column = (measure) => (of[measure] ?? []).map(([, value]) => value);
    const at_ms = (of.vram_used_bytes ?? []).map(([at]) => at);
    return { index, readings: at_ms.length, step: 1, at_ms, vram_used_bytes: column("vram_used_bytes"), utilisation_percent: column("utilisation_percent"), power_w: column("power_w") };
  });
  return { run_id: row.run_id, simulated: row.simulated, devices };
}

function cannedSamples(duration) {
  const each = (of) => Array.from({ length: 240 }, (_, i) => [(i * duration) / 240, of(i)]);
  return { vram_used_bytes: each((i) => (9.4 + Math.min(2.2, i / 40)) * 1024 ** 3), utilisation_percent: each((i) => 70 + (i % 7) * 4), power_w: each((i) => 180 + (i % 9) * 5) };
}

function canned(row) {
  if (!row.headline) return [];
  return Object.entries(row.headline).flatMap(([target, headline]) => Array.from({ length: 70 }, (_, i) => {
    const ttft_ms = (headline.ttft_ms ?? 150) * (0.95 + ((i * 37) % 11) / 100);
    const tokens_per_second = (headline.tokens_per_second ?? 55) * (0.98 + ((i * 17) % 7) / 150);
    return { exchange: i, target, phase: `${target} alone`, warm_up: i < 2, company: "alone", sent_ms: i * 900, ending: "length", ttft_ms, e2e_ms: ttft_ms + 63_000 / tokens_per_second, tokens_per_second, output_tokens: 64 };
  }));
}

function summary(exchanges, warm_up) {
  const of = (key) => dist(exchanges.map((e) => e[key]));
  return {
    exchanges: { complete: 0, length: exchanges.length, failed: 0, warm_up },
    ttft_ms: of("ttft_ms"), ttfo_ms: of("ttft_ms"), e2e_ms: of("e2e_ms"), tokens_per_second: of("tokens_per_second"),
    itl_ms: dist(exchanges.flatMap((e) => Array.from({ length: 10 }, (_, i) => (1000 / e.tokens_per_second) * (0.9 + i / 50)))),
    prefill_tokens_per_second: null, output_tokens: exchanges.length * 64, throughput_tokens_per_second: 41.2, ledger: {},
  };
}

function dist(values) {
  const n = values.length;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q) => { const r = q * (n - 1); const lo = Math.floor(r); return sorted[lo] + (sorted[Math.ceil(r)] - sorted[lo]) * (r - lo); };
  const above = (p) => (n >= NEEDS[p] ? at(Number(p.slice(1)) / 100) : null);
  const needs = Object.fromEntries(Object.entries(NEEDS).filter(([, floor]) => n < floor));
  return { n, min: sorted[0], mean: values.reduce((a, b) => a + b, 0) / n, median: median(values), max: sorted.at(-1), p50: above("p50"), p90: above("p90"), p95: above("p95"), p99: above("p99"), ci95_median: [at(0.4), at(0.6)], needs };
}
