// What annotations say of a file, with what holds if they say nothing.

export type Delimiters = readonly [left: string, right: string];

export interface FileSettings {
  /** As annotations have it behind theirs. */
  readonly suffix: string;
  /** Below the mount. */
  readonly name: string;
  readonly mountPath: string;
  readonly template: string;
  readonly delimiters: Delimiters;
  readonly errorOnMissingKey: boolean;
  readonly mode: number;
}

export const BRACES: Delimiters = ['{{', '}}'];
