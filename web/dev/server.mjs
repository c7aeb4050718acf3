// A developer's server: serves dist/ under the daemon's own headers and plays a make-believe daemon behind it.
// Use: node dev/server.mjs [--scene history|empty|broken|no-gpu|two-gpus] [--port 4300] [--speed 1]

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { exchangesOf, journal, samplesOf } from "./journal.mjs";
import { Simulation } from "./simulation.mjs";

const DIST = join(dirname(fileURLToPath(import.meta.url)), "../dist");
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8" };
const HEADERS = {
  "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  "x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
};

/** Starts it; resolves to its address and a function that ends it. */
export async function serve({ scene, speed, port = 0 } = {}) {
  const simulation = new Simulation({ scene, speed });
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    answer(simulation, request, response).catch((error) => problem(response, 500, String(error)));
  });
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  const close = () => { clearInterval(simulation.timer); server.closeAllConnections(); server.close(); };
  return { url: `http://127.0.0.1:${server.address().port}`, close, simulation };
}

async function answer(simulation, request, response) {
  const { pathname } = new URL(request.url, "http://localhost");
  const [, api, resource, id, part] = pathname.split("/");
  if (api !== "api") return file(pathname, response);
  if (request.method === "POST") return change(simulation, resource, id, part, await body(request), response);
  switch (resource) {
    case "health": return json(response, 200, { status: "ok" });
    case "scenarios": return json(response, 200, { scenarios: simulation.scenarios });
    case "engines": return json(response, 200, { engines: simulation.engines });
    case "gpu": return json(response, 200, simulation.gpu);
    case "live": return live(simulation, request, response);
    case "runs": return runs(simulation, id, part, response);
    default: return problem(response, 404, `nothing at ${pathname}`);
  }
}

function change(simulation, resource, id, part, sent, response) {
  if (resource === "runs" && part === "cancel") {
    return simulation.cancel(id) ? json(response, 202, { run_id: id, state: "cancelled" }) : problem(response, 404, `no run ${id} is under way`);
  }
  const scenario = simulation.scenarios.find((s) => s.name === sent.scenario);
  if (!scenario?.ready) return problem(response, 404, `no scenario ${sent.scenario}`);
  // A rule that only the daemon knows, to see a refusal beside its field.
  if (sent.params.prompt_tokens + sent.params.output_tokens > 4096) {
    return problem(response, 422, "the parameters do not fit", [{ field: "params.output_tokens", message: "prompt and answer together must fit into 4096 tokens" }]);
  }
  return json(response, 202, simulation.start(scenario.name, sent.params));
}

function runs(simulation, id, part, response) {
  if (id === undefined) return json(response, 200, { runs: [], next: null });
  const row = simulation.last.find((r) => r.run_id === id);
  if (!row) return problem(response, 404, `no run ${id}`);
  if (part === "exchanges") return json(response, 200, { exchanges: exchangesOf(simulation, row) });
  if (part === "samples") return json(response, 200, samplesOf(simulation, row));
  if (part === "log") return json(response, 200, { log: simulation.details.get(id)?.log ?? [], metrics: [] });
  return json(response, 200, journal(simulation, row));
}

function live(simulation, request, response) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write(simulation.snapshot());
  const send = (text) => response.write(text);
  simulation.listeners.add(send);
  request.on("close", () => simulation.listeners.delete(send));
}

async function file(pathname, response) {
  const path = normalize(join(DIST, pathname === "/" ? "index.html" : pathname));
  const found = path.startsWith(DIST) && (await stat(path).catch(() => null))?.isFile();
  if (!found) return problem(response, 404, `nothing at ${pathname}`);
  response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream", "cache-control": "no-store" });
  createReadStream(path).pipe(response);
}

async function body(request) {
  let text = "";
  for await (const piece of request) text += piece;
  return JSON.parse(text);
}

function json(response, status, value) {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function problem(response, status, detail, problems) {
  response.writeHead(status, { "content-type": "application/problem+json" }).end(JSON.stringify({ type: "about:blank", title: "refused", status, detail, problems }));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { scene: { type: "string", default: "history" }, port: { type: "string", default: "4300" }, speed: { type: "string", default: "1" } } });
  const { url } = await serve({ scene: values.scene, speed: Number(values.speed), port: Number(values.port) });
  console.log(`a make-believe daemon at ${url}`);
}
