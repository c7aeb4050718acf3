// Why a call could not be served, and how a failure is told.

export class HostError extends Error {
  constructor(code, message) {
    super(message);
    this.name = "HostError";
    this.code = code;
  }
}

export class Failed extends Error {
  constructor(message) {
    super(message);
    this.name = "Failed";
  }
}

// Calls the host. What it answers in the contract's own terms is thrown as an error of this language.
export function ask(call) {
  try {
    return call();
  } catch (thrown) {
    throw translated(thrown);
  }
}

function translated(thrown) {
  const payload = thrown?.payload;
  if (typeof payload === "string") return new HostError("invalid", payload);
  if (!payload?.tag) return thrown;
  return new HostError(payload.tag, payload.val ?? "the run is being stopped");
}

// One line for the run's record: what happened, and in which line of the author's.
export function told(thrown) {
  if (!(thrown instanceof Error)) return String(thrown);
  if (thrown instanceof Failed) return thrown.message;
  const plain = thrown.name === "Error" || thrown instanceof HostError;
  const what = plain ? thrown.message : `${thrown.name}: ${thrown.message}`;
  const [place] = frames(thrown);
  return place ? `${what} (${place.replace(/^(.*) \((.*)\)$/, "$2, in $1")})` : what;
}

// The author's own lines of the stack, innermost first. What the SDK and the engine did beneath them helps nobody.
export function frames(thrown) {
  const lines = String(thrown?.stack ?? "").split("\n").map((line) => line.trim());
  return lines.filter((line) => line.startsWith("at ") && isOwn(line)).map((line) => line.slice(3).replace("(/", "("));
}

// `at run (/scenario.js:4:23)`. Without a function it is the place in a text that JSON.parse was given.
function isOwn(line) {
  return /\(.*:\d+:\d+\)$/.test(line) && !/\/dualbench\/|componentize-qjs:/.test(line);
}
