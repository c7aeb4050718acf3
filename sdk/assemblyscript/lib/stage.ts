/** A part of a load whose rate changes. */
export class Stage {
  private constructor(public perSecond: f64, public seconds: f64) {}
  /** From the rate before it to this one, in a straight line over so many seconds. To the same rate is a plateau, over 0
   *  seconds a jump, to 0 arrivals the way into a pause. */
  static to(perSecond: f64, seconds: f64): Stage { return new Stage(perSecond, seconds); }
}
