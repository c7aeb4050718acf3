// A view that is drawn again only when what it was given has changed.

import { Component, type ComponentChild, type FunctionComponent } from "preact";

export function pure<P extends object>(view: (props: P) => ComponentChild): FunctionComponent<P> {
  class Pure extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const keys = new Set([...Object.keys(next), ...Object.keys(this.props)]) as Set<keyof P>;
      return [...keys].some((key) => next[key] !== (this.props as P)[key]);
    }

    override render() {
      return view(this.props as P);
    }
  }
  return Pure as unknown as FunctionComponent<P>;
}
