// Where the SDK imports the contract, it gets host.mjs.

export function resolve(specifier, context, next) {
  return next(specifier.startsWith("dualbench:") ? new URL("./host.mjs", import.meta.url).href : specifier, context);
}
