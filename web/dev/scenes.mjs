// Canned answers for the developer's server: scenarios in every state, engines, GPU, a short history.

export const GIB = 1024 ** 3;

const hash = (seed) => Array.from({ length: 64 }, (_, i) => ((seed * 31 + i * 17 + (i * i) % 13) % 16).toString(16)).join("");

const integer = (name, value, min, max, unit, help) =>
  ({ name, type: "integer", default: value, help, unit, min, max, choices: null });

const ready = (seed, description, targets, params) => ({
  version: "0.1.0", description, sha256: hash(seed), size_bytes: 32_111, compile_ms: 31.2, world: "dualbench:scenario@0.1.0",
  language: "rust", loaded_at: "2026-11-24T08:00:12Z", targets, params,
});

const speed = ready(3, "One engine: an exact prompt, an exact answer, repeated.", ["main", "mini"], [
  { name: "engine", type: "text", default: "main", help: "the engine to measure", unit: null, min: null, max: null, choices: ["main", "mini"] },
  integer("prompt_tokens", 256, 1, 4096, "tokens", "exact length of each prompt"),
  integer("output_tokens", 64, 1, 4096, "tokens", "exact length of each answer"),
  integer("repetitions", 20, 1, 1000, null, "measured exchanges"),
  integer("warm_up", 2, 0, 50, null, "exchanges before, not counted"),
]);
const dual = ready(5, "Main alone, mini alone, then both together: how much each slows the other.", ["main", "mini"], [
  integer("repetitions", 6, 1, 1000, null, "exchanges in each of the three parts"),
  { name: "interleave", type: "flag", default: false, help: "shuffle the three parts", unit: null, min: null, max: null, choices: null },
]);
const load = ready(7, "Users or an arrival rate against one engine.", ["main"], [
  integer("users", 8, 1, 1024, "users", "at the same time"),
  { name: "rate", type: "number", default: 0.5, help: "arrivals; 0 = closed loop", unit: "1/s", min: 0, max: 100, choices: null },
]);

export const SCENARIOS = [
  { name: "dual", file: "dual.wasm", state: "ready", ready: dual, error: null, last_run: null },
  { name: "engine-speed", file: "engine-speed.wasm", state: "ready", ready: speed, error: null, last_run: null },
  { name: "load", file: "load.wasm", state: "ready", ready: load, error: null, last_run: null },
];

export const BROKEN = [
  {
    ...SCENARIOS[2], state: "stale",
    error: { class: "compile-failed", message: "unknown instruction `i32.addd` at line 14, column 6", file: "load.wasm", at: "2026-11-24T09:12:44Z", backtrace: null },
  },
  {
    name: "my-first", file: "my-first.wat", state: "broken", ready: null, last_run: null,
    error: {
      class: "world-mismatch", file: "my-first.wat", at: "2026-11-24T09:14:02Z",
      message: "the module imports `dualbench:scenario/engines.strat`, which the world does not offer; the nearest is `start`",
      backtrace: "  0: my_first::describe\n       at src/lib.rs:22:9\n  1: dualbench_scenario::export_describe::<my_first::Scenario as dualbench_scenario::Guest>\n       at sdk/rust/src/lib.rs:118:5\n  2: describe",
    },
  },
];

export const ENGINES = ["main", "mini"].map((role, i) => ({
  role, dialect: "openai-chat", base_url: `http://127.0.0.1:4123${i}`, simulated: true, state: "up", detail: null, checked_at: "2026-11-24T09:00:00Z",
  identity: { model: role === "main" ? "simulated-14b" : "simulated-1.5b", build: "0.1.0", quantisation: "Q4_K_M", context_tokens: 4096, parameters: 1, cpu_spill_bytes: null, raw: {} },
}));

export const GPU = {
  state: "simulated", reason: "values come from the embedded simulated engines",
  devices: [{ index: 0, name: "simulated card", vram_total_bytes: 24 * GIB, vram_used_bytes: 9 * GIB, utilisation_percent: 0, power_w: 30, temperature_c: 40, sm_clock_mhz: 1700, throttle: [] }],
};
export const NO_GPU = { state: "absent", reason: "libnvidia-ml.so.1 was not found", devices: [] };

/** As the daemon words them. */
function reasons(state, verdict, headline) {
  const found = {};
  for (const role of ["main", "mini"]) {
    for (const measure of ["ttft_ms", "tokens_per_second"]) {
      if ((headline?.[role]?.[measure] ?? null) !== null) continue;
      found[`headline.${role}.${measure}`] = verdict?.state === "void"
        ? `the run is void, its figures must not be compared: ${verdict.reasons.join("; ")}`
        : state === "finished" ? `${role} was not asked, or too little came of it for this figure` : `the run was ${state}`;
    }
  }
  if (verdict === null) found.verdict = `only a finished run is judged; this one was ${state}`;
  return found;
}

const row = (i, scenario, state, verdict, headline, sha) => ({
  run_id: `0199a0b1-c2d3-7000-8000-00000000000${i}`, scenario, sha256: sha, state, verdict,
  started_at: `2026-11-24T0${9 - i}:05:0${i}Z`, duration_ms: 12_345.6 * i, simulated: i !== 3, headline,
  reasons_for_null: reasons(state, verdict, headline),
});

export const HISTORY = [
  row(1, "dual", "finished", { state: "valid", reasons: [] }, { main: { ttft_ms: 151.24, tokens_per_second: 58.13 }, mini: { ttft_ms: 21.9, tokens_per_second: 212.4 } }, dual.sha256),
  row(2, "engine-speed", "finished", { state: "void", reasons: ["foreign_gpu_load", "the client's own scheduling lag reached 14.2 ms at p99; the limit is 5 ms"] }, { main: { ttft_ms: null, tokens_per_second: null } }, speed.sha256),
  row(3, "engine-speed", "finished", { state: "valid", reasons: [] }, { main: { ttft_ms: 1051.24, tokens_per_second: 31.13 } }, speed.sha256),
  row(4, "load", "failed", null, null, load.sha256),
  row(5, "engine-speed", "cancelled", null, { main: { ttft_ms: 151.24, tokens_per_second: null } }, speed.sha256),
];
