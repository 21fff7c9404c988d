// Clients, reads and expectations for the tests of vault/, with every option defaulted.
import assert from 'node:assert/strict';
import { type Clock, systemClock } from '../../src/clock.ts';
import { MountError, type Reason } from '../../src/errors.ts';
import type { Emit } from '../../src/events.ts';
import type { StoreClient } from '../../src/fetch/ports.ts';
import { effectOf, type Method } from '../../src/plan/methods.ts';
import type { Read, StoreSettings, TlsSettings } from '../../src/plan/plan.ts';
import { OWN_LEASE } from '../../src/plan/read.ts';
import { Secret } from '../../src/secret.ts';
import type { AddressPolicy } from '../../src/vault/address-rules.ts';
import type { Resolve } from '../../src/vault/host-lookup.ts';
import type { ProxySettings } from '../../src/vault/proxy.ts';
import { VaultStores } from '../../src/vault/stores.ts';

export const TOKEN = new Secret('s.token-of-a-test-0123456789');

export interface FixtureOptions {
  readonly policy?: Partial<AddressPolicy>;
  readonly proxy?: ProxySettings;
  readonly clock?: Clock;
  readonly emit?: Emit;
  readonly storeConcurrency?: number;
  readonly resolve?: Resolve;
  readonly shortestRenewedMs?: number;
}

export function createStores(options: FixtureOptions = {}): VaultStores {
  return new VaultStores({
    storeConcurrency: options.storeConcurrency ?? 32,
    policy: { addresses: 'any', allowed: [], ...options.policy },
    proxy: options.proxy ?? {},
    clock: options.clock ?? systemClock,
    emit: options.emit,
    resolve: options.resolve,
    shortestRenewedMs: options.shortestRenewedMs,
  });
}

type SettingsOptions = Partial<Omit<StoreSettings, 'address' | 'tls'>> & { readonly tls?: Partial<TlsSettings> };

export function settingsOf(address: string, options: SettingsOptions = {}): StoreSettings {
  return { isFromClass: true, namespace: '', ...options, address, tls: { skipVerify: false, ...options.tls } };
}

export function openClient(address: string, options: FixtureOptions & SettingsOptions = {}): Promise<StoreClient> {
  return createStores(options).open(settingsOf(address, options));
}

export function readOf(path: string, rest: Partial<Omit<Read, 'body'>> & { readonly body?: string } = {}): Read {
  const { body, ...others } = rest;
  return {
    key: path,
    method: 'GET',
    effect: effectOf((others.method ?? 'GET') as Method),
    query: '',
    leaseSettings: OWN_LEASE,
    ...others,
    path,
    body: body === undefined ? undefined : new Secret(body),
  };
}

/** The time of one request; by default so long that only a hang meets it. */
export function within(ms = 60_000): AbortSignal {
  return AbortSignal.timeout(ms);
}

export async function rejectsWith(
  work: Promise<unknown>,
  reason: Reason,
  message?: string | RegExp,
): Promise<MountError> {
  const error = await work.then(
    () => assert.fail('it went well'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof MountError, `not a MountError: ${error}`);
  assert.equal(`${error.reason}: ${error.message}`.split(': ')[0], reason, error.message);
  if (typeof message === 'string') assert.equal(error.message, message);
  if (message instanceof RegExp) assert.match(error.message, message);
  return error;
}

/** A resolver that answers every name with these addresses, one turn of the event loop later, and notes what it was asked. */
export function resolvingTo(...addresses: string[]): { resolve: Resolve; asked: string[] } {
  const asked: string[] = [];
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const resolve = (host: string, _options: unknown, done: (error: null, all: typeof found) => void) => {
    asked.push(host);
    setImmediate(() => done(null, found));
  };
  return { resolve: resolve as unknown as Resolve, asked };
}
