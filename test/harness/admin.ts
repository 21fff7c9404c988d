// A store's operator: node-vault, for the engines, policies, login methods, roles and secrets that tests, benches and the
// demo begin with. What a test asks of the store itself goes by callStore, which sends just what it is told.
import createVault, { type client } from 'node-vault';

export type Admin = client;

/** In a namespace of the store; empty: the root one. */
export type AdminOf = (namespace?: string) => Admin;

export function adminOf(address: string, token: string): AdminOf {
  return (namespace = '') => {
    const admin = createVault({ endpoint: address, token });
    // Where they are not given it takes those of the developer's shell.
    return Object.assign(admin, { namespace, pathPrefix: '' });
  };
}
