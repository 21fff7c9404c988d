// What the classes that are written need of the driver.
import type { Connection } from './connection.ts';
import type { Moved } from './move.ts';

export interface DriverNeeds {
  readonly syncsSecrets: boolean;
  /** Those that classes name, each once. */
  readonly audiences: readonly string[];
}

/** @param connections of the classes */
export function driverNeeds(moved: readonly Moved[], connections: readonly Connection[]): DriverNeeds {
  return {
    syncsSecrets: moved.some(({ isSynced }) => isSynced),
    audiences: [...new Set(connections.flatMap(({ audience }) => audience ?? []))].sort(),
  };
}
