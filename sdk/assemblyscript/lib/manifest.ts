// What the scenario says of itself.

import * as abi from "./abi";
import { keep, zeros } from "./memory";
import { Param } from "./param";

/** Name: lower-case words joined by `-`; description: what is measured, and what one learns from it. */
export class Manifest {
  private params: Param[] = [];
  private targets: abi.Target[] = [];

  constructor(private name: string, private version: string, private description: string) {}

  /** A target that the scenario may ask; any other is refused. */
  uses(target: abi.Target): Manifest { this.targets.push(target); return this; }
  /** Adds a parameter. The form shows them in this order. */
  param(param: Param): Manifest { this.params.push(param); return this; }

  write(to: usize): void {
    keep(to + abi.Manifest.name, this.name);
    keep(to + abi.Manifest.version, this.version);
    keep(to + abi.Manifest.description, this.description);
    const params = zeros(<usize>this.params.length * abi.Param.SIZE);
    for (let i = 0; i < this.params.length; i++) this.params[i].write(params + <usize>i * abi.Param.SIZE);
    store<usize>(to + abi.Manifest.params, params);
    store<i32>(to + abi.Manifest.params, this.params.length, 4);
    const targets = zeros(<usize>this.targets.length);
    for (let i = 0; i < this.targets.length; i++) store<u8>(targets + <usize>i, <u8>this.targets[i]);
    store<usize>(to + abi.Manifest.targets, targets);
    store<i32>(to + abi.Manifest.targets, this.targets.length, 4);
  }
}
