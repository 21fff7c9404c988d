// Checks the values of a record before they are used: another version may have written it, and a malformed time would keep a
// timer running without a pause.

export function areTexts(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'string');
}

export function areNumbers(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'number');
}

/** Boot times; null stands for never. */
export function areTimes(...values: readonly unknown[]): boolean {
  return values.every((value) => value === null || typeof value === 'number');
}

export function areFlags(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'boolean');
}
