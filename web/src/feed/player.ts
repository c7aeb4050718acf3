// Plays a film: moves its moment on with the clock, a step a frame, to its end, or until it is paused or left.

import type { Store } from "../state/store";

export class Player {
  private frame = 0;

  constructor(private readonly store: Store) {}

  /** `film` is the key of its moment, in ms. */
  play(film: string, from: number, until: number): void {
    cancelAnimationFrame(this.frame);
    const began = performance.now();
    const place = this.store.get().route;
    this.show({ [film]: from, playing: film });
    const step = () => {
      const { route, ui } = this.store.get();
      if (route !== place || ui["playing"] !== film) return this.pause();
      const at = Math.min(from + performance.now() - began, until);
      this.show({ [film]: at, playing: at < until ? film : "" });
      if (at < until) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  pause(): void {
    cancelAnimationFrame(this.frame);
    this.show({ playing: "" });
  }

  private show(patch: Record<string, string | number>): void {
    this.store.set({ ui: { ...this.store.get().ui, ...patch } });
  }
}
