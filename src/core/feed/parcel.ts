/**
 * Payloads that are told at once, in their order. The same parcel goes to all who are told the same, so that what a
 * transport makes of it is made once.
 */
export interface Parcel<Payload> {
  /** Puts one more in. False: it is full, and goes as it is. */
  add(payload: Payload): boolean;
}
