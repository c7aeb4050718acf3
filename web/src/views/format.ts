// Figures as text in the language at hand. Pure; the unit is the caller's column or stands beside; null never becomes a number.

import { t } from "../text/texts";

/** What stands where there is no value; never 0. */
export const MISSING = "–";

/** A narrow no-break space groups thousands: no locale can mistake it for a decimal sign. */
const GROUP = "\u202f";

/** Decimals that keep about three significant figures. */
export function decimalsFor(value: number): number {
  const size = Math.abs(value);
  if (size >= 100 || size === 0) return size >= 1000 || size === 0 ? 0 : 1;
  if (size >= 10) return 1;
  return size >= 1 ? 2 : 3;
}

export function figure(value: number | null | undefined, decimals?: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  const [whole = "", fraction] = Math.abs(value).toFixed(decimals ?? decimalsFor(value)).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, GROUP);
  const body = fraction === undefined ? grouped : `${grouped}${t.decimal}${fraction}`;
  return value < 0 && /[1-9]/.test(body) ? `−${body}` : body;
}

/** A number that somebody chose, with the digits that it was given. */
export function given(value: number | null | undefined): string {
  return figure(value, value === null || value === undefined ? 0 : (String(value).split(".")[1] ?? "").length);
}

/** The figure and its unit, kept on one line. */
export function withUnit(value: number | null | undefined, unit: string | null, decimals?: number): string {
  const text = figure(value, decimals);
  return text === MISSING || !unit ? text : `${text}\u00a0${unit}`;
}

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  if (value >= GIB) return withUnit(value / GIB, "GiB", 2);
  if (value >= MIB) return withUnit(value / MIB, "MiB", 1);
  return value >= 1024 ? withUnit(value / 1024, "KiB", 1) : withUnit(value, "B", 0);
}

/** A span of time for reading, not for comparing: `840 ms`, `12.3 s`, `2 min 05 s`, `1 h 02 min`. */
export function span(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return MISSING;
  if (ms < 999.5) return withUnit(ms, "ms", 0);
  if (ms < 59_950) return withUnit(ms / 1000, "s", 1);
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}\u00a0min ${two(seconds % 60)}\u00a0s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}\u00a0h ${two(minutes % 60)}\u00a0min`;
}

/** Time since a run's start on an axis or in a table, in seconds. */
export function seconds(ms: number): string {
  return figure(ms / 1000, 2);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** Local time of day. */
export function clock(at: string | number | null | undefined): string {
  const date = dateOf(at);
  return date ? `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}` : MISSING;
}

/** Local date and time, sortable by eye. */
export function dateTime(at: string | number | null | undefined): string {
  const date = dateOf(at);
  return date ? `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clock(at)}` : MISSING;
}

function dateOf(at: string | number | null | undefined): Date | null {
  if (at === null || at === undefined) return null;
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** The first figures of a hash: enough to tell two versions apart by eye. */
export function shortHash(sha: string | null | undefined): string {
  return sha ? sha.slice(0, 8) : MISSING;
}

/** The end of a run id: a UUIDv7 starts with the time, so its tail tells neighbours apart. */
export function shortId(runId: string): string {
  return runId.length > 8 ? runId.slice(-8) : runId;
}

/** `foreign_gpu_load` and `cache-warm` as words. */
export function words(code: string): string {
  return code.replace(/[_-]+/g, " ");
}
