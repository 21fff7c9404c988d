// Facts as the rooms state them, for the tests of observe/.
import type { MountFact } from '../../src/events.ts';

export function makeMount(changes: Partial<MountFact> = {}): MountFact {
  return {
    type: 'mount',
    namespace: 'team',
    pod: 'app-1',
    account: 'app',
    class: 'db',
    isFirst: true,
    objects: 2,
    outcome: 'ok',
    code: 0,
    reason: undefined,
    message: undefined,
    ms: 12.345,
    logins: 1,
    reads: 2,
    bytes: 300,
    versions: ['user=3.0a1b2c3d4e5f', 'password=3.5f4e3d2c1b0a'],
    ...changes,
  };
}

export const FAILED: Partial<MountFact> = {
  outcome: 'failed',
  code: 5,
  reason: 'key-missing',
  message: '2 of 3 objects failed:\n- object "a": secret/data/app has no key "x"\n- object "b": gone',
};
