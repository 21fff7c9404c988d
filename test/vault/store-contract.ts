// What a store must do for the rest of the program, whichever store it is. A store's own test file starts it, seeds it
// as `ContractStore` says, runs these against its clients and stops it.
import assert from 'node:assert/strict';
import type { Answer, StoreClient, Stores } from '../../src/fetch/ports.ts';
import { getOwn, isJsonObject, JsonNumber, type JsonObject, type JsonValue } from '../../src/json.ts';
import type { Read, StoreSettings } from '../../src/plan/plan.ts';
import { Secret } from '../../src/secret.ts';
import { parsed } from '../harness/json.ts';
import { skip } from '../harness/skip.ts';
import { rejectsWith, within } from './client-fixture.ts';

/** A running store and where in it the contract finds what it needs. */
export interface ContractStore {
  readonly stores: Stores;
  readonly settings: StoreSettings;
  /** A login mount with the role `reader`, which may read everything below but `forbidden`, and no role `nobody`. */
  readonly mount: string;
  jwt(claims?: { lifeSeconds?: number }): string;
  readonly reads: {
    /** data: text "grüße, 世界 🎉", big 12345678901234567890, decimal 1.10, nested {"a":[1,null,true]}, empty "". */
    readonly plain: Read;
    /** Two versions, { n: "one" } and { n: "two" }; `first` asks for version 1. */
    readonly versioned: Read;
    readonly first: Read;
    /** Its newest version is deleted. */
    readonly deleted: Read;
    /** Keys `a` and `b`. */
    readonly list: Read;
    readonly missing: Read;
    readonly nowhere: Read;
    readonly forbidden: Read;
    /** A write with arguments that answers with a certificate for app.example.com. */
    readonly issue: Read;
    /** The same for a name the store refuses; the name is an argument value. */
    readonly refused: Read;
    /** Answers with a lease of one hour, each time another. */
    readonly leased: Read;
  };
  /** The same store seen through its namespace `team`, with a mount and a role of the same names there; undefined: it has none. */
  readonly namespaced: { readonly settings: StoreSettings; readonly read: Read; jwt(): string } | undefined;
}

export function storeContract(name: string, started: () => ContractStore): void {
  describe(`the store contract, kept by ${name}`, () => {
    let store: ContractStore;
    let client: StoreClient;
    let token: Secret<string>;
    const login = (role: string, jwt = store.jwt()) =>
      client.login({ mount: store.mount, role, jwt: new Secret(jwt) }, within());
    const read = (what: Read) => client.read(what, token, within());

    before(async () => {
      store = started();
      client = await store.stores.open(store.settings);
      token = (await login('reader')).token;
    });

    it('logs in and grants a renewable token with a life', async () => {
      const grant = await login('reader');
      assert.equal(grant.ttlMs, 3_600_000);
      assert.equal(grant.isRenewable, true);
      assert.equal(grant.isBatch, false);
      assert.equal(grant.uses, 0);
      assert.equal(grant.proves === 'account', grant.account !== '', 'an account is proven by its name');
    });

    it('refuses a role that does not exist, in its own words and ours', async () => {
      await rejectsWith(
        login('nobody'),
        'login-refused',
        /^login at auth\/\S+ as role "nobody": refused by the store \(4\d\d: .*nobody.*\); check that auth\//,
      );
    });

    it('refuses a token that has ended', async () => {
      const ended = store.jwt({ lifeSeconds: -3000 });
      const error = await rejectsWith(login('reader', ended), 'login-refused', /expired/);
      assert.ok(!error.message.includes(ended));
    });

    it('refuses what is not a token, and a mount that is not there', async () => {
      await rejectsWith(login('reader', 'garbage'), 'login-refused');
      const request = { mount: 'nowhere', role: 'reader', jwt: new Secret(store.jwt()) };
      await rejectsWith(client.login(request, within()), 'login-refused', /check that auth\/nowhere is a login method/);
    });

    it('renews a token, knows a live one from a dead one, and revokes it', async () => {
      const { token } = await login('reader');
      const renewed = await client.renew(token, within());
      assert.equal(renewed.token.reveal(), token.reveal());
      assert.equal(renewed.ttlMs, 3_600_000);
      assert.equal(await client.isAlive(token, within()), true);
      await client.revoke(token, within());
      assert.equal(await client.isAlive(token, within()), false);
      await rejectsWith(client.renew(token, within()), 'read-forbidden');
      await rejectsWith(client.read(store.reads.plain, token, within()), 'read-forbidden');
    });

    it('gives the text of every value as it holds it', async () => {
      const data = dataOf(await read(store.reads.plain));
      assert.equal(data['text'], 'grüße, 世界 🎉');
      assert.equal(data['empty'], '');
      assert.equal(textOf(data['big']), '12345678901234567890');
      assert.equal(textOf(data['decimal']), '1.10');
      assert.equal(JSON.stringify(data['nested']), '{"a":[1,null,true]}');
    });

    it('gives an answer without a lease where nothing ends', async () => {
      const answer = await read(store.reads.plain);
      assert.equal(answer.hasLease, false);
      assert.equal(answer.leaseMs, 0);
      assert.ok(answer.sizeBytes > 100);
    });

    it('gives the newest version, or the one that the query asks for', async () => {
      assert.deepEqual(inner(await read(store.reads.versioned)), { n: 'two' });
      assert.deepEqual(inner(await read(store.reads.first)), { n: 'one' });
    });

    it('says which version was deleted and when', async () => {
      await rejectsWith(
        read(store.reads.deleted),
        'version-deleted',
        /^GET \S+: version 1 was deleted at \d{4}-\d\d-\d\dT\S+; undelete it, or write a new version$/,
      );
    });

    it('lists the keys below a path', async () => {
      assert.deepEqual(dataOf(await read(store.reads.list))['keys'], ['a', 'b']);
    });

    it('tells a missing path from a missing engine and from a forbidden path', async () => {
      await rejectsWith(read(store.reads.missing), 'path-missing', /^GET \S+: there is nothing at this path /);
      await rejectsWith(read(store.reads.nowhere), 'path-missing', /^GET \S+: no secrets engine is mounted there /);
      const { path } = store.reads.forbidden;
      await rejectsWith(
        read(store.reads.forbidden),
        'read-forbidden',
        `GET ${path}: forbidden by the store (403: permission denied); a policy of the login's role must grant "read" on ${path}`,
      );
    });

    it('carries out a write with arguments and answers with what it made', async () => {
      const data = dataOf(await read(store.reads.issue));
      assert.match(String(data['certificate']), /^-----BEGIN CERTIFICATE-----/);
    });

    it('says why it refuses arguments, without showing their values', async () => {
      const error = await rejectsWith(
        read(store.reads.refused),
        'request-refused',
        /refused by the store \(400: .*\[redacted\]/,
      );
      assert.ok(!error.message.includes('elsewhere.test'));
    });

    it('gives every reader of a leased path a lease of its own', async () => {
      const [one, other] = await Promise.all([read(store.reads.leased), read(store.reads.leased)]);
      for (const answer of [one, other]) {
        assert.equal(answer.hasLease, true);
        assert.equal(answer.leaseMs, 3_600_000);
      }
      assert.notEqual(one.leaseId, other.leaseId);
    });

    it('says that it ignores namespaces where it does', async () => {
      assert.equal(await client.ignoresNamespaces(within()), store.namespaced === undefined);
    });

    it('keeps namespaces apart', async function () {
      if (store.namespaced === undefined) skip(this, 'the store has no namespaces');
      const { settings, read: inTeam, jwt } = store.namespaced;
      const team = await store.stores.open(settings);
      assert.notEqual(team.key, client.key);
      const request = { mount: store.mount, role: 'reader', jwt: new Secret(jwt()) };
      const grant = await team.login(request, within());
      assert.deepEqual(inner(await team.read(inTeam, grant.token, within())), { who: 'team' });
      await rejectsWith(read(inTeam), 'path-missing');
      const none = await store.stores.open({ ...settings, namespace: 'nowhere' });
      await rejectsWith(none.login(request, within()), 'login-refused', /no namespace nowhere/);
    });
  });
}

function dataOf(answer: Answer): JsonObject {
  const data = getOwn(parsed(answer.body.reveal()), 'data');
  assert.ok(isJsonObject(data));
  return data;
}

function inner(answer: Answer): JsonValue {
  return getOwn(dataOf(answer), 'data') ?? null;
}

function textOf(value: JsonValue | undefined): string {
  assert.ok(value instanceof JsonNumber);
  return value.text;
}
