/** Data that a format cannot hold. The message says what stands in the way and what to do; it never holds a value. */
export class Unfit extends Error {}
