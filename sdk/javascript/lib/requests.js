// What a workload asks: one request, or several in turn.

import { asRequest, isConversation } from "./request.js";

// As many as the contract takes: a generator without an end ends here.
const MOST = 10_000;

// In the contract's terms: always a list.
export function asRequests(given) {
  return isOne(given) ? [asRequest(given)] : taken(given).map((one) => asRequest(one));
}

function isOne(given) {
  if (typeof given === "string" || typeof given?.[Symbol.iterator] !== "function") return true;
  return Array.isArray(given) && given.length > 0 && isConversation(given);
}

function taken(several) {
  const list = [];
  for (const one of several) {
    if (list.length === MOST) throw new RangeError(`a workload has ${MOST} requests at most`);
    list.push(one);
  }
  if (list.length === 0) throw new TypeError("nothing is asked: the list of requests is empty");
  return list;
}
