// A developer's server: serves dist/ under the daemon's own headers and hands everything else on to a daemon.
// Use: DUALBENCH_URL=http://127.0.0.1:4280 node dev/server.mjs [--port 4300]

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, request as ask } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const DIST = join(dirname(fileURLToPath(import.meta.url)), "../dist");
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8" };
const PAGES = { "/": "index.html", "/api/docs": "docs.html" };
/** What the daemon says of itself in every answer; asked for once. */
const POLICY = ["content-security-policy", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy", "cross-origin-resource-policy"];

/** Starts it before the daemon at `daemon`; resolves to its address and a function that ends it. `embedded`: the daemon's own page. */
export async function serve({ daemon, port = 0, embedded = false }) {
  const { headers } = await fetch(new URL("/api/health", daemon));
  const policy = POLICY.map((name) => [name, headers.get(name) ?? ""]);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (!embedded && (pathname.startsWith("/assets/") || pathname in PAGES)) file(pathname, policy, response).catch(() => response.writeHead(500).end());
    else handOn(daemon, request, response);
  });
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  const close = () => { server.closeAllConnections(); server.close(); };
  return { url: `http://127.0.0.1:${server.address().port}`, close };
}

/** To the daemon, under its own name: it answers no other. */
function handOn(daemon, request, response) {
  const to = new URL(request.url, daemon);
  const headers = { ...request.headers, host: to.host };
  if (headers.origin) headers.origin = to.origin;
  const asked = ask(to, { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  asked.on("error", () => response.destroy());
  response.on("close", () => asked.destroy());
  request.pipe(asked);
}

async function file(pathname, policy, response) {
  const path = normalize(join(DIST, PAGES[pathname] ?? pathname));
  const found = path.startsWith(DIST) && (await stat(path).catch(() => null))?.isFile();
  if (!found) return response.writeHead(404).end();
  response.writeHead(200, [...policy, ["content-type", TYPES[extname(path)] ?? "application/octet-stream"], ["cache-control", "no-store"]].flat());
  createReadStream(path).pipe(response);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { port: { type: "string", default: "4300" } } });
  const daemon = process.env.DUALBENCH_URL;
  if (!daemon) throw new Error("set DUALBENCH_URL to a daemon's address, such as http://127.0.0.1:7373");
  const { url } = await serve({ daemon, port: Number(values.port) });
  console.log(`the cockpit at ${url}, before the daemon at ${daemon}`);
}
