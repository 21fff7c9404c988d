// A kubeconfig file's current context as an ApiServer. Tokens, token files and client certificates are taken; what runs
// a program to log in (exec, auth-provider) is refused: a daemon on a node must not start foreign programs.
import { dirname, isAbsolute, join } from 'node:path';
import { parseDocument } from 'yaml';
import { Secret } from '../secret.ts';
import { readSmallFile, whyUnreadable } from '../small-file.ts';
import { StartupError } from '../startup-error.ts';
import { unexpandedHint } from '../unexpanded.ts';
import type { ApiServer, Source } from './api-server.ts';

type Entry = Readonly<Record<string, unknown>>;

/** @throws StartupError, never quoting the file's text. */
export async function readKubeconfig(path: string): Promise<ApiServer> {
  const file = new Kubeconfig(path, parse(path, await readText(path)));
  const contextName = file.root['current-context'];
  if (typeof contextName !== 'string' || contextName === '') throw file.wrong('has no current-context');
  const context = file.named('contexts', 'context', contextName);
  const cluster = file.named('clusters', 'cluster', context['cluster']);
  const user = context['user'] === undefined ? {} : file.named('users', 'user', context['user']);
  for (const plugin of ['exec', 'auth-provider']) {
    if (user[plugin] !== undefined) {
      throw file.wrong(
        `logs in through ${plugin}, which is not supported; use a token, a tokenFile or a client certificate`,
      );
    }
  }
  return {
    ...readServer(file, cluster),
    ca: file.source(cluster, 'certificate-authority'),
    serverName: file.text(cluster, 'tls-server-name'),
    skipVerify: cluster['insecure-skip-tls-verify'] === true,
    token: readToken(file, user),
    certificate: readCertificate(file, user),
    namespace: file.text(context, 'namespace') ?? 'default',
  };
}

function readServer(file: Kubeconfig, cluster: Entry): Pick<ApiServer, 'host' | 'port' | 'basePath'> {
  const url = URL.parse(file.text(cluster, 'server') ?? '');
  if (url?.protocol !== 'https:') throw file.wrong('names no server that starts with https://');
  return {
    // WHATWG URLs keep the brackets of an IPv6 address, sockets do not take them.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 443 : Number(url.port),
    basePath: url.pathname.replace(/(?<!\/)\/+$/, ''),
  };
}

/** As kubectl: the file takes precedence over the token, because it may be newer. */
function readToken(file: Kubeconfig, user: Entry): Source | undefined {
  const path = file.text(user, 'tokenFile');
  if (path !== undefined) return { path: file.resolve(path) };
  const token = file.text(user, 'token');
  return token === undefined ? undefined : { text: new Secret(token) };
}

function readCertificate(file: Kubeconfig, user: Entry): ApiServer['certificate'] {
  const cert = file.source(user, 'client-certificate');
  const key = file.source(user, 'client-key');
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw file.wrong('has a client certificate without its key, or the other way');
  return { cert, key };
}

async function readText(path: string): Promise<string> {
  try {
    return (await readSmallFile(path)).toString();
  } catch (cause) {
    const why = `${whyUnreadable(cause)}${unexpandedHint(path)}`;
    throw new StartupError(`cannot read kubeconfig ${path}: ${why}`, { cause, exitCode: 2 });
  }
}

/** The engine's own messages quote the text, and the text holds tokens. */
function parse(path: string, text: string): Entry {
  let root: unknown;
  try {
    // uniqueKeys compares each key with each other; the file is the operator's own, and kubectl does not check.
    const document = parseDocument(text, { uniqueKeys: false, logLevel: 'silent' });
    if (document.errors.length === 0) root = document.toJS({ maxAliasCount: 100 });
  } catch {
    root = undefined;
  }
  if (!isEntry(root)) throw new StartupError(`kubeconfig ${path} is not a YAML map`);
  return root;
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

class Kubeconfig {
  readonly path: string;
  readonly root: Entry;

  constructor(path: string, root: Entry) {
    this.path = path;
    this.root = root;
  }

  wrong(what: string): StartupError {
    return new StartupError(`kubeconfig ${this.path} ${what}`);
  }

  /** `list: [{name: NAME, field: {...}}]` */
  named(list: string, field: string, name: unknown): Entry {
    const entries: unknown = this.root[list];
    const entry = Array.isArray(entries) ? entries.find((one) => isEntry(one) && one['name'] === name) : undefined;
    const value = isEntry(entry) ? entry[field] : undefined;
    if (!isEntry(value)) throw this.wrong(`names a ${field} that is not in its ${list}`);
    return value;
  }

  text(entry: Entry, field: string): string | undefined {
    const value = entry[field];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') throw this.wrong(`has a ${field} that is not a string`);
    return value;
  }

  /** `field-data` (base64) takes precedence over `field` (a path), as with kubectl. */
  source(entry: Entry, field: string): Source | undefined {
    const data = this.text(entry, `${field}-data`);
    if (data !== undefined) return { text: new Secret(Buffer.from(data, 'base64').toString()) };
    const path = this.text(entry, field);
    return path === undefined ? undefined : { path: this.resolve(path) };
  }

  /** Paths in a kubeconfig are relative to the file. */
  resolve(path: string): string {
    return isAbsolute(path) ? path : join(dirname(this.path), path);
  }
}
