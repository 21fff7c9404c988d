// The leases that a store has, as somebody who holds them would ask for them.
import type { OpenBao } from '../harness/openbao.ts';

/**
 * Ids of those that are good. One that was revoked or has ended is listed by the store until it has removed it: if that
 * fails, as its database is away, the store tries again after 10 to 30 s, then after twice as long, and so on.
 */
export async function leasesOf(store: OpenBao, paths: readonly string[]): Promise<readonly string[]> {
  const listed = (await Promise.all(paths.map((path) => list(store, path)))).flat();
  const areGood = await Promise.all(listed.map((id) => isGood(store, id)));
  return listed.filter((_, at) => areGood[at]);
}

async function list(store: OpenBao, path: string): Promise<readonly string[]> {
  const listing = store.request('LIST', `sys/leases/lookup/${path}`);
  const { data } = await listing.catch((error: Error) => {
    if (error.message.includes(': 404')) return { data: { keys: [] } };
    throw error;
  });
  return (data.keys as string[]).map((key) => `${path}/${key}`);
}

async function isGood(store: OpenBao, id: string): Promise<boolean> {
  const lookup = store.request('PUT', 'sys/leases/lookup', { lease_id: id });
  const { data } = await lookup.catch((error: Error) => {
    if (/: 400 .*invalid lease/.test(error.message)) return { data: { expire_time: null } };
    throw error;
  });
  return Date.parse(data.expire_time) > Date.now();
}
