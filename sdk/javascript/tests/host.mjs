// Stands in for the host: keeps what it is asked for.

export const asked = [];

export function measureLoads(loads, until) {
  asked.push({ loads, until });
  return loads.map(({ target }) => ({ target }));
}
