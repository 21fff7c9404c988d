// What the daemon's messages say for a pod, said for a person who mounts by hand: nobody tries again for them, there is
// no container, and the login may be their own token.
import type { MountOptions } from './mount-options.ts';

type Circumstances = Pick<MountOptions, 'isWatching' | 'login'>;

/** As the daemon says it, and how it is said here. */
export function ownWords({ isWatching, login }: Circumstances): readonly (readonly [string, string])[] {
  return [
    ['the mount will be tried again', isWatching ? 'the next look tries again' : 'run the command again'],
    ['; waiting for it to answer again', isWatching ? '; the next look tries again' : ''],
    ["or mount the file into the provider's container", 'or name another with --override'],
    ["check the node's clock", "check this machine's clock"],
    ['may not be used by the provider', 'may not be used by you'],
    ["the node's operator can allow it: ", 'allow it with '],
    ["allow it by the provider's --allow-store-address", 'allow it with --allow-store-address'],
    ...(login.kind === 'token'
      ? ([["a policy of the login's role must grant", 'a policy of the given token must grant']] as const)
      : []),
  ];
}

export function inOwnWords(message: string, circumstances: Circumstances): string {
  return ownWords(circumstances).reduce((text, [theirs, ours]) => text.replaceAll(theirs, ours), message);
}
