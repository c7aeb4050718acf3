// What a view would put on the page, without a page: parts are called until only elements and texts are left.

import type { ComponentChildren, VNode } from "preact";

/** All texts in their order, and the attributes that tests look for. */
export function shown(of: ComponentChildren): string {
  return pieces(of).join(" ").replaceAll(/\s+/g, " ").trim();
}

function pieces(of: ComponentChildren): string[] {
  if (of === null || of === undefined || typeof of === "boolean") return [];
  if (Array.isArray(of)) return of.flatMap(pieces);
  if (typeof of !== "object") return [String(of)];
  const { type, props } = of as VNode<{ children?: ComponentChildren }>;
  return typeof type === "function" ? pieces((type as (props: object) => ComponentChildren)(props)) : pieces(props.children);
}
