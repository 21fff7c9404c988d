// The certificates and keys a store is reached with. Files are looked at on every `load` and read again
// when they change; what they hold, not where they lie, tells two settings apart. Loads of one setting
// that run at once are one load. Bounded; the setting used longest ago is forgotten first.
import { hash, X509Certificate } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { MountError } from '../errors.ts';
import type { TlsSettings } from '../plan/plan.ts';
import type { AgentTls } from './agents.ts';

export interface TlsMaterial extends AgentTls {
  /** Equal for settings that come to the same certificates, server name and checks. */
  readonly digest: string;
  /** Whose signature the store's certificate must bear, for messages: `the CA of vaultCACertPath /ca.pem`. */
  readonly trust: string;
}

/** Settings kept; a node's classes name few, and a pod's author must not fill the memory. */
const MAX_SETTINGS = 128;
/** A bundle of every public CA is 0.25 MB; beyond this it is no certificate file. */
const MAX_FILE_BYTES = 1024 * 1024;
/** /etc/ssl/certs holds about 300 entries. */
const MAX_FOLDER_FILES = 1000;
const MAX_FOLDER_DEPTH = 4;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** One file that settings name, directly or through a folder. */
interface NamedFile {
  readonly parameter: Parameter;
  readonly path: string;
}
type Parameter = 'vaultCACertPath' | 'vaultCADirectory' | 'vaultTLSClientCertPath' | 'vaultTLSClientKeyPath';

interface Known {
  /** What stat said of every file when the material was read. */
  readonly stamp: string;
  readonly material: TlsMaterial;
}

export class TlsFiles {
  readonly #known = new Map<string, Known>();
  readonly #loading = new Map<string, Promise<TlsMaterial>>();
  #systemRoots: readonly string[] | undefined;

  /** @throws MountError tls-file */
  load(settings: TlsSettings): Promise<TlsMaterial> {
    const key = JSON.stringify(settings);
    const underWay = this.#loading.get(key);
    if (underWay !== undefined) return underWay;
    const loading = this.#refresh(key, settings).finally(() => this.#loading.delete(key));
    this.#loading.set(key, loading);
    return loading;
  }

  async #refresh(key: string, settings: TlsSettings): Promise<TlsMaterial> {
    const files = await listFiles(settings);
    const stamp = (await Promise.all(files.map(stampOf))).join('\n');
    const known = this.#known.get(key);
    this.#known.delete(key);
    const material = known?.stamp === stamp ? known.material : await this.#read(settings, files);
    this.#known.set(key, { stamp, material });
    const oldest = this.#known.keys().next();
    if (this.#known.size > MAX_SETTINGS && !oldest.done) this.#known.delete(oldest.value);
    return material;
  }

  async #read(settings: TlsSettings, files: readonly NamedFile[]): Promise<TlsMaterial> {
    const texts = await Promise.all(files.map(readText));
    const textsOf = (parameter: Parameter) => texts.filter((_, i) => files[i]?.parameter === parameter);
    const [cert] = textsOf('vaultTLSClientCertPath');
    const [key] = textsOf('vaultTLSClientKeyPath');
    const cas = files.flatMap((file, i) => (isCa(file) ? certificatesIn(texts[i] ?? '', file) : []));
    if (settings.caPem !== undefined && trustOf(settings) === TRUST_PEM) cas.push(...certificatesIn(settings.caPem));
    const { serverName, skipVerify } = settings;
    const parts = [cas.join('\n'), cert ?? '', key ?? '', serverName ?? '', String(skipVerify)];
    return {
      digest: hash('sha256', JSON.stringify(parts)),
      trust: trustOf(settings),
      serverName: serverName || undefined,
      skipVerify,
      context: this.#contextOf(settings, cas, cert, key),
    };
  }

  #contextOf(settings: TlsSettings, cas: string[], cert: string | undefined, key: string | undefined): SecureContext {
    const ca = cas.length > 0 ? cas : settings.skipVerify ? [] : this.#roots();
    try {
      // allowPartialTrustChain: a given CA may be an intermediate, as Go programs accept it.
      return createSecureContext({ ca: [...ca], allowPartialTrustChain: true, ...(cert && key ? { cert, key } : {}) });
    } catch (cause) {
      const { clientCertPath, clientKeyPath } = settings;
      const pair = `vaultTLSClientCertPath ${clientCertPath} and vaultTLSClientKeyPath ${clientKeyPath}`;
      const cure = 'they must be a PEM certificate and its own unencrypted PEM key';
      throw new MountError('tls-file', `${pair} cannot be used together: ${cure}`, { cause });
    }
  }

  /** The system's CAs, or Node's own where the system has none, and in any case those of NODE_EXTRA_CA_CERTS. */
  #roots(): readonly string[] {
    if (this.#systemRoots === undefined) {
      const system = getCACertificates('system');
      const roots = system.length > 0 ? system : getCACertificates('bundled');
      this.#systemRoots = [...new Set([...roots, ...getCACertificates('extra')])];
    }
    return this.#systemRoots;
  }
}

const TRUST_PEM = 'the CA of VAULT_CACERT_BYTES';

/** File, folder and text do not add up: the first that is given counts, as in Vault's own clients. */
function trustOf({ caCertPath, caDirectory, caPem }: TlsSettings): string {
  if (caCertPath) return `the CA of vaultCACertPath ${caCertPath}`;
  if (caDirectory) return `the CAs of vaultCADirectory ${caDirectory}`;
  return caPem ? TRUST_PEM : "the system's CAs";
}

async function listFiles(settings: TlsSettings): Promise<NamedFile[]> {
  const { caCertPath, caDirectory, clientCertPath, clientKeyPath } = settings;
  if (!clientCertPath !== !clientKeyPath)
    throw new MountError(
      'tls-file',
      'vaultTLSClientCertPath and vaultTLSClientKeyPath belong together: set both, or neither',
    );
  const files: NamedFile[] = [];
  if (caCertPath) files.push({ parameter: 'vaultCACertPath', path: caCertPath });
  else if (caDirectory) files.push(...(await listFolder(caDirectory)));
  if (clientCertPath) files.push({ parameter: 'vaultTLSClientCertPath', path: clientCertPath });
  if (clientKeyPath) files.push({ parameter: 'vaultTLSClientKeyPath', path: clientKeyPath });
  return files;
}

/** Every file in the folder and those below it, but for hidden ones: a mounted ConfigMap keeps its copies there. */
async function listFolder(folder: string): Promise<NamedFile[]> {
  const named = (path: string): NamedFile => ({ parameter: 'vaultCADirectory', path });
  const files: NamedFile[] = [];
  let level = [folder];
  for (let depth = 0; level.length > 0 && depth < MAX_FOLDER_DEPTH; depth++) {
    const below: string[] = [];
    for (const path of level) {
      const entries = await readdir(path, { withFileTypes: true }).catch((cause) => {
        throw unusable(named(path), whyUnreadable(cause), cause);
      });
      for (const entry of entries.filter(({ name }) => !name.startsWith('.'))) {
        if (entry.isDirectory()) below.push(join(path, entry.name));
        else files.push(named(join(path, entry.name)));
        if (files.length + below.length > MAX_FOLDER_FILES)
          throw unusable(named(folder), `it holds over ${MAX_FOLDER_FILES} files`);
      }
    }
    level = below;
  }
  if (files.length === 0) throw unusable(named(folder), 'it holds no file');
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function stampOf(file: NamedFile): Promise<string> {
  const found = await stat(file.path, { bigint: true }).catch((cause) => {
    throw unusable(file, whyUnreadable(cause), cause);
  });
  // Opening a pipe would wait for its writer.
  if (!found.isFile()) throw unusable(file, 'it is not a file');
  if (found.size > MAX_FILE_BYTES) throw unusable(file, 'it is over 1 MiB');
  return `${file.path} ${found.ino} ${found.size} ${found.mtimeNs}`;
}

function readText(file: NamedFile): Promise<string> {
  return readFile(file.path, 'utf8').catch((cause) => {
    throw unusable(file, whyUnreadable(cause), cause);
  });
}

function isCa({ parameter }: NamedFile): boolean {
  return parameter === 'vaultCACertPath' || parameter === 'vaultCADirectory';
}

/** The certificates of a PEM text that can be read; Node would pass over a text without any in silence. */
function certificatesIn(text: string, file?: NamedFile): string[] {
  const found = (text.match(CERTIFICATE) ?? []).filter(isCertificate);
  if (found.length > 0) return found;
  if (file !== undefined) throw unusable(file, 'it holds no PEM certificate');
  throw new MountError('tls-file', 'VAULT_CACERT_BYTES holds no PEM certificate; correct it in the environment');
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function whyUnreadable(cause: NodeJS.ErrnoException): string {
  if (cause.code === 'ENOENT') return 'it does not exist';
  if (cause.code === 'EACCES') return 'the provider may not read it';
  return `it cannot be read (${cause.code})`;
}

function unusable({ parameter, path }: NamedFile, why: string, cause?: unknown): MountError {
  const cure = "correct the path, or mount the file into the provider's container";
  return new MountError('tls-file', `${parameter} ${path}: ${why}; ${cure}`, { cause });
}
