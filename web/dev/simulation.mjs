// A make-believe daemon: one run at a time, seeded figures, a live view that it folds into frames. For work on the page only.

import { BROKEN, ENGINES, GIB, GPU, HISTORY, NO_GPU, SCENARIOS } from "./scenes.mjs";

const TICK_MS = 100;
const PREFILL = { main: 260, mini: 90 };
const DECODE = { main: 640, mini: 330 };
const RATE = { main: 58, mini: 210 };

export class Simulation {
  constructor({ scene = "history", speed = 1 } = {}) {
    this.devices = scene === "two-gpus" ? [0, 1] : [0];
    this.speed = speed;
    this.scenarios = scene === "broken" ? [...SCENARIOS.slice(0, 2), ...BROKEN] : SCENARIOS;
    this.last = scene === "empty" ? [] : [...HISTORY];
    this.gpu = scene === "no-gpu" ? NO_GPU : scene === "two-gpus" ? { ...GPU, devices: [0, 1].map((index) => ({ ...GPU.devices[0], index })) } : GPU;
    this.engines = ENGINES;
    this.queue = [];
    this.current = null;
    this.details = new Map();
    this.listeners = new Set();
    this.seq = 0;
    this.made = 0;
    this.random = seeded(7);
    this.ended = null;
    this.clear();
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.timer.unref?.();
  }

  clear() {
    this.all = { series: {}, log: [], metrics: [] };
    this.fresh = { series: {}, log: [], metrics: [] };
  }

  start(scenario, params) {
    this.made += 1;
    const run_id = `0199a0b1-c2d3-7000-9000-${String(this.made).padStart(12, "0")}`;
    const started_at = new Date().toISOString();
    this.queue.push({ run_id, scenario, params, started_at });
    this.remember({ ...this.queue.at(-1), state: "queued" });
    return { run_id, state: "queued", position: this.queue.length - 1 + (this.current ? 1 : 0) };
  }

  cancel(run_id) {
    const waiting = this.queue.find((entry) => entry.run_id === run_id);
    if (waiting) {
      this.queue = this.queue.filter((entry) => entry !== waiting);
      this.remember({ ...waiting, state: "cancelled" });
      return true;
    }
    if (this.current?.run_id !== run_id) return false;
    this.end("cancelled");
    return true;
  }

  tick() {
    if (!this.current && this.queue.length > 0) this.begin(this.queue.shift());
    if (this.current) this.step(this.current);
    this.tell();
  }

  begin(entry) {
    this.clear();
    const { params } = entry;
    const repetitions = Number(params.repetitions ?? 10);
    const warm = Number(params.warm_up ?? 0);
    const engine = params.engine ?? "main";
    const phases = entry.scenario === "dual" ? [["main alone", ["main"]], ["mini alone", ["mini"]], ["both together", ["main", "mini"]]] : [[`${engine} alone`, [engine]]];
    const plan = phases.flatMap(([phase, targets]) => Array.from({ length: repetitions + warm }, (_, i) => ({ phase, targets, warm_up: i < warm })));
    this.current = { ...entry, plan, at: 0, elapsed: 0, into: 0, state: "warming", exchanges: [] };
    this.say("info", `${entry.scenario}: ${plan.length} steps`);
  }

  step(run) {
    const dt = TICK_MS * this.speed;
    run.elapsed += dt;
    run.into += dt;
    const step = run.plan[run.at];
    if (!step) return this.end("finished");
    run.state = step.warm_up ? "warming" : "measuring";
    this.sampleGpu(run);
    const longest = Math.max(...step.targets.map((target) => PREFILL[target] + DECODE[target]));
    if (run.into < longest) return undefined;
    for (const target of step.targets) this.endExchange(run, step, target);
    run.at += 1;
    run.into = 0;
    return undefined;
  }

  endExchange(run, step, target) {
    const slow = step.targets.length > 1 ? 1.4 : 1;
    const ttft_ms = PREFILL[target] * slow * (0.93 + 0.14 * this.random());
    const tokens_per_second = (RATE[target] / slow) * (0.97 + 0.06 * this.random());
    const company = step.targets.length > 1 ? "together" : "alone";
    run.exchanges.push({
      exchange: run.exchanges.length, target, phase: step.phase, warm_up: step.warm_up, company, sent_ms: run.elapsed - run.into, ending: "length",
      ttft_ms, e2e_ms: ttft_ms + 63_000 / tokens_per_second, tokens_per_second, output_tokens: 64,
    });
    if (step.warm_up) return;
    this.point(target, "ttft_ms", run.elapsed, ttft_ms);
    this.point(target, "tokens_per_second", run.elapsed, tokens_per_second);
    this.add("metrics", { at_ms: run.elapsed, name: "prompt_spread", value: this.random() * 3, unit: "tokens" });
  }

  sampleGpu(run) {
    if (this.gpu.state === "absent") return;
    // A hole in the samples, to see that it is drawn as one.
    const gap = run.elapsed > 3000 && run.elapsed < 4200;
    const value = (v) => (gap ? null : v);
    for (const index of this.devices) {
      const source = index === 0 ? "gpu" : `gpu${index}`;
      this.point(source, "vram_used_bytes", run.elapsed, value((9.4 - 3 * index + Math.min(2.2, run.elapsed / 4000) + 0.05 * this.random()) * GIB));
      this.point(source, "utilisation_percent", run.elapsed, value(70 - 40 * index + 28 * this.random()));
      this.point(source, "power_w", run.elapsed, value(180 - 60 * index + 40 * this.random()));
    }
  }

  end(state) {
    const run = this.current;
    const verdict = state === "finished" ? { state: "valid", reasons: [] } : null;
    this.say(state === "finished" ? "info" : "warn", `the run is ${state}`);
    this.remember({ ...run, state, verdict, duration_ms: run.elapsed });
    this.details.set(run.run_id, { run: { ...run, state, verdict }, log: this.all.log, metrics: this.all.metrics, series: this.all.series });
    this.ended = { ...liveRun(run), state };
    this.current = null;
    this.tell();
  }

  remember(run) {
    const headline = {};
    for (const target of ["main", "mini"]) {
      const of = (run.exchanges ?? []).filter((e) => e.target === target && !e.warm_up);
      if (of.length > 0) headline[target] = { ttft_ms: median(of.map((e) => e.ttft_ms)), tokens_per_second: median(of.map((e) => e.tokens_per_second)) };
    }
    const sha256 = this.scenarios.find((s) => s.name === run.scenario)?.ready?.sha256 ?? null;
    const row = { run_id: run.run_id, scenario: run.scenario, sha256, state: run.state, verdict: run.verdict ?? null, started_at: run.started_at, duration_ms: run.duration_ms ?? null, simulated: true, headline, reasons_for_null: {} };
    this.last = [row, ...this.last.filter((other) => other.run_id !== row.run_id)];
  }

  point(source, measure, t, value) {
    for (const view of [this.all, this.fresh]) ((view.series[source] ??= {})[measure] ??= []).push([t, value]);
  }

  add(kind, item) {
    this.all[kind].push(item);
    this.fresh[kind].push(item);
  }

  say(level, message) {
    this.add("log", { at_ms: this.current?.elapsed ?? 0, level, message });
  }

  view(part) {
    return {
      seq: this.seq, now: new Date().toISOString(), simulated: true, run: this.current ? liveRun(this.current) : this.ended,
      queue: this.queue.map(({ run_id, scenario }) => ({ run_id, scenario })), ...part, last: this.last.slice(0, 10), scenarios_changed: 1,
    };
  }

  tell() {
    this.seq += 1;
    const text = `id: ${this.seq}\nevent: frame\ndata: ${JSON.stringify(this.view(this.fresh))}\n\n`;
    this.fresh = { series: {}, log: [], metrics: [] };
    for (const send of this.listeners) send(text);
  }

  snapshot() {
    return `id: ${this.seq}\nevent: snapshot\ndata: ${JSON.stringify(this.view(this.all))}\n\n`;
  }
}

function liveRun(run) {
  const step = run.plan[run.at];
  const activity = { main: "idle", mini: "idle" };
  const since_last_byte_ms = { main: null, mini: null };
  const events_per_second = { main: null, mini: null };
  for (const target of step?.targets ?? []) {
    const end = PREFILL[target] + DECODE[target];
    activity[target] = run.into < PREFILL[target] ? "prefill" : run.into < end ? "generating" : "idle";
    events_per_second[target] = activity[target] === "generating" ? RATE[target] / step.targets.length : null;
    since_last_byte_ms[target] = activity[target] === "generating" ? (run.into * 7) % 19 : activity[target] === "prefill" ? run.into : null;
  }
  return { run_id: run.run_id, scenario: run.scenario, state: step ? run.state : "settling", phase: step?.phase ?? null, done: run.at, total: run.plan.length, elapsed_ms: run.elapsed, activity, since_last_byte_ms, events_per_second };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

function seeded(state) {
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
