// What a step may use. Each step works in a Kubernetes namespace of its own, with accounts and paths named after it.
import type { DriverOptions } from './node/driver.ts';
import type { Node } from './node/node.ts';
import type { Store } from './node/store.ts';

export interface World {
  readonly node: Node;
  readonly store: Store;
  /** A finding of the step that is running, for a person; shown at once and in the table. */
  readonly note: (finding: string) => void;
}

export interface Step {
  readonly title: string;
  /** What holds where the step is green. */
  readonly proves: string;
  readonly run: (world: World) => Promise<void>;
  /** Why it cannot be run on this machine as it is; undefined if it can. */
  readonly isMissing?: () => Promise<string | undefined>;
  /** It looks at what all others left. */
  readonly runsLast?: true;
}

/** A class may ask for a token of an audience of its own; the driver brings what is listed. */
export const OWN_AUDIENCE = 'payments';

export const DRIVER_OPTIONS: DriverOptions = {
  pollInterval: '5s',
  audiences: ['vault', 'openbao', OWN_AUDIENCE, ''],
};
