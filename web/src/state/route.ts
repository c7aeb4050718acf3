// Where the visitor is: the part of the address after `#`, as a value and back. Everything that can be linked to is in it.

export interface Filter {
  text: string;
  scenario: string;
  engine: string;
  model: string;
  verdict: string;
  tag: string;
  /** Local days, YYYY-MM-DD; empty = open. */
  from: string;
  to: string;
  sort: string;
  down: boolean;
  page: number;
  /** Figure of the trend, as a record has it; empty = none. */
  trend: string;
  /** The runs that were taken off the lists, and no others. */
  removed: boolean;
}

export type Route =
  | { view: "lab"; scenario: string | null }
  | { view: "run"; id: string; exchange: number | null }
  | { view: "history"; filter: Filter }
  | { view: "compare"; ids: string[]; baseline: string | null; force: boolean }
  | { view: "scenarios"; open: string | null }
  | { view: "system" };

export type View = Route["view"];

export const VIEWS: readonly View[] = ["lab", "history", "compare", "scenarios", "system"];
/** Runs that one comparison takes. */
export const COMPARED = 8;

export const NO_FILTER: Filter = {
  text: "", scenario: "", engine: "", model: "", verdict: "", tag: "", from: "", to: "", sort: "started", down: true, page: 1, trend: "", removed: false,
};

/** Where each view begins. */
export function entry(view: View): Route {
  switch (view) {
    case "compare": return { view, ids: [], baseline: null, force: false };
    case "history": return { view, filter: NO_FILTER };
    case "scenarios": return { view, open: null };
    case "system": return { view };
    default: return { view: "lab", scenario: null };
  }
}

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view, rest] = path.split("/", 2).map(decoded);
  const asked = new URLSearchParams(query);
  switch (view) {
    case "run": return rest ? { view, id: rest, exchange: wholeOf(asked.get("exchange")) } : lab(null);
    case "history": return { view, filter: filterOf(asked) };
    case "compare": return {
      view, ids: [...new Set((asked.get("ids") ?? "").split(",").filter(Boolean))].slice(0, COMPARED),
      baseline: asked.get("baseline"), force: asked.get("force") === "true",
    };
    case "scenarios": return { view, open: rest || null };
    case "system": return { view };
    default: return lab(view === "lab" && rest ? rest : null);
  }
}

export function formatRoute(route: Route): string {
  switch (route.view) {
    case "lab": return route.scenario === null ? "#/lab" : `#/lab/${encodeURIComponent(route.scenario)}`;
    case "run": return `#/run/${encodeURIComponent(route.id)}${route.exchange === null ? "" : `?exchange=${route.exchange}`}`;
    case "history": return `#/history${queryOf(Object.entries(route.filter).filter(([key, value]) => value !== NO_FILTER[key as keyof Filter]).map(([key, value]) => [key, String(value)]))}`;
    case "compare": return `#/compare${queryOf([
      ...(route.ids.length > 0 ? [["ids", route.ids.join(",")]] : []),
      ...(route.baseline === null ? [] : [["baseline", route.baseline]]),
      ...(route.force ? [["force", "true"]] : []),
    ])}`;
    case "scenarios": return route.open === null ? "#/scenarios" : `#/scenarios/${encodeURIComponent(route.open)}`;
    case "system": return "#/system";
  }
}

function lab(scenario: string | null): Route {
  return { view: "lab", scenario };
}

function filterOf(asked: URLSearchParams): Filter {
  const text = (key: keyof Filter) => asked.get(key) ?? String(NO_FILTER[key]);
  return {
    text: text("text"), scenario: text("scenario"), engine: text("engine"), model: text("model"), verdict: text("verdict"), tag: text("tag"),
    from: day(text("from")), to: day(text("to")), sort: text("sort"), down: text("down") === "true",
    page: Math.max(1, wholeOf(asked.get("page")) ?? 1), trend: text("trend"), removed: text("removed") === "true",
  };
}

function day(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : "";
}

function wholeOf(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** Commas are let stand: an address with ids in it stays readable. */
function queryOf(pairs: string[][]): string {
  const text = new URLSearchParams(pairs).toString().replaceAll("%2C", ",");
  return text ? `?${text}` : "";
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
