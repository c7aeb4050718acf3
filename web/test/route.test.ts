import { expect, test } from "vitest";
import { formatRoute, NO_FILTER, parseRoute, type Route } from "../src/state/route";

test.each<Route>([
  { view: "lab", scenario: null }, { view: "lab", scenario: "my scenario/ü" },
  { view: "run", id: "01a2", exchange: null }, { view: "run", id: "01a2", exchange: 12 },
  { view: "history", filter: NO_FILTER }, { view: "history", filter: { ...NO_FILTER, text: "a & b=c", scenario: "load", sort: "main.ttft", down: false, page: 3, from: "2026-11-01" } },
  { view: "compare", ids: ["a", "b"], baseline: null, force: false }, { view: "compare", ids: ["a"], baseline: "release 1", force: true },
  { view: "scenarios", open: "dual" }, { view: "system" },
])("the address of $view leads back to it", (route) => {
  expect(parseRoute(formatRoute(route))).toEqual(route);
});

test.each(["", "#", "#/", "#/nothing", "#/run", "#/run/", "#/%E0%A4%A"])("an address that means nothing (%s) is the lab", (hash) => {
  expect(parseRoute(hash).view).toBe("lab");
});

test("what is odd in a filter is left out, not kept", () => {
  expect(parseRoute("#/history?from=yesterday&page=-4")).toEqual({ view: "history", filter: NO_FILTER });
});

test("no more runs are compared than the comparison takes, and none twice", () => {
  const route = parseRoute(`#/compare?ids=a,a,${Array.from({ length: 12 }, (_, i) => `r${i}`).join()}`);
  expect(route.view === "compare" && route.ids).toHaveLength(8);
});
