// The pod's way in: its tokens, its role, where it logs in.
import { answer } from '../harness/faulty-store.ts';
import { type Reply, status } from '../kube/api-server.ts';
import type { Bench, Way } from './bench.ts';

const LOGIN = 'object "a": login at auth/jwt as role';
const CHECK =
  "check that auth/jwt is a login method, that the role exists there, and that it admits the pod's service account, namespace and the token's audience [login-refused]";

const SECOND_FACTOR = {
  auth: { client_token: '', mfa_requirement: { mfa_request_id: 'd0c9', mfa_constraints: {} } },
};

export const LOGIN_WAYS: readonly Way[] = [
  {
    name: 'no token',
    wrong: () => ({ audiences: [] }),
    says: 'object "a": no service account token came with the mount, and there is no API server to ask for one; either list the class\'s audience ("vault" or "openbao" if it names none) in spec.tokenRequests of CSIDriver secrets-store.csi.k8s.io, or start the provider with a kubeconfig and allow the provider\'s service account to create serviceaccounts/token [token-missing]',
    fix: () => ({}),
  },
  {
    name: 'tokens for other audiences, and the class takes one of them',
    wrong: () => ({ audiences: ['conjur', 'https://api'] }),
    says: 'object "a": service account tokens only for "conjur", "https://api" came with the mount, and there is no API server to ask for one; either set the parameter audience to one of those if the role admits it, list the class\'s audience ("vault" or "openbao" if it names none) in spec.tokenRequests of CSIDriver secrets-store.csi.k8s.io, or start the provider with a kubeconfig and allow the provider\'s service account to create serviceaccounts/token [token-missing]',
    fix: async ({ world }) => {
      await world.jwt.addRole('conjur', { policies: ['least'], audience: 'conjur' });
      return { role: 'conjur', parameters: { audience: 'conjur' }, audiences: ['conjur', 'https://api'] };
    },
  },
  {
    name: 'tokens for other audiences, and the driver passes the one that is wanted',
    wrong: () => ({ audiences: ['conjur'], parameters: { audience: 'mine' } }),
    says: 'object "a": service account tokens only for "conjur" came with the mount, and there is no API server to ask for one; either set the parameter audience to one of those if the role admits it, list audience "mine" in spec.tokenRequests of CSIDriver secrets-store.csi.k8s.io, or start the provider with a kubeconfig and allow the provider\'s service account to create serviceaccounts/token [token-missing]',
    fix: async ({ world }) => {
      await world.jwt.addRole('mine', { policies: ['least'], audience: 'mine' });
      return { role: 'mine', parameters: { audience: 'mine' }, audiences: ['conjur', 'mine'] };
    },
  },
  {
    name: 'a token of another account',
    wrong: ({ world }) => ({ tokens: { vault: world.jwt.mintJwt({ namespace: 'team', account: 'admin' }) } }),
    says: 'object "a": the service account token is of team/admin, but the pod runs as team/app; remove csi.storage.k8s.io/serviceAccount.tokens from the volume\'s attributes [token-mismatch]',
    fix: () => ({}),
  },
  {
    name: 'a role that is not there',
    wrong: () => ({ role: 'later' }),
    says: `${LOGIN} "later": refused by the store (400: role "later" could not be found); ${CHECK}`,
    fix: async ({ world }) => {
      await world.jwt.addRole('later', { policies: ['least'] });
      return undefined;
    },
  },
  {
    name: 'a role of another audience',
    wrong: async ({ world }) => {
      await world.jwt.addRole('other', { policies: ['least'], audience: 'other' });
      return { role: 'other' };
    },
    says: `${LOGIN} "other": refused by the store (400: error validating token: invalid audience (aud) claim: audience claim does not match any expected audience); ${CHECK}`,
    fix: async ({ world }) => {
      await world.jwt.addRole('other', { policies: ['least'], audience: 'vault' });
      return undefined;
    },
  },
  {
    name: 'a login mount that is not there',
    wrong: () => ({ parameters: { vaultAuthMountPath: 'jwt-2' } }),
    says: `object "a": login at auth/jwt-2 as role "least": refused by the store (403: permission denied); ${CHECK.replace('auth/jwt ', 'auth/jwt-2 ')}`,
    fix: ({ world }) => ({ parameters: { vaultAuthMountPath: world.jwt.mount } }),
  },
  {
    name: 'a namespace that is not there',
    wrong: () => ({ parameters: { vaultNamespace: 'nowhere' } }),
    says: `${LOGIN} "least": refused by the store (404: namespace not found); there is no namespace nowhere: check vaultNamespace [login-refused]`,
    saysVault: null,
    fix: () => ({}),
  },
  {
    name: 'no token, and no right to ask for one',
    wrong: asking(status(403, 'serviceaccounts "app" is forbidden')),
    says: 'object "a": no service account token came with the mount, and the API server does not allow this provider to request one (serviceaccounts "app" is forbidden); either list the class\'s audience ("vault" or "openbao" if it names none) in spec.tokenRequests of CSIDriver secrets-store.csi.k8s.io, or allow the provider\'s service account to create serviceaccounts/token [token-missing]',
    fix: granting,
  },
  {
    name: 'an account that is not there yet',
    wrong: asking(status(404, 'serviceaccounts "app" not found')),
    says: 'object "a": the API server gives no token for service account team/app: serviceaccounts "app" not found [token-request-refused]',
    fix: granting,
  },
  {
    name: 'an API server that fails',
    wrong: asking(status(500, 'etcdserver: request timed out')),
    says: 'object "a": the API server API answered 500: etcdserver: request timed out [api-unreachable]',
    fix: granting,
  },
  {
    name: 'a role that wants a second factor',
    wrong: async (bench) => {
      const { address } = await bench.front(answer(200, SECOND_FACTOR));
      return { parameters: { vaultAddress: address } };
    },
    says: `${LOGIN} "least": the store asks for a second factor, which a pod cannot give; take the login MFA off this role [login-incomplete]`,
    fix: ({ bao }) => ({ parameters: { vaultAddress: bao.address } }),
  },
];

/** A driver without tokens, and an API server that answers so. */
function asking(reply: Reply): Way['wrong'] {
  return async (bench) => {
    const api = await bench.api();
    api.reply = () => reply;
    return { audiences: [], daemon: bench.kubeconfig };
  };
}

async function granting(bench: Bench): Promise<undefined> {
  await bench.api();
  return undefined;
}
