/** Thrown if an expression does not fit its value; the message says why and never quotes the value. */
export class NotApplicable extends Error {}
