/** Stands for an expression that does not fit the value that it is applied to; the text says how, and holds nothing of it. */
export class NotApplicable extends Error {}
